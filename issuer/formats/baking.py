"""Baking a credential into a picture: Open Badges 3.0, section 5.3 (https://www.imsglobal.org/spec/ob/v3p0#baking).

SVG (5.3.2). The element is the first child of the root and there is exactly one. `]]>`, which would end the CDATA section, can stand in
JSON only inside a string, where `]]\\u003e` says the same.

    <svg xmlns="…" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">
      <openbadges:credential><![CDATA[ {…} ]]></openbadges:credential>

PNG (5.3.1). One iTXt chunk, here behind the header, with the keyword `openbadgecredential` and text that is not compressed.

    iTXt  openbadgecredential 00  00 00 (not compressed)  00 (no language)  00 (no translated keyword)  {…}

A credential that is a JWS stands in the attribute `verify` of an element without content, or as the text of the chunk. It is read, so
that a verifier can say what it is, and never written.
"""

from __future__ import annotations

import re
from typing import NoReturn
from xml.parsers import expat

from issuer.errors import FormatError
from issuer.formats import png

NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
KEYWORD = b"openbadgecredential"
_SVG = "http://www.w3.org/2000/svg svg"
_CREDENTIAL = f"{NAMESPACE} credential"
_TAG = re.compile(rb"""</?[^\s/>"']+(?:[^>"']|"[^"]*"|'[^']*')*+>""")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
MAX_BYTES = 8 << 20
_MAX_ELEMENTS = 50_000
"""A drawn certificate has some thousands."""
_HINT = "bake into an SVG or a PNG that a drawing program wrote"
_OTHERS = {
    b"\xff\xd8\xff": "a JPEG",
    b"GIF8": "a GIF",
    b"RIFF": "a WebP",
    b"%PDF": "a PDF",
    b"II*\0": "a TIFF",
    b"MM\0*": "a TIFF",
    b"BM": "a BMP",
    b"PK\x03\x04": "a ZIP archive or an office document",
}
"""What people take for a picture that can be baked, by how it starts."""
_ASK = "ask the issuer for the file again"


def bake(picture: bytes, credential: bytes) -> bytes:
    """The SVG or PNG with the credential inside, in the place of one that was there. credential: the bytes of credential.json.
    Raises FormatError if the picture is neither, or cannot be read, or the credential cannot stand in it."""
    other = next((name for start, name in _OTHERS.items() if picture.startswith(start)), None)
    if other is not None:
        raise FormatError(f"this is {other}, and a credential is baked into an SVG or a PNG", hint=_HINT)
    return _bake_png(picture, credential) if suffix_of(picture) == ".png" else _bake_svg(picture, credential)


def suffix_of(picture: bytes) -> str:
    """How the name of a picture that could be baked ends."""
    return ".png" if picture.startswith(png.SIGNATURE) else ".svg"


def unbake(picture: bytes) -> bytes:
    """The credential that was baked into an SVG or PNG: JSON, or a JWS, as UTF-8. Raises FormatError unless there is exactly one."""
    if picture.startswith(png.SIGNATURE):
        found = [_text_of(chunk.body) for chunk in png.chunks(picture) if _carries(chunk)]
    else:
        found = [text.strip().encode("utf-8") for text in _Svg(picture).texts]
    if len(found) != 1:
        raise FormatError(f"this picture has {len(found) or 'no'} credentials", hint="a baked badge has exactly one")
    if not found[0]:
        raise FormatError("the credential in this picture is empty", hint=_ASK)
    return found[0]


def svg_element(credential: bytes) -> str:
    """The element that carries a credential, for an SVG whose root binds the prefix openbadges to NAMESPACE. Raises FormatError."""
    text = _decoded(credential)
    if _NOT_IN_XML.search(text):
        raise FormatError("the credential has a character that XML cannot carry", hint="bake the bytes of credential.json")
    return "<openbadges:credential><![CDATA[" + text.replace("]]>", "]]\\u003e") + "]]></openbadges:credential>"


def _decoded(credential: bytes) -> str:
    try:
        return credential.decode("utf-8")
    except UnicodeDecodeError:
        raise FormatError("the credential is not UTF-8", hint="bake the bytes of credential.json") from None


def png_chunk(credential: bytes) -> bytes:
    """The chunk behind the header of a PNG in which a credential stands. credential, and raises: as bake."""
    if "\0" in _decoded(credential):
        raise FormatError("the credential has a character that PNG cannot carry", hint="bake the bytes of credential.json")
    return png.chunk(b"iTXt", KEYWORD + bytes(5) + credential)


def _bake_png(picture: bytes, credential: bytes) -> bytes:
    baked = png_chunk(credential)
    parts = [png.SIGNATURE]
    for chunk in png.chunks(picture):
        if not _carries(chunk):
            parts.append(picture[chunk.start : chunk.end])
        if chunk.type == b"IHDR":
            parts.append(baked)
    return b"".join(parts)


def _carries(chunk: png.Chunk) -> bool:
    return chunk.type == b"iTXt" and chunk.body.partition(b"\0")[0] == KEYWORD


def _text_of(body: bytes) -> bytes:
    """The text of an iTXt chunk, PNG section 11.3.3.4."""
    rest = body[len(KEYWORD) + 1 :]
    _language, separator, tail = rest[2:].partition(b"\0")
    _translated, second, text = tail.partition(b"\0")
    if len(rest) < 2 or not separator or not second:
        raise FormatError("the credential in this PNG is damaged", hint=_ASK)
    if rest[0] != 0:
        raise FormatError("the credential in this PNG is compressed, which Open Badges does not allow", hint=_ASK)
    return text


def _bake_svg(picture: bytes, credential: bytes) -> bytes:
    element = svg_element(credential)
    svg = _Svg(picture)
    opening = svg.opening
    if opening.endswith(b"/>"):
        raise FormatError("this SVG has no content", hint=_HINT)
    if svg.prefix is None:
        opening = opening[:-1] + f' xmlns:openbadges="{NAMESPACE}">'.encode()
    elif svg.prefix != NAMESPACE:
        raise FormatError("this SVG uses the prefix openbadges for something else", hint=_HINT)
    start, rest = svg.root, svg.root + len(svg.opening)
    parts = [picture[:start], opening, element.encode("utf-8")]
    for begin, end in svg.places:
        parts.append(picture[rest:begin])
        rest = end
    return b"".join([*parts, picture[rest:]])


class _Svg:
    """Where the root of an SVG and the credentials in it stand, in bytes. A document type is refused, so there are no entities.
    root: start of the root's tag; opening: that tag; prefix: what the prefix openbadges means there; texts and places: of credentials."""

    def __init__(self, data: bytes) -> None:
        if len(data) > MAX_BYTES:
            raise FormatError(f"this SVG has {len(data):,} bytes, more than {MAX_BYTES:,}", hint=_HINT)
        self.root = -1
        self.prefix: str | None = None
        self.texts: list[str] = []
        self.places: list[tuple[int, int]] = []
        self._data = data
        self._depth = self._count = 0
        self._inside: int | None = None  # where the credential that is being read begins
        self._pieces: list[str] = []
        parser = self._parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartNamespaceDeclHandler = self._namespace
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        try:
            parser.Parse(data, True)  # noqa: FBT003 - expat's own signature
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise FormatError(f"this is not an SVG: {error}", hint=_HINT) from None

    @property
    def opening(self) -> bytes:
        """The root's tag."""
        return self._tag_at(self.root)

    def _tag_at(self, start: int) -> bytes:
        match = _TAG.match(self._data, start)
        if match is None:  # an encoding other than UTF-8
            raise FormatError("this SVG is not UTF-8", hint=_HINT)
        return match[0]

    def _doctype(self, *_: object) -> NoReturn:
        raise FormatError("this SVG has a document type, which may hide what it says", hint=_HINT)

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        if self._depth == 0 and prefix == "openbadges":
            self.prefix = uri

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._count > _MAX_ELEMENTS:
            raise FormatError(f"this SVG has more than {_MAX_ELEMENTS:,} elements", hint=_HINT)
        if self._depth == 1:
            if name != _SVG:
                raise FormatError("this is not an SVG", hint=_HINT)
            self.root = self._parser.CurrentByteIndex
        elif self._inside is not None:
            raise FormatError("the credential in this SVG has elements inside", hint=_ASK)
        elif name == _CREDENTIAL:
            self._inside = self._parser.CurrentByteIndex
            self._pieces = [attributes.get("verify", "")]
            self._parser.CharacterDataHandler = self._pieces.append

    def _end(self, _name: str) -> None:
        if self._inside is not None:
            empty = self._tag_at(self._inside).endswith(b"/>")  # then the parser stands behind it already
            at = self._parser.CurrentByteIndex
            self.texts.append("".join(self._pieces))
            self.places.append((self._inside, at if empty else at + len(self._tag_at(at))))
            self._inside = self._parser.CharacterDataHandler = None
        self._depth -= 1
