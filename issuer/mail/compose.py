"""The mail that brings a recipient the link to their certificate: one text part that is complete by itself, one HTML part, and if there is
one the picture of the certificate, which stands in the mail itself: nothing is fetched when it is opened.

The same input gives the same bytes: the Message-ID and the boundary come from the certificate and its revision, the date is given.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import re
import struct
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal
from urllib.parse import urlsplit

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from issuer.batch_config import BatchMail
from issuer.config import IssuerConfig
from issuer.errors import ConfigError, FormatError
from issuer.formats import linkedin, placeholders
from issuer.mail.address import mailbox, one_line
from issuer.mail.headers import LetterPolicy

DEFAULT_TEXT = """\
{{ issuer }} has awarded you a certificate. Well done!

It has a page of its own. There you can look at it, download it, and let anybody see that it is genuine."""

CORRECTED_TEXT = """\
{{ issuer }} has corrected your certificate. The link is the same as before, and its page now shows the corrected certificate.

Copies that you downloaded earlier have been replaced: please download it again before you pass it on."""

_REVISION = re.compile(r"[0-9A-Za-z]{1,128}", re.ASCII)
_REVISION_SHOWN = 16
_PICTURE_WIDTH = 516  # what the letter leaves between its edges, in CSS pixels
_LINKS = frozenset({"url", "issuer_url"})


@dataclass(frozen=True, slots=True)
class Run:
    """Words of a paragraph that are shown alike. kind: words of the author, a recipient's value, a link, or the end of a line."""

    kind: Literal["words", "value", "link", "break"]
    text: str


def message_id(id: str, revision: str, base_url: str) -> str:  # noqa: A002 - the word for it everywhere
    """The Message-ID of a certificate's mail. revision: letters and digits, such as the hex digest of record.json; 16 of them are used.
    Raises FormatError."""
    if not _REVISION.fullmatch(revision):
        raise FormatError("a mail's revision has 1 to 128 letters and digits")
    return f"<c.{id}.{revision[:_REVISION_SHOWN]}@{urlsplit(base_url).hostname}>"


def compose(
    fields: Mapping[str, str],
    *,
    address: str,
    recipient_name: str,
    issuer: IssuerConfig,
    words: BatchMail,
    revision: str,
    now: dt.datetime,
    language: str | None = None,
    corrected: bool = False,
    optional: Collection[str] = (),
    picture: bytes | None = None,
) -> EmailMessage:
    """The message for one recipient; `as_bytes()` gives what SMTP takes, with CRLF line ends.

    fields: of the credential, at least name, achievement, issuer, id, url. revision: see message_id. now: aware. language: of words.text
    (BCP 47) if known. corrected: the recipient had mail about an older revision. optional: fields that words may name and a row may lack.
    picture: of the certificate, PNG. Raises ConfigError without mail settings, FormatError for a wrong address or wrong words.
    """
    if issuer.mail is None:
        raise ConfigError("issuer.yml has no mail settings", hint="add `mail:` with `from:` and `support:`")
    values = dict.fromkeys(optional, "") | dict(fields)
    recipient = mailbox(recipient_name, address)
    message = EmailMessage(policy=LetterPolicy(utf8=not recipient.addr_spec.isascii()))
    spoken = fields.get("language") or language or ""  # for dates and numbers
    identifier = message_id(fields["id"], revision, issuer.base_url)
    message["From"] = mailbox(issuer.name, issuer.mail.from_)
    message["To"] = recipient
    if "@" in issuer.mail.support:
        message["Reply-To"] = mailbox("", issuer.mail.support)
    message["Subject"] = one_line(("Corrected: " if corrected else "") + placeholders.fill(words.subject, values, language=spoken))
    message["Date"] = format_datetime(now)
    message["Message-ID"] = identifier
    message["Auto-Submitted"] = "auto-generated"
    shown_language = language if words.text else "en"
    context = _context(values, recipient_name, issuer.mail.support, words, spoken, corrected=corrected)
    message.set_content(_environment().get_template("mail.txt").render(context), cte="quoted-printable")
    shown = None if picture is None else _shown(picture, identifier)
    html = _inliner().inline(_environment().get_template("mail.html").render(context, language=shown_language, picture=shown))
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    if picture is not None and shown is not None:
        _add(message, picture, shown)
    if shown_language:
        message["Content-Language"] = shown_language  # last: set_content and add_alternative drop or move every Content- header
    message.set_boundary(_boundary(identifier))
    return message


@dataclass(frozen=True, slots=True)
class _Picture:
    """content_id: without angle brackets; width, height: at which it is shown."""

    content_id: str
    width: int
    height: int


def _shown(picture: bytes, identifier: str) -> _Picture:
    width, height = struct.unpack(">II", picture[16:24])  # PNG third edition, section 11.2.1: IHDR is first
    return _Picture(f"certificate.{identifier.strip('<>')}", _PICTURE_WIDTH, round(_PICTURE_WIDTH * height / width))


def _add(message: EmailMessage, picture: bytes, shown: _Picture) -> None:
    """Put the picture beside the HTML that shows it, RFC 2387."""
    html = list(message.iter_parts())[-1]
    name = f"<{shown.content_id}>"
    html.add_related(picture, maintype="image", subtype="png", cid=name, disposition="inline", filename="certificate.png")
    html.set_boundary(_boundary(name))


def _boundary(identifier: str) -> str:
    return "=_" + hashlib.sha256(identifier.encode()).hexdigest()[:32]


def _context(values: Mapping[str, str], name: str, support: str, words: BatchMail, language: str, *, corrected: bool) -> dict[str, object]:
    """What both templates show. own: the author wrote the letter, perhaps in another language, so ours adds as little as it can."""
    text = words.text or (CORRECTED_TEXT if corrected else DEFAULT_TEXT)
    paragraphs = _paragraphs(text, values, language)
    if words.text and corrected:
        paragraphs = _paragraphs(CORRECTED_TEXT, values) + paragraphs
    greeting = "" if "name" in placeholders.fields(text) else "Hello" if corrected or words.text else "Congratulations"
    return {
        "name": one_line(name),
        "greeting": greeting,
        "own": bool(words.text),
        "linked": "url" in placeholders.fields(text),
        "paragraphs": paragraphs,
        "achievement": values["achievement"],
        "issuer": values["issuer"],
        "issuer_url": values.get("issuer_url", ""),
        "awarded": values.get("awarded_long") or values.get("awarded", ""),
        "valid_until": values.get("valid_until_long") or values.get("valid_until", ""),
        "id": values["id"],
        "url": values["url"],
        "linkedin": linkedin.add_to_profile(values),
        "support": support,
        "support_link": f"mailto:{support}" if "@" in support else support if support.startswith(("https://", "http://")) else "",
    }


def _paragraphs(text: str, values: Mapping[str, str], language: str = "") -> tuple[tuple[Run, ...], ...]:
    """text, split at empty lines into paragraphs, with values put in. It is split before, so that a value cannot begin a paragraph."""
    placeholders.fill(text, values, language=language)  # for the line and offset of a mistake in the whole text
    blocks = re.split(r"\n[ \t]*\n\s*", text.strip())
    return tuple(_runs(block, values, language) for block in blocks if block)


def _runs(block: str, values: Mapping[str, str], language: str) -> tuple[Run, ...]:
    runs: list[Run] = []
    for part in placeholders.parse(block):
        if isinstance(part, placeholders.Field):
            runs.append(Run("link" if part.name in _LINKS else "value", one_line(part.shown(values[part.name], language))))
            continue
        for number, line in enumerate(part.text.split("\n")):
            if number:
                runs.append(Run("break", "\n"))
            runs.append(Run("words", line))
    return tuple(runs)


def _isolated(value: str) -> str:
    """value between FSI and PDI if it has letters that run from right to left, so that the words around it keep their order."""
    rtl = any(unicodedata.bidirectional(character) in ("R", "AL") for character in value)
    return f"\u2068{value}\u2069" if rtl else value


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("issuer.mail", "templates"),
        autoescape=select_autoescape(("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["isolated"] = _isolated
    return environment


@functools.cache
def _inliner() -> css_inline.CSSInliner:
    """Mail clients drop style sheets; @media rules stay for those that read them. Nothing is loaded from anywhere."""
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False, base_url=None)
