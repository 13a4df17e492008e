"""A batch: a folder under records/ with batch.yml and a roster, and what identifies its rows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from issuer.batch_config import DATE_FIELDS, BatchConfig, read_batch
from issuer.errors import ConfigError, Place, RosterError, UsageError
from issuer.formats import jcs
from issuer.roster import presets, reading
from issuer.roster.findings import shown
from issuer.roster.table import Table
from issuer.settings import line_of

BATCH_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_MISNAMED = re.compile(r"(?!batch\.yml$)batch\.ya?ml(\.txt)?", re.IGNORECASE)
_OTHER_ROSTER = re.compile(r"roster\.[a-z]+|[^.].*\.(xlsm|xlsb|xlt|xltx|ots|fods|numbers|tsv)", re.IGNORECASE)
_NO_ROSTER = re.compile(r"[.~].*|rejects\..*|issued-[0-9]+\.jsonl|deliveries\.jsonl", re.IGNORECASE)
"""Files of a batch's folder whose names end like a roster's: those that are open in an editor, and those that Issuer writes."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A folder under records/. name: the folder's; folder, roster: paths; config: its batch.yml."""

    name: str
    folder: Path
    config: BatchConfig
    roster: Path

    @property
    def settings_path(self) -> str:
        """batch.yml as messages show it: relative to the repository."""
        return f"records/{self.name}/batch.yml"

    @property
    def roster_path(self) -> str:
        """The roster as messages show it: relative to the repository."""
        return f"records/{self.name}/{self.roster.name}"


def names(repository: Path) -> list[str]:
    """The folders in records/ that hold a batch.yml, sorted."""
    return sorted(path.parent.name for path in (repository / "records").glob("*/batch.yml"))


def named(repository: Path, text: str) -> str:
    """The name of the batch that a person means by text: its folder, with or without records/ before it. Raises UsageError."""
    name, existing = text.strip("/").removeprefix("records/"), names(repository)
    if name not in existing:
        raise UsageError(f"there is no batch {name!r}", hint=f"batches: {', '.join(existing) or 'there is none yet'}")
    return name


def misnamed(repository: Path) -> dict[str, str]:
    """Folders in records/ without a batch.yml, but with a file that must be meant to be it: folder name → file name, sorted."""
    files = {path.parent.name: path.name for path in sorted((repository / "records").glob("*/*")) if _MISNAMED.fullmatch(path.name)}
    return {folder: file for folder, file in files.items() if not (repository / "records" / folder / "batch.yml").exists()}


def load(repository: Path, name: str) -> Batch:
    """Read a batch's settings and find its roster. Raises ConfigError or RosterError."""
    shown_folder = f"records/{name}"
    if not BATCH_NAME.fullmatch(name):
        hint = "name the folder with a-z, 0-9 and -, at most 80 characters, such as 2026-05-python-101"
        raise ConfigError(f"{shown(name)} is no name of a batch", place=Place("records"), hint=hint)
    folder = repository / "records" / name
    if not folder.is_dir():
        raise ConfigError("there is no such batch", place=Place(shown_folder), hint="`issuer check` without a name lists the batches")
    settings = folder / "batch.yml"
    _refuse_outside(repository, settings, f"{shown_folder}/batch.yml")
    config = read_batch(settings, shown_as=f"{shown_folder}/batch.yml")
    if config.preset is not None:
        presets.require(config.preset, Place(f"{shown_folder}/batch.yml", line_of(settings, "preset")))
    roster = _roster(folder, config, shown_folder)
    _refuse_outside(repository, roster, f"{shown_folder}/{roster.name}")
    if not roster.is_file():
        raise RosterError("is not a file", place=Place(f"{shown_folder}/{roster.name}"), hint=f"put a file there, as {reading.KINDS}")
    return Batch(name, folder, config, roster)


def _roster(folder: Path, config: BatchConfig, shown_folder: str) -> Path:
    if config.roster is not None:
        path = folder / config.roster
        if not path.exists():
            hint = f"put it there, or correct `roster:` in {shown_folder}/batch.yml"
            raise RosterError("there is no such file", place=Place(f"{shown_folder}/{config.roster}"), hint=hint)
        return path
    there = [path for path in folder.iterdir() if path.suffix.lower() in reading.SUFFIXES]
    found = sorted(path for path in there if not _NO_ROSTER.fullmatch(path.name))
    if len(found) == 1 and found[0].name.isprintable():
        return found[0]
    other = next((name for name in sorted(path.name for path in folder.iterdir()) if _OTHER_ROSTER.fullmatch(name)), None)
    if not found and other is not None:
        raise RosterError("cannot be read", place=Place(f"{shown_folder}/{other}"), hint=f"save it as {reading.KINDS}")
    if not found:
        raise RosterError("there is no roster", place=Place(shown_folder), hint="put the recipients there, as roster.csv or roster.xlsx")
    message = f"there is no single roster: {', '.join(shown(path.name) for path in found[:5])}"
    raise RosterError(message, place=Place(shown_folder), hint="keep one, or name it in batch.yml, as in `roster: roster.csv`")


def _refuse_outside(repository: Path, path: Path, shown_as: str) -> None:
    """A symbolic link that leads out of the repository could publish any file of this machine."""
    try:
        inside = path.resolve().is_relative_to(repository.resolve())
    except (OSError, RuntimeError):
        inside = False
    if not inside:
        raise RosterError("leads out of the repository", place=Place(shown_as), hint="put the file itself there, not a link")


def table(batch: Batch, *, most: int | None = None) -> Table:
    """Open the roster of a batch. most: rows that issuer.yml allows, unless batch.yml says otherwise. Raises RosterError here, or while the
    rows are read."""
    config = batch.config
    rows = config.limits.rows or most
    return reading.read(batch.roster, shown_as=batch.roster_path, sheet=config.sheet, encoding=config.encoding, most=rows)


def labels(batch: Batch, values: Mapping[str, str]) -> dict[str, str]:
    """How each custom field of a row is called on the certificate page, in the order of batch.yml; then the language, if there is one."""
    config = batch.config
    named = {field: column.label or column.title or field for field, column in config.columns.items()}
    custom = {field: label for field, label in named.items() if field in values and config.is_own(field)}
    return custom | ({"language": "Language"} if "language" in values and "language" not in custom else {})


def key_value(batch: Batch, values: Mapping[str, str]) -> tuple[str, str]:
    """The field that identifies a row, and its text: what batch.yml names as key, else the e-mail address in lower case, else the name.
    Several fields are one: their texts stand in lines. Without one of them there is no text."""
    named = batch.config.key or (("email",) if "email" in values else ("name",))
    texts = [values.get(field, "") for field in named]
    texts = [text.lower() if field == "email" else text for field, text in zip(named, texts, strict=True)]
    return " and ".join(named), "\n".join(texts) if all(texts) else ""


def digest_of(name: str, identity: str) -> str:
    """What the records call a row: the first 32 hex digits of SHA-256("issuer row key v1\\n" + batch + "\\n" + key value). name: of its
    batch; identity: as key_value gives it."""
    return hashlib.sha256(f"issuer row key v1\n{name}\n{identity}".encode()).hexdigest()[:32]


def content_digest(batch: Batch, values: Mapping[str, str]) -> str:
    """SHA-256 (hex) over everything that ends up in the credential of a row, see Contents."""
    return Contents(batch).digest(values)


class Contents:
    """Digests of what ends up in the credentials of a batch, and of nothing else: no template, no words of the mail, no e-mail address, no
    private field.

    A digest is SHA-256 over the RFC 8785 form of {achievement, awarded, kinds, labels, valid_until, values}; what is not set is left out.
    kinds: of the own columns that are no plain results, how they are signed. What rows of the same fields share is written once.
    """

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        achievement = batch.config.achievement.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        self._achievement = jcs.canonical(achievement)
        self._unsigned = frozenset({"email", *DATE_FIELDS, *batch.config.private})
        self._shared: dict[tuple[str, ...], tuple[bytes, bytes]] = {}

    def digest(self, values: Mapping[str, str]) -> str:
        """Of one row, 64 hex digits. values: field → text."""
        fields = tuple(values)
        shared = self._shared.get(fields)
        if shared is None:
            shared = self._shared[fields] = self._of_fields(values)
        complete = {**self._batch.config.given(values), **values}
        parts = [b'{"achievement":', self._achievement]
        if "awarded" in complete:
            parts += (b',"awarded":', jcs.canonical(complete["awarded"]))
        parts += shared
        if "valid_until" in complete:
            parts += (b',"valid_until":', jcs.canonical(complete["valid_until"]))
        signed = {field: value for field, value in complete.items() if field not in self._unsigned}
        parts += (b',"values":', jcs.canonical(signed), b"}")
        return hashlib.sha256(b"".join(parts)).hexdigest()

    def _of_fields(self, values: Mapping[str, str]) -> tuple[bytes, bytes]:
        """The members kinds and labels of rows that have these fields."""
        own = labels(self._batch, values)
        columns = {field: column for field, column in self._batch.config.columns.items() if field in own}
        kinds = {field: column.as_ if column.as_ == "field" else column.result for field, column in columns.items()}
        special = {field: kind for field, kind in kinds.items() if kind not in (None, "Result")}
        return b',"kinds":' + jcs.canonical(special) if special else b"", b',"labels":' + jcs.canonical(own)
