"""Certificates, drawn

One certificate in each format on one core, beside Jinja2 with segno and CairoSVG and beside Typst; then 10,000 of everything on two
processes, written to disk. In brackets the median size of a file, with a credential of 5 kB inside.
"""

from __future__ import annotations

import hashlib
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from issuer.artwork import pdf, png, svg
from issuer.artwork.compiling.store import Store
from issuer.artwork.edition import edition
from issuer.artwork.sheet import Sheet, lay_out
from issuer.formats import identifier
from issuer.workers import spread
from tests import measuring
from tests.artwork import sample
from tests.measuring import Row
from tests.naive_pictures import Naive, Typst

MANY = 10_000
ONE = 400
FEW = 20
CHUNK = 100
CREATED = datetime(2026, 5, 31, 8, 0, tzinfo=UTC)
FIRST = "Ada Grete Chien-Shiung Rosalind Emmy Katherine Hedy Mary Dorothy Lise Barbara Maryam Sofja Rita Ngozi Zoë".split()
LAST = "Lovelace Hermann Wu Franklin Noether Johnson Lamarr Somerville Hodgkin Meitner Mirzakhani Kovalevskaya Łukasiewicz Nuñez".split()
measure, rate = partial(measuring.measure, clock=time.process_time), partial(measuring.rate, clock=time.process_time)


def people(start: int, count: int) -> Iterator[tuple[dict[str, str], str]]:
    """Fields and language of count certificates: nine of ten names are Latin, the tenth is one of the world's. No two names are equal."""
    world = sample.names()
    for number in range(start, start + count):
        rest, first = divmod(number, len(FIRST))
        rest, last = divmod(rest, len(LAST))
        name, language = f"{FIRST[first]} {chr(65 + rest % 26)}. {LAST[last]}", "en"
        if number % 10 == 9:
            name, language = world[number // 10 % len(world)]
        code = identifier.encode(hashlib.sha256(b"%d" % number).digest()[:16])
        yield sample.fields(name, id=code, url=f"https://certificates.example.org/c/{code}/"), language


def laid_out(fields: dict[str, str], language: str) -> Sheet:
    """One certificate of the template that comes with Issuer."""
    return lay_out(sample.TEMPLATE, fields, language=language, url=fields["url"])


def writers(store: Store) -> dict[str, Callable[[Sheet], bytes]]:
    """How each format is written. Plates are there already from the second sheet on."""
    return {
        "SVG": lambda sheet: svg.write(svg.plate(sheet.edition), sheet, sample.CREDENTIAL),
        "PDF": lambda sheet: pdf.write(pdf.plate(sheet.edition, store), sheet, credential=sample.CREDENTIAL, created=CREATED),
        "PNG": lambda sheet: png.write(png.plate(sheet.edition, png.PREVIEW, store), sheet, sample.CREDENTIAL),
        "card": lambda sheet: png.write(png.plate(sheet.edition, png.CARD, store), sheet, sample.CREDENTIAL),
    }


def rows() -> list[Row]:
    """Preparing, one core, two processes."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        store = Store(folder / "store")
        prepared = [measuring.measure("prepare a template, drawn for the first time", 1, partial(prepare, store))]
        forget()
        prepared.append(measuring.measure("· again, from the store", 1, partial(prepare, store)))
        return [*prepared, *one_core(folder, store), *two_processes(folder)]


def prepare(store: Store) -> None:
    """The plates of the default edition in all formats."""
    made = edition(sample.TEMPLATE)
    svg.plate(made), pdf.plate(made, store), png.plate(made, png.PREVIEW, store), png.plate(made, png.CARD, store)


def forget() -> None:
    """As in a new process."""
    for kept in (svg.plate, pdf.plate, png.plate):
        kept.cache_clear()


def one_core(folder: Path, store: Store) -> list[Row]:
    """Each format by itself."""
    everyone = list(people(0, ONE))
    sheets = [laid_out(*person) for person in people(ONE, ONE)]
    (folder / "typst").mkdir()
    typst, naive = Typst(folder / "typst", sheets[0]), Naive.of(sample.ROOT / "templates" / "default.svg")
    typst.pdf(sheets[0], sample.CREDENTIAL)
    some = [fields for fields, _ in everyone[:FEW]]
    others = {
        "SVG": rate(FEW, each(naive.svg, some)),
        "PDF": rate(FEW, each(naive.pdf, some)),
        "PNG": rate(FEW, each(partial(naive.png, width=800), some)),
        "card": rate(FEW, each(partial(naive.png, width=891), some)),
    }
    found = [measure("lay out", ONE, lambda: [laid_out(*person) for person in everyone])]
    for name, write in writers(store).items():
        files = [write(sheet) for sheet in sheets]
        size = statistics.median(map(len, files)) / 1000
        found.append(measure(f"{name} ({size:.0f} kB)", ONE, each(write, sheets), others[name], "Jinja2, segno and CairoSVG"))
        if name == "PDF":
            same = rate(FEW, lambda: [typst.pdf(sheet, sample.CREDENTIAL) for sheet in sheets[:FEW]])
            found.append(Row(f"{name} ({size:.0f} kB)", ONE, found[-1].seconds, same, "Typst, its own text and tags"))
    return found


def two_processes(folder: Path) -> list[Row]:
    """SVG, PDF and PNG for everyone, each in a file: with laying out, starting and writing."""
    (folder / "out").mkdir()
    naive = Naive.of(sample.ROOT / "templates" / "default.svg")
    some = [fields for fields, _ in people(0, FEW)]
    alone = rate(FEW, lambda: [(naive.svg(fields), naive.pdf(fields), naive.png(fields, width=800)) for fields in some])
    before = time.perf_counter()
    tasks = range(0, MANY, CHUNK)
    memory = list(spread(partial(write_all, folder), tasks, number=2, what="draws certificates", hint="is there too little memory?"))
    passed = time.perf_counter() - before
    early, late = max(memory[: len(memory) // 5]), max(memory)
    stage = f"SVG, PDF and PNG, two processes of {late:.0f} MB ({late - early:+.0f} MB after the first fifth)"
    return [Row(stage, MANY, passed, 2 * alone, "Jinja2, segno and CairoSVG on two cores, not written")]


def write_all(folder: Path, start: int) -> float:
    """A worker: CHUNK certificates from start on. Returns the most memory that it ever had, in MB; getrusage would count its parent's."""
    formats = writers(Store(folder / "store"))
    for number, person in enumerate(people(start, CHUNK), start):
        sheet = laid_out(*person)
        place = folder / "out" / f"{number:06d}"
        place.mkdir()
        for name in ("SVG", "PDF", "PNG"):
            (place / f"certificate.{name.lower()}").write_bytes(formats[name](sheet))
    highest = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("ascii"))
    return int(highest[1]) / 1024 if highest else 0.0


def each(work: Callable[..., object], items: Iterable[object]) -> Callable[[], None]:
    """Work on one item after another."""

    def all_of_them() -> None:
        for item in items:
            work(item)

    return all_of_them
