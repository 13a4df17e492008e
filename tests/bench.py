"""`make bench`: certificates per second for each stage and in total, beside the naive way, measured in the same run.

Timings depend on the machine and decide no test; the ratios hold better. BENCH_ROWS sets how many certificates (default 500).
"""

from __future__ import annotations

import io
import logging
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cairosvg
import jinja2
import segno
from mkdocs.commands.build import build
from mkdocs.config import load_config
from pyld import jsonld
from rich.console import Console
from rich.table import Table

from issuer import cli, credential, records, signing
from issuer.artwork import load, svg
from issuer.artwork import pdf as pdf_writer
from issuer.config import read_issuer
from issuer.evidence import Repository
from issuer.formats import data_integrity, rdfc, timestamp
from issuer.mail.sink import Sink
from issuer.pages.certificate import environment
from issuer.pages.portal import templates_folder
from issuer.pages.writing import write_site
from issuer.verdict import Verdict
from issuer.verification import Evidence, verify
from tests.school import School, found

ROWS = int(os.environ.get("BENCH_ROWS", "500"))
NAIVE = 30


@dataclass(slots=True)
class Figures:
    """rows: stage, certificates, seconds, and how many the naive way makes in a second."""

    rows: list[tuple[str, int, float, float | None]] = field(default_factory=list)

    def take(self, stage: str, count: int, work: Callable[[], object], naive: float | None = None) -> None:
        """Time work, which handles count certificates."""
        started = time.perf_counter()
        work()
        self.rows.append((stage, count, time.perf_counter() - started, naive))


def rate(count: int, work: Callable[[], object]) -> float:
    """Certificates per second of work, which handles count of them."""
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


def main() -> None:
    """Measure and print."""
    logging.getLogger("mkdocs").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as place:
        school = found(Path(place))
        school.people(ROWS)
        figures = Figures()
        figures.take("check: read, plan, glyphs", ROWS, lambda: school.issuer("--quiet", "check"))
        figures.take("issue: both proofs, records, log", ROWS, lambda: school.issuer("--quiet", "issue"))
        sample = list(records.read(school.root))[:NAIVE]
        one_core(figures, school, sample)
        figures.take("publish: SVG, PDF and pages, all cores", ROWS, lambda: school.issuer("--quiet", "publish"))
        figures.take("pages: publish again, all drawn", ROWS, lambda: school.issuer("--quiet", "publish"))
        naive_pages = markdown(Path(place), sample[0])
        figures.take("· pages and data files", ROWS, lambda: write_site(school.root, Path(place) / "pages", environment()), naive_pages)
        with Sink(Path(place) / "outbox") as sink:
            figures.take("send: SMTP to this machine", ROWS, lambda: school.issuer("--quiet", "send", "--smtp", f"127.0.0.1:{sink.port}"))
        figures.take("verify: all seven checks, one core", ROWS, lambda: verify_all(school))
    show(figures)


def one_core(figures: Figures, school: School, sample: list[records.Record]) -> None:
    """The parts that have a naive twin, one after another on one core."""
    config = read_issuer(school.root / "issuer.yml")
    key = signing.load_keys({signing.ENVIRONMENT_FILE: str(school.key_file)}, school.root, config).credentials
    did = sample[0].credential["issuer"]["id"]
    figures.take(
        "· both proofs",
        NAIVE * 4,
        lambda: [signing.prove(record.credential, key, did, "2026-01-30T08:00:00Z") for record in sample for _ in range(4)],
        rate(NAIVE, lambda: [naive_proof(record.credential, key, did) for record in sample]),
    )
    template = load(templates_folder() / "default.svg")
    pictures: list[bytes] = []
    fields = [credential.fields(record.credential) for record in sample]
    svg.draw(template, fields[0], language="en", url=fields[0]["url"])
    figures.take(
        "· SVG",
        NAIVE,
        lambda: pictures.extend(svg.draw(template, shown, language="en", url=shown["url"]) for shown in fields),
        rate(NAIVE, lambda: [naive_svg(shown) for shown in fields]),
    )

    def draw(picture: bytes, record: records.Record) -> bytes:
        created = timestamp.parse(record.credential["validFrom"])
        return pdf_writer.draw(picture, title="x", author="y", language="en", attachment=record.credential_json(), created=created)

    draw(pictures[0], sample[0])
    figures.take(
        "· PDF from the SVG",
        NAIVE,
        lambda: [draw(picture, record) for picture, record in zip(pictures, sample, strict=True)],
        rate(NAIVE, lambda: [cairosvg.svg2pdf(bytestring=naive_svg(shown)) for shown in fields]),
    )
    naive_png = rate(NAIVE, lambda: [cairosvg.svg2png(bytestring=naive_svg(shown), output_width=1200) for shown in fields])
    figures.rows.append(("· PNG (a later issue)", 0, 0.0, naive_png))


def naive_proof(document: dict[str, Any], key: signing.SigningKey, did: str) -> bytes:
    """One eddsa-rdfc-2022 proof with PyLD alone: canonicalise document and options each time, expand to look for lost terms."""
    proof = {
        **data_integrity.options(data_integrity.RDFC, f"{did}#{key.public}", "2026-01-30T08:00:00Z", document),
        "@context": document["@context"],
    }
    loader = {"documentLoader": lambda url, _: {"contextUrl": None, "documentUrl": url, "document": rdfc.context(url)}}
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", **loader}
    text = jsonld.normalize(proof, options) + jsonld.normalize(document, options)
    jsonld.expand(document, loader)
    return key.sign(text.encode())


def naive_svg(shown: dict[str, str]) -> bytes:
    """Fill the template with Jinja2 and put a QR code by segno before its end."""
    text = (templates_folder() / "default.svg").read_text("utf-8")
    code = io.BytesIO()
    segno.make(shown["url"], error="m").save(code, kind="svg", xmldecl=False, svgns=False, scale=1)
    filled: str = jinja2.Template(text, autoescape=True).render(shown)
    return filled.replace("</svg>", code.getvalue().decode() + "</svg>").encode()


def markdown(place: Path, record: records.Record) -> float:
    """Pages per second when every certificate is a Markdown page of MkDocs, in its own theme's navigation."""
    docs = place / "naive" / "docs"
    docs.mkdir(parents=True)
    shown = credential.fields(record.credential)
    for number in range(ROWS):
        (docs / f"c{number}.md").write_text(
            f"# {shown['name']}\n\n" + "\n".join(f"* {key}: {text}" for key, text in shown.items()), "utf-8"
        )
    (docs / "index.md").write_text("# Certificates\n", "utf-8")
    (place / "naive" / "mkdocs.yml").write_text("site_name: naive\ntheme: mkdocs\nplugins: []\n", "utf-8")
    with quietly():
        return rate(ROWS, lambda: build(load_config(str(place / "naive" / "mkdocs.yml"))))


def verify_all(school: School) -> None:
    """Every certificate, as `issuer verify .` does."""
    from issuer.config import read_issuer

    source = Repository(school.root, read_issuer(school.root / "issuer.yml"))
    about, expected, now = source.about_issuer(), source.expected(), timestamp.parse(cli_now())
    for number, record, proof in source.everything():
        evidence = Evidence(record, now, about, proof=proof, expected=expected, wanted=number)
        assert verify(evidence).verdict is Verdict.VALID


def cli_now() -> str:
    """The time of the command line's clock."""
    return timestamp.serialise(cli.now())


@contextmanager
def quietly() -> Iterator[None]:
    """Nothing on the terminal."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        yield


def show(figures: Figures) -> None:
    """The table."""
    table = Table("stage", "certificates", "seconds", "per second", "naive way", "ratio", box=None, header_style="bold")
    for column in table.columns[1:]:
        column.justify = "right"
    for stage, count, seconds, naive in figures.rows:
        ours = count / seconds if seconds else 0.0
        compared = (f"{naive:,.0f}", f"{ours / naive:,.1f}×" if ours else "") if naive else ("", "")
        table.add_row(stage, f"{count:,}", f"{seconds:.2f}", f"{ours:,.0f}" if ours else "", *compared)
    whole = sum(seconds for stage, _, seconds, _ in figures.rows if not stage.startswith(("·", "pages")))
    table.add_row("together", f"{ROWS:,}", f"{whole:.2f}", f"{ROWS / whole:,.0f}", "", "")
    own, children = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    console = Console(file=sys.stdout, width=110)
    console.print(table)
    console.print(f"Peak memory: {own:.0f} MB in this process, {children:.0f} MB in the largest of {os.cpu_count()} drawing processes.")
    console.print(
        "The naive way: Jinja2 and CairoSVG for each PDF and PNG, PyLD for each proof, a MkDocs page in Markdown for each certificate."
    )


if __name__ == "__main__":
    main()
