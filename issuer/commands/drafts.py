"""Drafts: certificates as issuing would draw them, with a word across them and nothing signed. `issuer preview` shows
them, and `issuer check` those that do not fit."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from issuer import artwork, credential, durable, publication
from issuer.artwork import writers
from issuer.artwork.compiling.store import Store
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
    """line: of the roster; name: the recipient's; missing: characters that no font draws, as U+XXXX."""

    line: int
    name: str
    sheet: Sheet
    fit: fit.Fit
    missing: tuple[str, ...]

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


def lay_out_rows(
    config: IssuerConfig, loaded: Batch, template: artwork.Template, rows: Iterable[PlannedRow], now: dt.datetime
) -> list[Draft]:
    """A draft of each row that has a date, the worst-fitting first. Raises TemplateError, FormatError."""
    laid_out = []
    for row in rows:
        if "awarded" not in {**loaded.config.given(row.values), **row.values}:
            continue  # a finding says so
        fields, language = fields_of(config, loaded, row.values, now)
        sheet = lay_out(template, fields, language=language, url=fields["url"], draft=WORD)
        missing = tuple(dict.fromkeys(lost.codepoint for lost in artwork.undrawable(fields, language, template.fields)))
        laid_out.append((row, sheet, missing))
    alike = fit.alike(sheet for _, sheet, _ in laid_out)
    found = [Draft(row.line, row.values["name"], sheet, fit.worst(sheet, alike), missing) for row, sheet, missing in laid_out]
    return sorted(found, key=lambda draft: (bool(draft.missing), draft.fit, -draft.line), reverse=True)


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
            if names.fullmatch(path.name):
                path.unlink()


def write(folder: Path, stem: str, sheet: Sheet, form: Format, now: dt.datetime, store: Store) -> Path:
    """Draw a draft into the folder. Returns the file. Raises TemplateError, StorageError."""
    suffix = "-card.png" if form == "card" else f".{form}"
    path = folder / f"{stem}{suffix}"
    durable.put(path, writers.write(sheet, form, credential=None, created=now, store=store))
    return path
