"""Fields that Open Badges has a place for: what becomes of their cells."""

from __future__ import annotations

import re
from collections.abc import Callable

from issuer.errors import FormatError
from issuer.formats import identifier, jcs
from issuer.roster.findings import Code, Report, shown

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LINK = re.compile(r"https?://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(:[0-9]{1,5})?([/?#][!#-;=?-[\]_a-z~]*)?")
_CREDITS = re.compile(r"([0-9]{1,7})(?:\.([0-9]{1,3})|,([0-9]{1,2}))?")
_MAX_CREDITS = 1_000_000
_CERTIFICATE = re.compile(r"(?:https?://\S+/c/)?([0-9A-Za-z-]{26,40})/?")


def language(text: str, report: Report) -> str:
    """A language tag as it stands (the shape of BCP 47)."""
    if not _LANGUAGE.fullmatch(text):
        report(Code.LANGUAGE_INVALID, f"{shown(text)} is no language tag", "write a tag such as en, pt-BR or zh-Hant, or leave it empty")
    return text


def link(text: str, report: Report) -> str:
    """A web address as it stands; nothing is added to it."""
    if not _LINK.fullmatch(text):
        hint = "write the whole address, as in https://portfolio.example.org/ada; write other letters and spaces as %20 and so on"
        report(Code.LINK_INVALID, f"{shown(text)} is no web address", hint)
    return text


def credit(text: str, report: Report) -> str:
    """A number as RFC 8785 writes it. A comma is a decimal comma if one or two digits follow: three could be thousands."""
    match = _CREDITS.fullmatch(text)
    number = float(f"{match[1]}.{match[2] or match[3] or 0}") if match else -1
    if not 0 <= number <= _MAX_CREDITS:
        report(Code.CREDITS_INVALID, f"{shown(text)} is no number of credits", "write a number such as 5 or 2.5")
        return text
    return jcs.canonical(number).decode()


def certificate(text: str, report: Report) -> str:
    """The id of a certificate, from an id or from the address of its page."""
    match = _CERTIFICATE.fullmatch(text)
    try:
        return identifier.normalise(match[1] if match else "")
    except FormatError:
        hint = "write the 26 characters of the old certificate's id, or the address of its page; `issuer expiring --csv FILE` lists them"
        report(Code.RENEWAL_UNKNOWN, f"{shown(text)} is no id of a certificate", hint)
        return text


READERS: dict[str, Callable[[str, Report], str]] = {
    "language": language,
    "evidence": link,
    "image": link,
    "credits": credit,
    "renews": certificate,
}
"""Placed field → what makes the signed text of its cell."""
