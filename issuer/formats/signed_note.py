"""C2SP signed-note with Ed25519 (https://c2sp.org/signed-note).

certificates.example.org/log
530
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— certificates.example.org/log Az3grl…
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass

from issuer.errors import FormatError
from issuer.formats import ed25519

ED25519 = b"\x01"
_DASH = "\u2014 "
MAX_BYTES = 1_000_000
MAX_SIGNATURES = 16


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line. name: the key's name; key_id: 4 bytes; value: the signature's bytes (64 for Ed25519)."""

    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """text: what is signed, ending in a newline; signatures: in the order of the note, at least one."""

    text: str
    signatures: tuple[Signature, ...]


def key_id(name: str, public_key: bytes) -> bytes:
    """First 4 bytes of SHA-256(name ‖ newline ‖ 0x01 ‖ 32 key bytes)."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public_key).digest()[:4]


def verifier_key(name: str, public_key: bytes) -> str:
    """The text name+hex id+base64 key that other tools take to verify a note."""
    return f"{name}+{key_id(name, public_key).hex()}+{base64.b64encode(ED25519 + public_key).decode()}"


def signature_line(name: str, public_key: bytes, signature: bytes) -> str:
    """One signature line with its newline. name: no space, no plus sign. Raises FormatError."""
    if not is_key_name(name):
        raise FormatError(f"{name!r} cannot be a key name in a signed note")
    return f"{_DASH}{name} {base64.b64encode(key_id(name, public_key) + signature).decode()}\n"


def is_key_name(name: str) -> bool:
    """Whether name may stand on a signature line: not empty, no white space, no plus sign."""
    return bool(name) and "+" not in name and not any(character.isspace() for character in name)


def parse(data: bytes) -> Note:
    """Read a signed note; unknown signatures stay unverified. Raises FormatError."""
    if len(data) > MAX_BYTES:
        raise FormatError("the note is too large")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise FormatError("the note is not UTF-8") from None
    if any((ord(character) < 0x20 and character != "\n") for character in text):
        raise FormatError("the note has a control character")
    body, separator, tail = text.rpartition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise FormatError("the note has no signatures")
    lines = tail.removesuffix("\n").split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise FormatError("the note has too many signatures")
    return Note(body + "\n", tuple(_signature(line) for line in lines))


def verify(note: Note, name: str, public_key: bytes) -> bool:
    """Whether the note has a good signature of this Ed25519 key under this name."""
    wanted = key_id(name, public_key)
    return any(
        ed25519.verify(public_key, note.text.encode(), signature.value)
        for signature in note.signatures
        if signature.name == name and signature.key_id == wanted
    )


def decode_base64(text: str) -> bytes:
    """Standard base64 with padding, in its only form. Raises FormatError."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        raise FormatError("is not base64") from None
    if base64.b64encode(data).decode() != text:
        raise FormatError("is not base64 in its only form")
    return data


def _signature(line: str) -> Signature:
    name, separator, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not separator or not is_key_name(name):
        raise FormatError("the note has a malformed signature line")
    value = decode_base64(encoded)
    if len(value) < 5:
        raise FormatError("the note has a signature that is too short")
    return Signature(name, value[:4], value[4:])
