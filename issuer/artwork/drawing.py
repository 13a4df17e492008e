"""Drawn certificates, kept by content in .cache/issuer/artwork/: what was drawn once from the same record with the same fonts and tools is
not drawn again. The folder may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from issuer import __version__, batch_config, credential, records
from issuer.artwork import designing, tools, writers
from issuer.artwork.compiling.store import Store
from issuer.artwork.kept import Kept
from issuer.artwork.sheet import Sheet, lay_out
from issuer.artwork.text import fonts
from issuer.batch_config import DEFAULT_FORMATS, Format
from issuer.formats import timestamp
from issuer.records import Record
from issuer.workers import processors, spread

_MOST_WORKERS = 2  # up to 180 MB each with Han fonts open: three would take more than 400 MB
CACHE = ".cache/issuer"
FOLDER = f"{CACHE}/artwork"
_COMPILED = f"{CACHE}/compiled"
FILES: dict[Format, str] = {"svg": "certificate.svg", "pdf": "certificate.pdf", "png": "certificate.png", "card": "card.png"}
"""What the drawings of a certificate are called where they are published."""
ABOUT = "trust/artwork.json"
"""Where a site says what its drawings were drawn with."""
_CHUNK = 48  # certificates that a process draws in one go
_Answer = TypeVar("_Answer")
Job = tuple[Record, tuple[Format, ...]]
"""A record, and what it is to be drawn as."""


def store(repository: Path) -> Store:
    """Where compiled templates are kept: apart for each set of tools, so that after an upgrade nothing of the old ones is left in a
    certificate."""
    drawer = hashlib.sha256("\n".join(f"{name} {version}" for name, version in tools.versions()).encode()).hexdigest()
    return Store(repository / _COMPILED / drawer[:16])


def jobs(repository: Path) -> Iterator[Job]:
    """Every current record, with what its batch.yml says that it is drawn as today. Raises IntegrityError, ConfigError."""
    formats: dict[str, tuple[Format, ...]] = {}
    for record in records.current(repository):
        if record.batch not in formats:
            formats[record.batch] = formats_of(repository, record.batch)
        yield record, formats[record.batch]


def formats_of(repository: Path, batch: str) -> tuple[Format, ...]:
    """What the certificates of a batch are drawn as. A batch whose batch.yml is gone keeps the usual ones. Raises ConfigError."""
    shown = f"{records.FOLDER}/{batch}/batch.yml"
    path = repository / shown
    return batch_config.read_batch(path, shown_as=shown).formats if path.exists() else DEFAULT_FORMATS


def key(record: Record) -> str:
    """What the cache calls the drawings of a record: hex SHA-256 of all that decides their bytes."""
    design = record.design
    parts = [__version__, fonts.digest(), *(f"{name} {version}" for name, version in tools.versions()), design.sha256]
    parts += [f"{name} {value}" for name, value in (*design.colours, *design.pictures)]
    return hashlib.sha256("\n".join([*parts, record.digest()]).encode()).hexdigest()


def kept(repository: Path) -> Kept:
    """What was drawn before."""
    return Kept(repository / FOLDER)


def ending(form: Format) -> str:
    """How the name of a kept drawing ends."""
    return FILES[form].removeprefix("certificate.")


def ready(repository: Path, job: Job, there: Kept) -> dict[Format, Path]:
    """Where the drawings of a record are, every byte as it was drawn. What is not there, or is damaged, is drawn now.
    there: what was drawn before. Raises as make does, and StorageError."""
    record, formats = job
    name = key(record)
    found = {form: whole[0] for form in formats if (whole := there.whole(name, ending(form)))}
    missing = tuple(form for form in formats if form not in found)
    return found | (draw(repository, [(record, missing)])[0] if missing else {})


def sheet_of(repository: Path, record: Record) -> Sheet:
    """The certificate of a record, laid out as its own design says, however the repository looks today.
    Raises IntegrityError, TemplateError, StorageError."""
    template = designing.template(repository, record.design)
    fields = credential.fields(record.credential)
    language = fields.get("language") or record.credential["credentialSubject"]["achievement"].get("inLanguage")
    return lay_out(template, fields, language=language, url=fields["url"])


def pixels(repository: Path, job: Job) -> dict[Format, tuple[int, int]]:
    """How wide and high each drawing is on a screen. Raises as sheet_of does."""
    record, formats = job
    template = designing.template(repository, record.design)
    return {form: writers.pixels(template, form) for form in formats}


def make(repository: Path, job: Job, *, compiled: Store | None = None) -> dict[Format, bytes]:
    """Draw one certificate anew, in memory. compiled: templates, None for those of the repository. Raises as sheet_of does."""
    made = {form: data for _, form, data in _made(repository, [job], compiled or store(repository))}
    return {form: made[form] for form in job[1]}


def draw(repository: Path, jobs: Sequence[Job]) -> list[dict[Format, Path]]:
    """Draw a few certificates and keep them. Returns the files of each. Raises as make does, and StorageError."""
    names, place = [key(record) for record, _ in jobs], kept(repository)
    files: list[dict[Format, Path]] = [{} for _ in jobs]
    for index, form, data in _made(repository, jobs, store(repository)):
        files[index][form] = place.put(names[index], ending(form), data)
    return files


def _made(repository: Path, jobs: Sequence[Job], compiled: Store) -> Iterator[tuple[int, Format, bytes]]:
    """The drawings of a few certificates, each with the index of its job: one format of all of them, then the next. Drawing one
    certificate after the other takes a third longer, since what a format needs leaves the processor's caches meanwhile."""
    wanted = [(index, record, formats, sheet_of(repository, record)) for index, (record, formats) in enumerate(jobs) if formats]
    for form in FILES:
        for index, record, formats, sheet in wanted:
            if form in formats:
                created = timestamp.parse(record.credential["validFrom"])
                yield index, form, writers.write(sheet, form, credential=record.credential_json(), created=created, store=compiled)


def picture(repository: Path, record: Record) -> bytes:
    """The PNG of a certificate, from the cache or drawn now."""
    whole = kept(repository).whole(key(record), ending("png"))
    return whole[1] if whole else make(repository, (record, ("png",)))["png"]


def undrawn(repository: Path, there: Kept) -> Iterator[Job]:
    """Every current record that has no drawing in some format, with those that it lacks."""
    for record, formats in jobs(repository):
        name = key(record)
        if lacking := tuple(form for form in formats if there.path(name, ending(form)) is None):
            yield record, lacking


def draw_missing(repository: Path, missing: Iterable[Job], advance: Callable[[int], None], *, workers: int | None = None) -> int:
    """Draw on all cores, a few at a time in memory. advance: told how many are done. Returns how many were drawn.
    Raises IssuerError, also when the machine killed one of the processes."""
    count = 0
    for done in spread_out(partial(_draw_all, repository), missing, workers=workers):
        count += done
        advance(done)
    return count


def spread_out(work: Callable[[list[Job]], _Answer], jobs: Iterable[Job], *, workers: int | None = None) -> Iterator[_Answer]:
    """The answers of work for a few jobs at a time, in order, from processes on all cores. Raises IssuerError, also when the machine
    killed one of them."""
    hint = "was there too little memory? Run the command again: what was drawn is kept"
    return spread(work, _chunks(jobs), number=workers or min(processors(), _MOST_WORKERS), what="draws certificates", hint=hint)


def prune(repository: Path, keep: set[str]) -> None:
    """Remove drawings that no current record needs, and what other tools compiled. keep: what `key` gives."""
    for folder in (repository / _COMPILED).glob("*"):
        if folder != store(repository).folder:
            shutil.rmtree(folder, ignore_errors=True)
    kept(repository).prune(keep)


def _draw_all(repository: Path, chunk: list[Job]) -> int:
    draw(repository, chunk)
    return len(chunk)


def _chunks(items: Iterable[Job]) -> Iterator[list[Job]]:
    chunk: list[Job] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
