"""The credential that a drawn certificate carries inside: baked into the SVG, attached to the PDF."""

from __future__ import annotations

import io

import pikepdf

from issuer.errors import FormatError
from issuer.formats import baking

MAX_BYTES = 8 * 1024 * 1024
_NAME = "credential.json"
_HINT = "use record.json or credential.json from the certificate's own page, or its address"


def credential_in(data: bytes) -> bytes | None:
    """The credential.json inside an SVG or a PDF; None if data is neither. Raises FormatError if it is one and carries none."""
    if data.lstrip()[:4] == b"%PDF":
        return _attached(data)
    if data.lstrip()[:5] in (b"<?xml", b"<svg ", b"<svg>"):
        return baking.unbake(data)
    if data[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe1"):
        raise FormatError("is a picture, and a picture proves nothing", hint=_HINT)
    return None


def _attached(data: bytes) -> bytes:
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            if _NAME in document.attachments:
                return bytes(document.attachments[_NAME].get_file().read_bytes())
    except (pikepdf.PdfError, ValueError, KeyError) as error:
        raise FormatError(f"is a PDF that cannot be read: {error}", hint=_HINT) from None
    raise FormatError("is a PDF that carries no credential", hint=_HINT)
