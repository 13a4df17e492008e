"""issuer.yml as a strict model: who issues, with which keys."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from issuer import settings
from issuer.settings import Day, Limits, Line, PictureFile, Policies, Strict, WebAddress

ISSUER_YML = "issuer.yml"
Use = Literal["credentials", "status", "log"]
USES: tuple[Use, ...] = ("credentials", "status", "log")
"""What a key can be for: credentials; status lists and register; checkpoints of the log."""


class KeyWindow(Strict):
    """A public key, what it is for, and the log entries that it may sign: from ≤ index < until, both 0-based.

    until is absent while the key is in use. compromised: the day on which a retired key was found to be in other hands: nothing that it
    signed at until or later counts.
    """

    key: str
    from_: int = Field(alias="from", ge=0, default=0)
    until: int | None = Field(default=None, ge=0)
    use: tuple[Use, ...] = Field(default=USES, strict=False)
    compromised: Day | None = None

    @field_validator("use", mode="before")
    @classmethod
    def _listed_uses(cls, value: Any) -> Any:
        if not isinstance(value, (list, tuple)) or not value or any(word not in USES for word in value) or len(set(value)) < len(value):
            raise ValueError("must list what the key is for, each once: [credentials, status, log] or some of them")
        return tuple(use for use in USES if use in value)

    @model_validator(mode="after")
    def _in_order(self) -> KeyWindow:
        if self.until is not None and self.until < self.from_:
            raise ValueError(f"until ({self.until}) comes before from ({self.from_})")
        if self.compromised is not None and self.until is None:
            raise ValueError("a compromised key needs `until`: the first log entry that no longer counts")
        return self

    def overlaps(self, other: KeyWindow) -> bool:
        """Whether some log entry is in both windows."""
        until, others = (float("inf") if window.until is None else window.until for window in (self, other))
        return max(self.from_, other.from_) < min(until, others)


class SmtpServer(Strict):
    """Where mail is handed in. The password comes from the environment variable ISSUER_SMTP_PASSWORD."""

    host: Line
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: Line | None = None


class MailSettings(Strict):
    """Who mail comes from and whom a recipient can ask. preview: whether a mail shows the certificate, unless batch.yml says otherwise."""

    from_: Line = Field(alias="from")
    support: Line
    smtp: SmtpServer | None = None
    preview: bool = True


class AuditSettings(Strict):
    """What `issuer audit` is to know. ci: names or e-mail addresses of the committers that are CI."""

    ci: tuple[Line, ...] = Field(min_length=1, strict=False)


class BrandSettings(Strict):
    """How the issuer's certificates look. colours: by the name that a template gives with data-fill and the like, such as primary and
    accent, as #rrggbb; logo: a PNG, JPEG or SVG of the repository."""

    colours: dict[str, str] = Field(default_factory=dict)
    logo: PictureFile | None = None

    @field_validator("colours")
    @classmethod
    def _named_colours(cls, colours: dict[str, str]) -> dict[str, str]:
        for name, colour in colours.items():
            if not re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", name):
                raise ValueError(f"{name!r} is no name of a colour: use a-z, 0-9, _ and -, beginning with a letter")
            if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
                raise ValueError(f'{name} is {colour!r}: write six digits in quotes, as in "#1b2a44"')
        return {name: colour.lower() for name, colour in colours.items()}


class IssuerConfig(Strict):
    """issuer.yml: who issues. base_url ends without a slash; did is derived from it unless given;
    status_entries: the status lists that a credential names itself (decision 0014); findings: code → how much it matters; limits: of
    rosters. A batch.yml can say otherwise for its batch."""

    name: Line
    url: WebAddress
    base_url: WebAddress
    did: str | None = Field(default=None, pattern=r"^did:web:[A-Za-z0-9.-]+(%3A[0-9]+)?(:[A-Za-z0-9._~-]+)*$")
    keys: tuple[KeyWindow, ...] = Field(min_length=1, strict=False)
    status_entries: tuple[Literal["revocation", "suspension"], ...] = Field(default=("revocation",), strict=False)
    mail: MailSettings | None = None
    audit: AuditSettings | None = None
    brand: BrandSettings = Field(default_factory=BrandSettings)
    findings: Policies = Field(default_factory=dict)
    limits: Limits = Field(default_factory=Limits)

    @field_validator("base_url")
    @classmethod
    def _secure_base(cls, text: str) -> str:
        parts = urlsplit(text)
        if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1"):
            raise ValueError("must begin with https:// (http:// works only for localhost)")
        if "?" in text or "#" in text or not re.fullmatch(r"(/[A-Za-z0-9._~-]+)*/?", parts.path):
            raise ValueError("must be an address without ? and #, with folders of letters, digits and . _ ~ - only")
        return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"

    @field_validator("status_entries")
    @classmethod
    def _revocation_first(cls, purposes: tuple[str, ...]) -> tuple[str, ...]:
        if purposes not in (("revocation",), ("revocation", "suspension")):
            raise ValueError("must be [revocation], or [revocation, suspension]")
        return purposes

    @field_validator("keys")
    @classmethod
    def _each_key_once(cls, keys: tuple[KeyWindow, ...]) -> tuple[KeyWindow, ...]:
        for index, window in enumerate(keys):
            if any(window.key == earlier.key for earlier in keys[:index]):
                raise ValueError(f"the key {window.key!r} is listed twice: give it one window")
        return keys

    @field_validator("keys")
    @classmethod
    def _one_key_for_each_use(cls, keys: tuple[KeyWindow, ...]) -> tuple[KeyWindow, ...]:
        for one, other in itertools.combinations(keys, 2):
            shared = [use for use in USES if use in one.use and use in other.use]
            if shared and one.overlaps(other):
                raise ValueError(
                    f"{one.key} and {other.key} are both for {shared[0]} at log entry {max(one.from_, other.from_)}: "
                    "end one window with `until` where the other begins with `from`"
                )
        return keys

    def key_for(self, use: Use) -> str | None:
        """The Multikey in use for this, None if there is none. There is never more than one."""
        return next((window.key for window in self.keys if window.until is None and use in window.use), None)

    def is_void(self, key: str, index: int | None) -> bool:
        """Whether what a key signed does not count because the key was in other hands by then. index: of its log entry, None if the log
        does not name it."""
        windows = (window for window in self.keys if window.key == key and window.compromised is not None)
        return index is not None and any(window.until is not None and index >= window.until for window in windows)


def read_issuer(path: Path, *, shown_as: str | None = None) -> IssuerConfig:
    """Read issuer.yml. shown_as: the path to print in errors. Raises ConfigError with every mistake in one message."""
    return settings.read(path, IssuerConfig, shown_as=shown_as)
