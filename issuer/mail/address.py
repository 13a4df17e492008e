"""E-mail addresses as SMTP and message headers take them (RFC 5321 section 4.1.2, RFC 6531)."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address

from issuer.errors import FormatError


def on_the_wire(address: str) -> str:
    """The address with its domain in ASCII (IDNA 2008) and its local part as it is; not ASCII only if the local part is not.
    Raises FormatError; the message does not repeat the address."""
    from email_validator import EmailNotValidError, validate_email  # late: it takes a twentieth of a second

    try:
        parts = validate_email(
            address, check_deliverability=False, allow_quoted_local=True, test_environment=True, globally_deliverable=False
        )
    except EmailNotValidError as error:
        raise FormatError(
            f"this is no e-mail address: {str(error).rstrip('.')}", hint="correct it in the roster or in issuer.yml"
        ) from None
    return f"{address[: address.rindex('@')]}@{parts.ascii_domain}"


def mailbox(name: str, address: str) -> Address:
    """One mailbox for a header, whatever characters the name has: it can neither add a recipient nor a header. Raises FormatError."""
    local, _, domain = on_the_wire(address).rpartition("@")
    try:
        if not local.isascii():
            return Address(display_name=one_line(name), username=local, domain=domain)
        return Address(display_name=one_line(name), addr_spec=f"{local}@{domain}")
    except (ValueError, MessageError, IndexError):
        raise FormatError("this e-mail address cannot stand in a header", hint="use an address without quotes and comments") from None


def one_line(text: str) -> str:
    """text with every control character, line separator and run of spaces as one space."""
    return " ".join("".join(" " if ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 or c in "\u2028\u2029" else c for c in text).split())
