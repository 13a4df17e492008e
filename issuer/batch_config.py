"""batch.yml as a strict model: what is awarded, to whom, and how it looks."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from issuer import duration, settings
from issuer.achievement_config import ACHIEVEMENT_FIELDS, Achievement, ResultType
from issuer.duration import Duration
from issuer.settings import Day, Limits, Line, PictureFile, Policies, Strict, WebAddress

Withdraw = Literal["ask", "revoke", "keep"]
OnError = Literal["stop", "skip"]
FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
KNOWN_FIELDS = ("name", "email", "awarded", "valid_until", "language")
"""Fields that have a meaning of their own, and whose column is found by its header even if batch.yml does not name it."""
PLACED_FIELDS = tuple("evidence evidence_name evidence_narrative narrative credits licence role term started ended image renews".split())
"""Fields that have a place of their own in Open Badges. Their columns must be named: what is signed is published."""
DATE_FIELDS = ("awarded", "valid_until")
DAY_FIELDS = (*DATE_FIELDS, "started", "ended")
RESERVED_FIELDS = frozenset(
    {"achievement", "description", "criteria", "issuer", "issuer_url", "url", "id", "qr", *ACHIEVEMENT_FIELDS}
    | {f"{field}_long" for field in DAY_FIELDS}
)
ROSTERS = ("csv", "xlsx", "xls", "ods", "json", "jsonl")
"""How the name of a roster ends, and so what it is."""
Format = Literal["svg", "pdf", "png", "card"]
FORMATS: tuple[Format, ...] = ("svg", "pdf", "png", "card")
"""What a certificate can be drawn as; card: a picture of 1200 by 630 pixels, as messengers and social networks show links."""
DEFAULT_FORMATS: tuple[Format, ...] = ("svg", "pdf", "png")


def _is_day(text: str) -> bool:
    try:
        return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


def _duration(value: Any) -> Any:
    return duration.parse(value) if isinstance(value, str) else value


class ColumnMapping(Strict):
    """What fills a field. column: headers of the roster, their cells joined by spaces where there are several; value: what stands in each
    row instead; default: what stands where a cell is empty; label: how the field is called on the certificate page;
    private: whether it only helps to tell people apart or to decide, and is neither signed nor published;
    as: how it is signed, for fields of one's own: an Open Badges result, or a field under the issuer's own context (decision 0011);
    result: what kind of result; date: strptime format of the dates in this column, such as %d.%m.%Y; turned: whether names are written
    `Doe, Jane`, to be read as Jane Doe."""

    column: tuple[Line, ...] = Field(default=(), strict=False)
    value: Line | None = None
    default: Line | None = None
    label: Line | None = None
    required: bool = False
    private: bool = False
    date: str | None = None
    turned: bool = False
    as_: Literal["result", "field"] | None = Field(default=None, alias="as")
    result: ResultType | None = None

    @model_validator(mode="before")
    @classmethod
    def _text_is_column(cls, value: Any) -> Any:
        if isinstance(value, (str, list, tuple)):
            return {"column": value}
        if isinstance(value, (dict, ColumnMapping)):
            return value
        raise ValueError("is no text: put the column's header in quotes")  # YAML reads No as false, and 123 as a number

    @field_validator("column", mode="before")
    @classmethod
    def _one_header_or_more(cls, value: Any) -> Any:
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, (list, tuple)) or not value or any(not isinstance(header, str) for header in value):
            raise ValueError("names no column: write a header in quotes, or several in [ ] to join their cells")
        return value

    @model_validator(mode="after")
    def _from_somewhere(self) -> ColumnMapping:
        if bool(self.column) == (self.value is not None):
            raise ValueError("needs one of `column:`, the header of a column, and `value:`, the same for every row")
        if self.value is not None and (self.default is not None or self.date is not None or self.private or self.turned):
            raise ValueError("has a `value:` for every row: take `default`, `date`, `turned` and `private` out")
        if self.private and (self.as_ or self.result or self.label):
            raise ValueError("is private, so it is not signed: take `as`, `result` and `label` out")
        return self

    @property
    def title(self) -> str:
        """Its headers, as messages and pages show them; "" for a value."""
        return " + ".join(self.column)

    @model_validator(mode="after")
    def _kind_of_a_result(self) -> ColumnMapping:
        if self.as_ == "field" and self.result is not None:
            raise ValueError("has `result:`, and is signed `as: field`: take one of the two out")
        return self

    @field_validator("date")
    @classmethod
    def _names_a_day(cls, pattern: str | None) -> str | None:
        """The pattern must give back the day that was written with it."""
        day = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
        try:
            same = pattern is None or dt.datetime.strptime(day.strftime(pattern), pattern).date() == day.date()  # noqa: DTZ007 - a day only
        except (ValueError, re.error):
            same = False
        if not same:
            raise ValueError("must have day, month and year, such as %d.%m.%Y")
        return pattern


class BatchMail(Strict):
    """The words of the mail; {{ field }} stands for a field of the certificate. preview: whether it shows the certificate, None for what
    issuer.yml says."""

    subject: Line = "Your certificate: {{ achievement }}"
    text: str | None = None
    preview: bool | None = None


class BatchConfig(Strict):
    """batch.yml: what is awarded, to whom, and how it looks.

    valid_for: from the day of the award; image: the address of a picture that wallets show; images: pictures by the name that the template
    gives them with data-image, files of the batch's folder or, with "/" before them, of the repository; formats: what certificates are
    drawn as, in the order of FORMATS; encoding: of a CSV roster that is not Unicode; preset: the system that exported the roster, see
    issuer/roster/presets; columns: field → what fills it; key: the fields that tell people apart; require: who is eligible, see
    issuer/roster/eligibility; withdraw: what happens to the certificate of somebody who is no longer in the roster; on_error: whether a
    row with an error stops the batch, or only itself; findings, limits: as in issuer.yml, for this batch."""

    achievement: Achievement
    awarded: Day | None = None
    valid_until: Day | None = None
    valid_for: Annotated[Duration, BeforeValidator(_duration)] | None = None
    image: WebAddress | None = None
    template: str = "default"
    images: dict[str, PictureFile] = Field(default_factory=dict)
    formats: tuple[Format, ...] = Field(default=DEFAULT_FORMATS, strict=False)
    roster: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    preset: str | None = None
    columns: dict[str, ColumnMapping] = Field(default_factory=dict)
    key: tuple[str, ...] = Field(default=(), strict=False)
    require: Line | None = None
    withdraw: Withdraw = "ask"
    on_error: OnError = "stop"
    findings: Policies = Field(default_factory=dict)
    limits: Limits = Field(default_factory=Limits)
    mail: BatchMail = Field(default_factory=BatchMail)

    @field_validator("formats", mode="before")
    @classmethod
    def _always_svg(cls, value: Any) -> Any:
        if not isinstance(value, (list, tuple)) or any(word not in FORMATS for word in value) or len(set(value)) < len(value):
            raise ValueError(f"must list some of {', '.join(FORMATS)}, each once; svg is always drawn")
        return tuple(word for word in FORMATS if word == "svg" or word in value)

    @field_validator("template")
    @classmethod
    def _template_name(cls, name: str) -> str:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", name):
            meant = re.sub(r"[^a-z0-9]+", "-", re.sub(r"\.svg$", "", name.rpartition("/")[2].lower())).strip("-")[:64]
            hint = f"; did you mean {meant!r}?" if meant else ""
            raise ValueError(f"{name[:80]!r} is no template: it is a name in small letters, digits and -, without .svg{hint}")
        return name

    @field_validator("roster")
    @classmethod
    def _readable_roster(cls, name: str | None) -> str | None:
        if name is not None and not re.fullmatch(rf"[^/\\\n]+\.({'|'.join(ROSTERS)})", name, re.IGNORECASE):
            known = ", ".join(suffix.upper() for suffix in ROSTERS)
            raise ValueError(f"{name!r} is no roster: name a file of this folder, such as roster.xlsx ({known})")
        return name

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, name: str | None) -> str | None:
        try:
            known = name is None or "é".encode(name, "replace") is not None
        except LookupError:
            known = False
        if not known:
            raise ValueError(f"{name!r} is no encoding: write its name, such as windows-1252, iso-8859-15, macintosh or shift_jis")
        return name

    @field_validator("key", mode="before")
    @classmethod
    def _one_field_or_more(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("columns")
    @classmethod
    def _field_names(cls, columns: dict[str, ColumnMapping]) -> dict[str, ColumnMapping]:
        for field in columns:
            if not FIELD_NAME.fullmatch(field):
                raise ValueError(f"{field!r} is no field name: use a-z, 0-9 and _, beginning with a letter")
            if field in RESERVED_FIELDS:
                raise ValueError(f"{field!r} is taken by the certificate itself: choose another field name")
        return columns

    @field_validator("columns")
    @classmethod
    def _private_are_own(cls, columns: dict[str, ColumnMapping]) -> dict[str, ColumnMapping]:
        for field, column in columns.items():
            if column.private and field in (*KNOWN_FIELDS, *PLACED_FIELDS):
                raise ValueError(f"{field!r} has a place of its own: `private` is for fields of your own")
        return columns

    @field_validator("columns")
    @classmethod
    def _of_one_person(cls, columns: dict[str, ColumnMapping]) -> dict[str, ColumnMapping]:
        """The name and the address of one person cannot be those of all; and a day that all have is one."""
        for field, column in columns.items():
            if field in ("name", "email") and (column.value is not None or column.default is not None):
                given = "value" if column.value is not None else "default"
                raise ValueError(f"{field!r} differs from person to person: name its column, and take `{given}` out")
            for text in (column.value, column.default):
                if text is not None and field in DAY_FIELDS and not (column.as_ or column.result or _is_day(text)):
                    raise ValueError(f"{field!r} must be a date such as 2026-05-30, not {text!r}")
        return columns

    @field_validator("images")
    @classmethod
    def _named_images(cls, images: dict[str, str]) -> dict[str, str]:
        for name in images:
            if not re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", name):
                raise ValueError(f"{name!r} is no name of a picture: use a-z, 0-9, _ and -, beginning with a letter")
        return images

    @field_validator("columns")
    @classmethod
    def _signed_as(cls, columns: dict[str, ColumnMapping]) -> dict[str, ColumnMapping]:
        for field, column in columns.items():
            placed = field in PLACED_FIELDS and column.as_ is None and column.result is None
            if (column.as_ or column.result) and field in KNOWN_FIELDS and field != "language":
                raise ValueError(f"{field!r} has a place of its own: `as` and `result` are for fields of your own")
            if placed and column.label is not None:
                raise ValueError(f"{field!r} has a name of its own on the page: take `label` out, or add `as: result`")
        return columns

    @model_validator(mode="after")
    def _consistent(self) -> BatchConfig:
        for field in self.key:
            if field not in (*KNOWN_FIELDS, *self.columns):
                raise ValueError(f"key: {field!r} is no field of this batch: name one of columns, or email or name")
        if self.key and all(field in self.columns and self.columns[field].value is not None for field in self.key):
            raise ValueError(f"key: {' and '.join(self.key)} is the same in every row: name a field that tells people apart")
        if self.valid_until is not None and self.valid_for is not None:
            raise ValueError("valid_until and valid_for both say how long the certificates are valid: take one of the two out")
        if self.awarded is not None and self.valid_until is not None and self.valid_until < self.awarded:
            raise ValueError(f"valid_until ({self.valid_until}) comes before awarded ({self.awarded})")
        return self

    @property
    def private(self) -> frozenset[str]:
        """The fields that are neither signed nor published, beside `email`."""
        return frozenset(field for field, column in self.columns.items() if column.private)

    def is_own(self, field: str) -> bool:
        """Whether a field is one of the batch's own, and not one that Open Badges has a place for."""
        column = self.columns.get(field)
        if column is not None and (column.as_ or column.result):
            return True
        return field == "language" or field not in (*KNOWN_FIELDS, *PLACED_FIELDS)

    def given(self, values: Mapping[str, str]) -> dict[str, str]:
        """What the batch says for a row that does not say it itself: awarded, valid_until and image, as far as it does."""
        days = {"awarded": self.awarded, "valid_until": self.valid_until}
        given = {field: day.isoformat() for field, day in days.items() if day is not None and field not in values}
        awarded = values.get("awarded") or given.get("awarded")
        if self.valid_for is not None and "valid_until" not in values and awarded:
            given["valid_until"] = self.valid_for.after(dt.date.fromisoformat(awarded)).isoformat()
        if self.image is not None and "image" not in values and not self.is_own("image"):
            given["image"] = self.image
        return given


def read_batch(path: Path, *, shown_as: str | None = None) -> BatchConfig:
    """Read batch.yml. shown_as: the path to print in errors. Raises ConfigError with every mistake in one message."""
    return settings.read(path, BatchConfig, shown_as=shown_as)
