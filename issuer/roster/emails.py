"""E-mail addresses as they are normalised, quickly where an address is plain."""

from __future__ import annotations

import re

from issuer.errors import FormatError
from issuer.roster.findings import shown

_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_PLAIN = re.compile(rf"({_WORD}(?:\.{_WORD})*)@([A-Za-z0-9.-]{{1,180}})")
_LONGEST = 254
_REMEMBERED = 50_000


class Addresses:
    """Domains of which an address was found good: up to 50,000, in ASCII, as written → normalised."""

    def __init__(self) -> None:
        self.domains: dict[str, str] = {}

    def quick(self, text: str) -> str | None:
        """What normalise() gives, for a plain address of a domain that was learnt; None for any other text."""
        plain = _PLAIN.fullmatch(text)
        if plain is None or len(text) > _LONGEST:
            return None
        local, written = plain.groups()
        domain = self.domains.get(written)
        if domain is None or not (local.islower() or not local.isalpha()):
            return None  # letters alone can be a mailbox of RFC 2142, which is made lower case
        return text if domain == written else f"{local}@{domain}"

    def learn(self, text: str, address: str) -> None:
        """A good address, as written and normalised."""
        plain, domain = _PLAIN.fullmatch(text), address.rpartition("@")[2]
        if plain is not None and domain.isascii() and len(self.domains) < _REMEMBERED:
            self.domains[plain[2]] = domain


def normalise(text: str) -> str:
    """The address with its domain in lower case and Unicode; the local part as written (RFC 5321 section 2.4), except that mailboxes such
    as Postmaster are in lower case (RFC 2142). Raises FormatError."""
    from email_validator import EmailNotValidError, validate_email  # 40 ms, so only when a roster has addresses

    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        said = str(error).rstrip(".")
        message = f"{shown(text)} is no e-mail address: {said[:1].lower()}{said[1:]}" if "@" in text else f'no "@" in {shown(text)}'
        raise FormatError(message) from None
