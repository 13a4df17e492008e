"""batch.yml as a strict model: what is awarded, to whom, and how it looks."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator, model_validator

from issuer import settings
from issuer.settings import Day, Line, Strict, WebAddress

FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
RESERVED_FIELDS = frozenset({"achievement", "description", "criteria", "issuer", "issuer_url", "url", "id", "qr"})
KNOWN_FIELDS = ("name", "email", "awarded", "valid_until", "language")


class Criteria(Strict):
    """What the recipient had to do: a text, a page, or both."""

    narrative: str | None = None
    url: WebAddress | None = None

    @model_validator(mode="after")
    def _something(self) -> Criteria:
        if not self.narrative and not self.url:
            raise ValueError("give a narrative, a url, or both")
        return self


class Achievement(Strict):
    """What is awarded (Open Badges 3.0 Achievement). id: a URL; by default <base_url>/achievements/<batch>."""

    id: WebAddress | None = None
    type: Line = "Certificate"
    name: Line
    description: str = Field(min_length=1)
    criteria: Criteria
    language: str | None = Field(default=None, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    tags: tuple[Line, ...] = Field(default=(), strict=False)

    @field_validator("tags")
    @classmethod
    def _different(cls, tags: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(tags)) != len(tags):
            raise ValueError("names a tag twice")
        return tags

    @field_validator("criteria", mode="before")
    @classmethod
    def _text_is_narrative(cls, value: Any) -> Any:
        return {"narrative": value} if isinstance(value, str) else value


class ColumnMapping(Strict):
    """Which roster column fills a field. column: the header's text; label: how the field is called on the certificate page."""

    column: Line
    label: Line | None = None
    required: bool = False
    date: str | None = Field(default=None, description="strptime format of the dates in this column, such as %d.%m.%Y")

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
    """The words of the mail; {{ field }} stands for a field of the certificate."""

    subject: Line = "Your certificate: {{ achievement }}"
    text: str | None = None


class BatchConfig(Strict):
    """batch.yml: what is awarded, to whom, and how it looks. columns: field → roster header, or a ColumnMapping."""

    achievement: Achievement
    awarded: Day | None = None
    valid_until: Day | None = None
    template: str = Field(default="default", pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    roster: str | None = None
    sheet: str | None = None
    key: str | None = None
    columns: dict[str, ColumnMapping] = Field(default_factory=dict)
    mail: BatchMail = BatchMail()

    @field_validator("roster")
    @classmethod
    def _readable_roster(cls, name: str | None) -> str | None:
        if name is not None and not re.fullmatch(r"[^/\\\n]+\.(csv|xlsx)", name, re.IGNORECASE):
            raise ValueError(f"{name!r} is no roster: name a CSV or XLSX file of this folder, such as roster.xlsx")
        return name

    @field_validator("columns", mode="before")
    @classmethod
    def _text_is_column(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {field: {"column": mapping} if isinstance(mapping, str) else mapping for field, mapping in value.items()}

    @field_validator("columns")
    @classmethod
    def _field_names(cls, columns: dict[str, ColumnMapping]) -> dict[str, ColumnMapping]:
        for field in columns:
            if not FIELD_NAME.fullmatch(field):
                raise ValueError(f"{field!r} is no field name: use a-z, 0-9 and _, beginning with a letter")
            if field in RESERVED_FIELDS:
                raise ValueError(f"{field!r} is taken by the certificate itself: choose another field name")
        return columns

    @model_validator(mode="after")
    def _consistent(self) -> BatchConfig:
        if self.key is not None and self.key not in (*KNOWN_FIELDS, *self.columns):
            raise ValueError(f"key: {self.key!r} is no field of this batch: name one of columns, or email or name")
        if self.awarded is not None and self.valid_until is not None and self.valid_until < self.awarded:
            raise ValueError(f"valid_until ({self.valid_until}) comes before awarded ({self.awarded})")
        return self


def read_batch(path: Path, *, shown_as: str | None = None) -> BatchConfig:
    """Read batch.yml. shown_as: the path to print in errors. Raises ConfigError with every mistake in one message."""
    return settings.read(path, BatchConfig, shown_as=shown_as)
