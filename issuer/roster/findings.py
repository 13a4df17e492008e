"""Findings: what the checks say about one cell, row, file or element of a template. site/guide/findings.md has a section for every code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from issuer.errors import Place


class Severity(StrEnum):
    """How much a finding matters. error: nothing is issued until it is mended; warning: look at it; note: for information."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Code(StrEnum):
    """Every code that a finding can have. Codes are stable: scripts and policies name them."""

    ROSTER_UNREADABLE = "roster-unreadable"
    ROSTER_EMPTY = "roster-empty"
    ROWS_MANY = "rows-many"
    HEADER_EMPTY = "header-empty"
    HEADER_DUPLICATE = "header-duplicate"
    COLUMN_MISSING = "column-missing"
    COLUMN_AMBIGUOUS = "column-ambiguous"
    COLUMN_FOUND = "column-found"
    COLUMN_UNUSED = "column-unused"
    FIELD_MISSPELT = "field-misspelt"
    SHEET_CHOSEN = "sheet-chosen"
    SHEETS_HIDDEN = "sheets-hidden"
    ROWS_HIDDEN = "rows-hidden"
    ROWS_BLANK = "rows-blank"
    ROW_RAGGED = "row-ragged"
    ROW_DUPLICATE = "row-duplicate"
    ROW_SIMILAR = "row-similar"
    ROW_SUPERSEDED = "row-superseded"
    NAME_TWICE = "name-twice"
    CELLS_MERGED = "cells-merged"
    CELLS_SWAPPED = "cells-swapped"
    CELL_ERROR = "cell-error"
    CELL_FORMULA = "cell-formula"
    CELL_LONG = "cell-long"
    CELL_NESTED = "cell-nested"
    NAME_LONG = "name-long"
    NAME_CASE = "name-case"
    NAME_PLACEHOLDER = "name-placeholder"
    NAME_HALF = "name-half"
    NAME_ORDER = "name-order"
    VALUE_MISSING = "value-missing"
    VALUE_PLACEHOLDER = "value-placeholder"
    ZEROS_LOST = "zeros-lost"
    EMAIL_MISSING = "email-missing"
    EMAIL_INVALID = "email-invalid"
    EMAIL_TYPO = "email-typo"
    ADDRESS_PUBLIC = "address-public"
    LANGUAGE_INVALID = "language-invalid"
    LINK_INVALID = "link-invalid"
    CREDITS_INVALID = "credits-invalid"
    DATE_INVALID = "date-invalid"
    DATE_AMBIGUOUS = "date-ambiguous"
    DATE_SERIAL = "date-serial"
    DATE_UNLIKELY = "date-unlikely"
    ENDED_EARLY = "ended-early"
    AWARDED_MISSING = "awarded-missing"
    AWARDED_UNLIKELY = "awarded-unlikely"
    VALID_UNTIL_EARLY = "valid-until-early"
    VALID_UNTIL_PASSED = "valid-until-passed"
    CHARACTER_CONTROL = "character-control"
    CHARACTER_BIDI = "character-bidi"
    CHARACTER_INVISIBLE = "character-invisible"
    CHARACTER_UNASSIGNED = "character-unassigned"
    CHARACTER_REPLACED = "character-replaced"
    TEXT_MOJIBAKE = "text-mojibake"
    SCRIPT_MIXED = "script-mixed"
    REQUIRE_UNKNOWN = "require-unknown"
    REQUIRE_UNCLEAR = "require-unclear"
    CANNOT_DRAW = "cannot-draw"
    TEMPLATE_UNREADABLE = "template-unreadable"
    TEMPLATE_SCRIPT = "template-script"
    TEMPLATE_EXTERNAL = "template-external"
    TEMPLATE_ELEMENT = "template-element"
    TEMPLATE_LARGE = "template-large"
    TEMPLATE_HEAVY = "template-heavy"
    TEMPLATE_PAGE = "template-page"
    TEMPLATE_ATTRIBUTE = "template-attribute"
    TEMPLATE_TEXT = "template-text"
    TEMPLATE_FONT = "template-font"
    TEMPLATE_PICTURE = "template-picture"
    TEMPLATE_BRAND = "template-brand"
    TEMPLATE_BRACES = "template-braces"
    TEMPLATE_FIELD_UNKNOWN = "template-field-unknown"
    TEMPLATE_FIELD_OWN = "template-field-own"
    TEMPLATE_FIELD_MISSPELT = "template-field-misspelt"
    TEMPLATE_NAME_MISSING = "template-name-missing"
    TEMPLATE_NARROW = "template-narrow"
    TEMPLATE_CENTRE = "template-centre"
    TEMPLATE_CONTRAST = "template-contrast"
    TEMPLATE_EDGE = "template-edge"
    TEMPLATE_OVERLAP = "template-overlap"
    TEMPLATE_ORDER = "template-order"
    TEMPLATE_UNDRAWN = "template-undrawn"
    TEMPLATE_QR = "template-qr"
    TEMPLATE_QR_MISSING = "template-qr-missing"
    TEMPLATE_QR_SMALL = "template-qr-small"
    TEMPLATE_QR_QUIET = "template-qr-quiet"
    TEMPLATE_QR_CONTRAST = "template-qr-contrast"
    MAIL_WORDS_WRONG = "mail-words-wrong"
    WITHDRAWN = "withdrawn"
    ROW_MOVED = "row-moved"
    BATCH_RENAMED = "batch-renamed"
    RENEWAL_UNKNOWN = "renewal-unknown"
    RENEWAL_REVOKED = "renewal-revoked"
    RENEWAL_TWICE = "renewal-twice"
    RENEWAL_OF_ANOTHER = "renewal-of-another"
    REVOKED_ROW = "revoked-row"
    REVOCATION_UNKNOWN = "revocation-unknown"
    REVOCATION_WRONG = "revocation-wrong"


_OTHER_THAN_ERROR = {
    Code.COLUMN_FOUND: Severity.NOTE,
    Code.COLUMN_UNUSED: Severity.NOTE,
    Code.SHEET_CHOSEN: Severity.NOTE,
    Code.SHEETS_HIDDEN: Severity.NOTE,
    Code.ROWS_HIDDEN: Severity.WARNING,
    Code.ROWS_BLANK: Severity.NOTE,
    Code.ROW_SIMILAR: Severity.WARNING,
    Code.ROW_SUPERSEDED: Severity.NOTE,
    Code.NAME_TWICE: Severity.WARNING,
    Code.CELLS_MERGED: Severity.WARNING,
    Code.NAME_CASE: Severity.WARNING,
    Code.NAME_HALF: Severity.WARNING,
    Code.VALUE_PLACEHOLDER: Severity.WARNING,
    Code.ZEROS_LOST: Severity.WARNING,
    Code.EMAIL_TYPO: Severity.WARNING,
    Code.DATE_UNLIKELY: Severity.WARNING,
    Code.SCRIPT_MIXED: Severity.WARNING,
    Code.ROW_MOVED: Severity.WARNING,
    Code.EMAIL_MISSING: Severity.WARNING,
    Code.AWARDED_UNLIKELY: Severity.WARNING,
    Code.VALID_UNTIL_PASSED: Severity.WARNING,
    Code.TEMPLATE_HEAVY: Severity.WARNING,
    Code.TEMPLATE_BRAND: Severity.WARNING,
    Code.TEMPLATE_BRACES: Severity.WARNING,
    Code.TEMPLATE_FIELD_OWN: Severity.NOTE,
    Code.TEMPLATE_FIELD_MISSPELT: Severity.WARNING,
    Code.TEMPLATE_NAME_MISSING: Severity.WARNING,
    Code.TEMPLATE_NARROW: Severity.WARNING,
    Code.TEMPLATE_CENTRE: Severity.WARNING,
    Code.TEMPLATE_CONTRAST: Severity.WARNING,
    Code.TEMPLATE_EDGE: Severity.WARNING,
    Code.TEMPLATE_OVERLAP: Severity.WARNING,
    Code.TEMPLATE_ORDER: Severity.WARNING,
    Code.TEMPLATE_UNDRAWN: Severity.WARNING,
    Code.TEMPLATE_QR_MISSING: Severity.WARNING,
    Code.TEMPLATE_QR_SMALL: Severity.WARNING,
    Code.WITHDRAWN: Severity.WARNING,
    Code.RENEWAL_OF_ANOTHER: Severity.WARNING,
    Code.REVOKED_ROW: Severity.WARNING,
}
SEVERITIES: dict[Code, Severity] = {code: _OTHER_THAN_ERROR.get(code, Severity.ERROR) for code in Code}


@dataclass(frozen=True, slots=True)
class Finding:
    """severity, code, place as in errors.Place; message: lower case, no full stop; hint: what to do."""

    severity: Severity
    code: Code
    place: Place
    message: str
    hint: str

    @property
    def blocks(self) -> bool:
        """Whether it keeps its row, or the batch, from being issued."""
        return self.severity is Severity.ERROR


Report = Callable[[Code, str, str], None]
"""Takes what is wrong with the cell that is being read: code, message, hint."""


def finding(code: Code, place: Place, message: str, hint: str) -> Finding:
    """A finding with the severity that its code has."""
    return Finding(SEVERITIES[code], code, place, message, hint)


def shown(text: str, limit: int = 60) -> str:
    """A cell's text in quotes for a message: at most limit characters, invisible and control characters as escapes."""
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")
