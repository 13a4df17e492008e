"""The error tree. Every error that a user can meet is an IssuerError with a place and a hint.

IssuerError                 exit 3: could not do it
├── UsageError              exit 2: the command was called wrongly
├── RefusedError            exit 1: the answer is no (findings that block, records that do not agree)
│   ├── ConfigError         issuer.yml or batch.yml is wrong
│   ├── RosterError         a roster cannot be read at all
│   ├── TemplateError       a certificate template cannot be used
│   └── IntegrityError      records, log and checkpoint do not agree
├── FormatError             bytes are not what their specification says (formats/ raises only this)
│   └── UnsupportedError    they may well be, but by a specification that is not built in: neither good nor bad
├── KeyUnusableError        a key is missing, malformed, weak or not the issuer's
├── StorageError            the disk is full, a file cannot be read or written
└── NetworkError            a server cannot be reached or refused us
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is wrong. file: path as the user would type it; line: 1-based; column: a header's text; cell: such as "C17";
    element: of a template, such as "<text>" or "<rect id=seal>"; or "record 12" of a JSON file whose records have no lines of their own."""

    file: str
    line: int | None = None
    column: str | None = None
    sheet: str | None = None
    cell: str | None = None
    element: str | None = None

    def __str__(self) -> str:
        text = self.file
        if self.sheet is not None:
            text += f"!{self.sheet}"
        if self.cell is not None:
            text += f"!{self.cell}"
        elif self.line is not None:
            text += f":{self.line}"
        if self.element is not None:
            text += f" {self.element}"
        return text if self.column is None else f'{text} column "{self.column}"'


class IssuerError(Exception):
    """An error with a message (lower case, no full stop), the place it is about, and a hint that says what to do."""

    exit_code = 3

    def __init__(self, message: str, *, place: Place | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        return self.message if self.place is None else f"{self.place}: {self.message}"


class UsageError(IssuerError):
    """The command was called wrongly."""

    exit_code = 2


class RefusedError(IssuerError):
    """The answer is no."""

    exit_code = 1


class ConfigError(RefusedError):
    """issuer.yml or batch.yml is wrong."""


class RosterError(RefusedError):
    """A roster cannot be read at all, or not to its end. code: of the finding that it is in a check, see roster.findings."""

    def __init__(self, message: str, *, place: Place | None = None, hint: str = "", code: str = "roster-unreadable") -> None:
        super().__init__(message, place=place, hint=hint)
        self.code = code


class TemplateError(RefusedError):
    """A certificate template cannot be used. code: of the finding that it is in a check, see roster.findings."""

    def __init__(self, message: str, *, place: Place | None = None, hint: str = "", code: str = "template-unreadable") -> None:
        super().__init__(message, place=place, hint=hint)
        self.code = code


class IntegrityError(RefusedError):
    """Records, log and checkpoint do not agree."""


class FormatError(IssuerError):
    """Bytes are not what their specification says."""


class UnsupportedError(FormatError):
    """Bytes may be what their specification says, but it is none that is built in: neither good nor bad."""


class KeyUnusableError(IssuerError):
    """A key is missing, malformed, weak or not the issuer's."""


class StorageError(IssuerError):
    """The disk is full, or a file cannot be read or written."""


class NetworkError(IssuerError):
    """A server cannot be reached or refused us."""
