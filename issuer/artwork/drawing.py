"""Drawn certificates, kept by content in .cache/issuer/artwork/: what was drawn once with the same record, template and tool is not
drawn again. The folder may be deleted at any time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from issuer import __version__, credential
from issuer.artwork import designing, pdf, svg
from issuer.artwork.template import Template
from issuer.errors import Place, StorageError
from issuer.formats import baking, timestamp
from issuer.records import Record
from issuer.workers import processors, spread

_MOST_WORKERS = 3  # about 95 MB each: together with the command they stay under 400 MB
FOLDER = ".cache/issuer/artwork"
_CHUNK = 8


def drawn(repository: Path, record: Record) -> tuple[Path, Path]:
    """Where the SVG and the PDF of a record are or will be."""
    key = hashlib.sha256(f"{__version__}\n{record.design.sha256}\n{record.digest()}".encode()).hexdigest()
    folder = repository / FOLDER / key[:2]
    return folder / f"{key}.svg", folder / f"{key}.pdf"


def draw(repository: Path, record: Record) -> None:
    """Draw one certificate into the cache."""
    template = designing.template(repository, record.design)
    fields = credential.fields(record.credential)
    language = fields.get("language") or record.credential["credentialSubject"]["achievement"].get("inLanguage")
    data = record.credential_json()
    picture = svg.draw(template, fields, language=language, url=fields["url"])
    document = pdf.draw(
        picture,
        title=f"{fields['achievement']} — {fields['name']}",
        author=fields["issuer"],
        language=language or "en",
        attachment=data,
        created=timestamp.parse(record.credential["validFrom"]),
    )
    svg_path, pdf_path = drawn(repository, record)
    _put(svg_path, baking.bake(picture, data))
    _put(pdf_path, document)


def prove(repository: Path, template: Template) -> None:
    """Draw a sample, once per template and tool version: what is wrong with the artwork itself must show before anything is signed.
    Raises TemplateError."""
    proved = repository / FOLDER / "proved" / f"{template.sha256}-{__version__}.txt"
    if proved.exists():
        return
    sample = dict.fromkeys(template.fields, "Ada")
    picture = svg.draw(template, sample, language="en", url="https://certificates.example.org/c/00000000000000000000000000/")
    pdf.draw(picture, title="Sample", author="Sample", language="en", attachment=b"{}", created=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    with suppress(StorageError):  # in a repository that may only be read, it is drawn again each time
        _put(proved, b"drawn without a fault\n")


def draw_missing(repository: Path, missing: Iterable[Record], advance: Callable[[int], None], *, workers: int | None = None) -> int:
    """Draw every record on all cores, a few at a time in memory. advance: told how many are done. Returns how many were drawn.
    Raises IssuerError, also when the machine killed one of the processes."""
    count = 0
    hint = "was there too little memory? Run the command again: what was drawn is kept"
    number = workers or min(processors(), _MOST_WORKERS)
    for done in spread(partial(_draw_all, repository), _chunks(missing), number=number, what="draws certificates", hint=hint):
        count += done
        advance(done)
    return count


def prune(repository: Path, keep: set[str]) -> None:
    """Remove drawings that no current record needs. keep: file names without suffix."""
    for path in (repository / FOLDER).glob("??/*"):
        if path.stem not in keep:
            with suppress(OSError):
                path.unlink()


def _draw_all(repository: Path, chunk: list[Record]) -> int:
    for record in chunk:
        draw(repository, record)
    return len(chunk)


def _chunks(items: Iterable[Record]) -> Iterator[list[Record]]:
    chunk: list[Record] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _put(path: Path, data: bytes) -> None:
    """A cache entry: whole or not there, but not worth an fsync."""
    temporary = path.with_suffix(f"{path.suffix}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        hint = "free some space, or check that you may write there; then run the command again"
        raise StorageError(f"cannot be written: {error.strerror}", place=Place(str(path)), hint=hint) from None
