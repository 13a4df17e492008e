"""Findings: what the checks say about one cell, row, file or element of a template. site/guide/findings.md has a section for every code."""

from __future__ import annotations

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

    ROSTER_EMPTY = "roster-empty"
    HEADER_EMPTY = "header-empty"
    HEADER_DUPLICATE = "header-duplicate"
    COLUMN_MISSING = "column-missing"
    COLUMN_AMBIGUOUS = "column-ambiguous"
    COLUMN_UNUSED = "column-unused"
    FIELD_MISSPELT = "field-misspelt"
    SHEET_CHOSEN = "sheet-chosen"
    ROWS_HIDDEN = "rows-hidden"
    ROW_RAGGED = "row-ragged"
    ROW_DUPLICATE = "row-duplicate"
    CELL_ERROR = "cell-error"
    CELL_FORMULA = "cell-formula"
    CELL_LONG = "cell-long"
    NAME_LONG = "name-long"
    VALUE_MISSING = "value-missing"
    EMAIL_MISSING = "email-missing"
    EMAIL_INVALID = "email-invalid"
    ADDRESS_PUBLIC = "address-public"
    LANGUAGE_INVALID = "language-invalid"
    LINK_INVALID = "link-invalid"
    CREDITS_INVALID = "credits-invalid"
    DATE_INVALID = "date-invalid"
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
    TEMPLATE_FIELD_UNKNOWN = "template-field-unknown"
    TEMPLATE_FIELD_OWN = "template-field-own"
    TEMPLATE_NAME_MISSING = "template-name-missing"
    TEMPLATE_NARROW = "template-narrow"
    TEMPLATE_CENTRE = "template-centre"
    TEMPLATE_CONTRAST = "template-contrast"
    TEMPLATE_EDGE = "template-edge"
    TEMPLATE_OVERLAP = "template-overlap"
    TEMPLATE_QR = "template-qr"
    TEMPLATE_QR_MISSING = "template-qr-missing"
    TEMPLATE_QR_SMALL = "template-qr-small"
    TEMPLATE_QR_QUIET = "template-qr-quiet"
    TEMPLATE_QR_CONTRAST = "template-qr-contrast"
    MAIL_WORDS_WRONG = "mail-words-wrong"
    WITHDRAWN = "withdrawn"
    RENEWAL_UNKNOWN = "renewal-unknown"
    RENEWAL_REVOKED = "renewal-revoked"
    RENEWAL_TWICE = "renewal-twice"
    RENEWAL_OF_ANOTHER = "renewal-of-another"
    REVOKED_ROW = "revoked-row"
    REVOCATION_UNKNOWN = "revocation-unknown"
    REVOCATION_WRONG = "revocation-wrong"


_OTHER_THAN_ERROR = {
    Code.COLUMN_UNUSED: Severity.NOTE,
    Code.SHEET_CHOSEN: Severity.NOTE,
    Code.ROWS_HIDDEN: Severity.WARNING,
    Code.EMAIL_MISSING: Severity.WARNING,
    Code.AWARDED_UNLIKELY: Severity.WARNING,
    Code.VALID_UNTIL_PASSED: Severity.WARNING,
    Code.TEMPLATE_HEAVY: Severity.WARNING,
    Code.TEMPLATE_BRAND: Severity.WARNING,
    Code.TEMPLATE_FIELD_OWN: Severity.NOTE,
    Code.TEMPLATE_NAME_MISSING: Severity.WARNING,
    Code.TEMPLATE_NARROW: Severity.WARNING,
    Code.TEMPLATE_CENTRE: Severity.WARNING,
    Code.TEMPLATE_CONTRAST: Severity.WARNING,
    Code.TEMPLATE_EDGE: Severity.WARNING,
    Code.TEMPLATE_OVERLAP: Severity.WARNING,
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


def finding(code: Code, place: Place, message: str, hint: str) -> Finding:
    """A finding with the severity that its code has."""
    return Finding(SEVERITIES[code], code, place, message, hint)


def shown(text: str, limit: int = 60) -> str:
    """A cell's text in quotes for a message: at most limit characters, invisible and control characters as escapes."""
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")
