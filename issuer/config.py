"""issuer.yml as a strict model: who issues, with which keys."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from issuer import settings
from issuer.settings import Line, Strict, WebAddress


class KeyWindow(Strict):
    """A public key and the log entries that it may sign: from ≤ index < until, both 0-based; until is absent while in use."""

    key: str
    from_: int = Field(alias="from", ge=0, default=0)
    until: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> KeyWindow:
        if self.until is not None and self.until < self.from_:
            raise ValueError(f"until ({self.until}) comes before from ({self.from_})")
        return self


class SmtpServer(Strict):
    """Where mail is handed in. The password comes from the environment variable ISSUER_SMTP_PASSWORD."""

    host: Line
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: Line | None = None


class MailSettings(Strict):
    """Who mail comes from and whom a recipient can ask."""

    from_: Line = Field(alias="from")
    support: Line
    smtp: SmtpServer | None = None


class IssuerConfig(Strict):
    """issuer.yml: who issues. base_url ends without a slash; did is derived from it unless given."""

    name: Line
    url: WebAddress
    base_url: WebAddress
    did: str | None = Field(default=None, pattern=r"^did:web:[A-Za-z0-9.-]+(%3A[0-9]+)?(:[A-Za-z0-9._~-]+)*$")
    keys: tuple[KeyWindow, ...] = Field(min_length=1, strict=False)
    mail: MailSettings | None = None

    @field_validator("base_url")
    @classmethod
    def _secure_base(cls, text: str) -> str:
        parts = urlsplit(text)
        if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1"):
            raise ValueError("must begin with https:// (http:// works only for localhost)")
        if "?" in text or "#" in text or not re.fullmatch(r"(/[A-Za-z0-9._~-]+)*/?", parts.path):
            raise ValueError("must be an address without ? and #, with folders of letters, digits and . _ ~ - only")
        return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"

    @field_validator("keys")
    @classmethod
    def _each_key_once(cls, keys: tuple[KeyWindow, ...]) -> tuple[KeyWindow, ...]:
        for index, window in enumerate(keys):
            if any(window.key == earlier.key for earlier in keys[:index]):
                raise ValueError(f"the key {window.key!r} is listed twice: give it one window")
        return keys


def read_issuer(path: Path, *, shown_as: str | None = None) -> IssuerConfig:
    """Read issuer.yml. shown_as: the path to print in errors. Raises ConfigError with every mistake in one message."""
    return settings.read(path, IssuerConfig, shown_as=shown_as)
