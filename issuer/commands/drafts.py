"""Drafts: certificates as issuing would draw them, with a word across them and nothing signed. `issuer preview` shows
them, and `issuer check` those that do not fit."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from issuer import artwork, credential, durable, publication
from issuer.artwork.preview import fit
from issuer.artwork.sheet import Sheet, lay_out
from issuer.batch import Batch
from issuer.batch_config import Format
from issuer.config import IssuerConfig
from issuer.credential import StatusEntry
from issuer.errors import Place, StorageError
from issuer.planning import PlannedRow

FOLDER = "_preview"
WORD = "DRAFT"
_NOBODY = "0" * 26  # the id that no certificate has


@dataclass(frozen=True, slots=True)
class Draft:
    """A row, and what was found when it was laid out. The sheet itself is laid out again where it is drawn: all of them together would take
    more memory than a large roster may. missing: characters that no font draws, as U+XXXX."""

    row: PlannedRow
    fit: fit.Fit
    missing: tuple[str, ...]

    @property
    def line(self) -> int:
        """Of the roster."""
        return self.row.line

    @property
    def name(self) -> str:
        """The recipient's."""
        return self.row.values["name"]

    @property
    def is_bad(self) -> bool:
        """Whether the row could not be issued as it is."""
        return bool(self.missing) or not self.fit.fits

    @property
    def note(self) -> str:
        """What there is to see."""
        return f"no font draws {', '.join(self.missing)}" if self.missing else str(self.fit)

    @property
    def stem(self) -> str:
        """What its files are called."""
        return f"line-{self.line:04d}"


def fields_of(config: IssuerConfig, loaded: Batch, values: Mapping[str, str], now: dt.datetime) -> tuple[dict[str, str], str | None]:
    """The fields that a certificate of this row would have, and its language. values: with a date of award."""
    nobody = StatusEntry(f"{config.base_url}/status/revocation.json", 0)
    renewed = values.get("renews") if not loaded.config.is_own("renews") else None
    old = renewed and credential.Renewed(f"{credential.page_url(config, renewed)}{publication.RECORD}", "0" * 64)
    unsigned = credential.build(config, loaded, values, identifier=_NOBODY, status=nobody, now=now, renews=old or None)
    return credential.fields(unsigned), values.get("language") or loaded.config.achievement.language


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the rows of a batch are laid out. now: the moment at which they would be issued."""

    config: IssuerConfig
    loaded: Batch
    template: artwork.Template
    now: dt.datetime

    def lay_out(self, values: Mapping[str, str]) -> Sheet:
        """The draft of a row with these values. Raises TemplateError, FormatError."""
        return self._sheet(*fields_of(self.config, self.loaded, values, self.now))

    def drafts(self, rows: Iterable[PlannedRow], advance: Callable[[int], None]) -> list[Draft]:
        """Lay out each row that has a date. Returns the worst-fitting first. advance: told of each row.
        Raises TemplateError, FormatError."""
        fits, laid_out = fit.Fits(), []
        for row in rows:
            if "awarded" in {**self.loaded.config.given(row.values), **row.values}:  # without, a finding says so
                fields, language = fields_of(self.config, self.loaded, row.values, self.now)
                fits.add(self._sheet(fields, language))
                missing = dict.fromkeys(lost.codepoint for lost in artwork.undrawable(fields, language, self.template.fields))
                laid_out.append((row, tuple(missing)))
            advance(1)
        found = [Draft(row, worst, missing) for (row, missing), worst in zip(laid_out, fits.worst(), strict=True)]
        return sorted(found, key=lambda draft: (bool(draft.missing), draft.fit, -draft.line), reverse=True)

    def _sheet(self, fields: Mapping[str, str], language: str | None) -> Sheet:
        return lay_out(self.template, fields, language=language, url=fields["url"], draft=WORD)


def folder_of(repository: Path, batch: str) -> Path:
    """Where drafts of a batch go: a folder that Git does not see. Raises StorageError, also for a link: whoever sent it along with a pull
    request would choose where we write."""
    for folder in (repository / FOLDER, repository / FOLDER / batch):
        if folder.is_symlink():
            shown = folder.relative_to(repository).as_posix()
            raise StorageError("is a link, and drafts are written there", place=Place(shown), hint="remove it")
    durable.put(repository / FOLDER / ".gitignore", b"*\n")
    return repository / FOLDER / batch


def clear(folder: Path, names: re.Pattern[str]) -> None:
    """Remove drafts of an earlier run, and nothing else: a person may have named a folder of their own. names: what drafts are called."""
    with suppress(OSError):
        for path in folder.iterdir():
            if names.fullmatch(path.name) and not path.is_dir():
                path.unlink()


def put(folder: Path, stem: str, form: Format, data: bytes) -> Path:
    """Put a drawn draft into the folder, whole or not at all. Returns the file. Raises StorageError."""
    path = folder / f"{stem}{'-card.png' if form == 'card' else f'.{form}'}"
    durable.put(path, data)
    return path
