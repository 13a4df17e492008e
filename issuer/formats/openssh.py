"""How SSH writes Ed25519 keys and signatures: RFC 4251 section 5 (https://www.rfc-editor.org/rfc/rfc4251) for strings, RFC 8709
(https://www.rfc-editor.org/rfc/rfc8709) for ssh-ed25519.

    ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI… registrar@example.org

is the name of the algorithm, base64 of its key blob, and a comment. A key blob is string "ssh-ed25519", string 32 key bytes; a signature
blob is string "ssh-ed25519", string 64 signature bytes. A string is its length, 4 bytes, most significant first, and that many bytes.
"""

from __future__ import annotations

from issuer.errors import FormatError
from issuer.formats.signed_note import decode_base64

NAME = "ssh-ed25519"


def string(data: bytes) -> bytes:
    """Data as one SSH string."""
    return len(data).to_bytes(4, "big") + data


def strings(data: bytes) -> list[bytes]:
    """The SSH strings that data consists of, none for no bytes. Raises FormatError unless the last one ends where data ends."""
    found: list[bytes] = []
    start = 0
    while start < len(data):
        end = start + 4 + int.from_bytes(data[start : start + 4], "big")
        if start + 4 > len(data) or end > len(data):
            raise FormatError("is cut off")
        found.append(data[start + 4 : end])
        start = end
    return found


def key_blob(public_key: bytes) -> bytes:
    """32 key bytes → key blob, RFC 8709 section 4."""
    return string(NAME.encode()) + string(public_key)


def public_key(blob: bytes) -> bytes | None:
    """Key blob → 32 key bytes, None if it is a key of another kind. Raises FormatError."""
    name, *rest = strings(blob) or [b""]
    if name != NAME.encode():
        return None
    if len(rest) != 1 or len(rest[0]) != 32:
        raise FormatError("is not an Ed25519 key")
    return rest[0]


def signature(blob: bytes) -> bytes:
    """Signature blob → 64 signature bytes, RFC 8709 section 6. Raises FormatError."""
    parts = strings(blob)
    if len(parts) != 2 or parts[0] != NAME.encode() or len(parts[1]) != 64:
        raise FormatError("is not an Ed25519 signature")
    return parts[1]


def public_key_of_line(text: str) -> bytes:
    """The 32 key bytes of a public key file: one line, as `ssh-keygen -t ed25519` writes it. Raises FormatError."""
    name, _, rest = text.strip().partition(" ")
    if name != NAME or "\n" in rest:
        raise FormatError(f"is not one line that begins with {NAME}")
    blob = decode_base64(rest.partition(" ")[0])
    key = public_key(blob)
    if key is None:
        raise FormatError(f"does not hold an {NAME} key")
    return key
