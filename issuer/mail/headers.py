"""Header lines as RFC 5322 and RFC 2047 ask, where Python's own folding does not.

Measured on Python 3.11: `email.policy.SMTP` puts spaces into long names beyond ASCII and drops them from long subjects, decodes a name
that looks like an encoded word, and breaks the line before a Message-ID, which some servers then read as empty.
"""

from __future__ import annotations

from email.header import Header
from email.headerregistry import Address
from email.policy import EmailPolicy

_LINE = 76


class LetterPolicy(EmailPolicy):
    """email.policy.SMTP with names, subjects and Message-IDs that arrive as they were given. utf8: for addresses that are not ASCII."""

    def __init__(self, *, utf8: bool = False) -> None:
        super().__init__(linesep="\r\n", utf8=utf8)  # type: ignore[call-arg]  # the stub asks for what has a default

    def fold(self, name: str, value: str) -> str:
        """The header's lines, each with its line end."""
        addresses: tuple[Address, ...] = getattr(value, "addresses", ())
        if len(addresses) == 1 and _to_encode(addresses[0].display_name):
            return f"{name}: {_encoded(name, addresses[0].display_name)}\r\n <{addresses[0].addr_spec}>\r\n"
        if name.lower() == "subject" and _to_encode(value):
            return f"{name}: {_encoded(name, value)}\r\n"
        if name.lower() == "message-id":
            return f"{name}: {value}\r\n"
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: str) -> bytes:
        """The same as bytes."""
        return self.fold(name, value).encode("utf-8" if self.utf8 else "ascii", "surrogateescape")


def _to_encode(text: str) -> bool:
    return not text.isascii() or "=?" in text


def _encoded(name: str, text: str) -> str:
    """Encoded words of at most 75 characters, split between characters, joined by folds."""
    return Header(str(text), charset="utf-8", maxlinelen=_LINE, header_name=name).encode(linesep="\r\n")
