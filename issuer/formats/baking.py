"""Baking a credential into an SVG: Open Badges 3.0, section 5.3.2 (https://www.imsglobal.org/spec/ob/v3p0#svg).

    <svg xmlns="…" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">
      <openbadges:credential><![CDATA[ {…} ]]></openbadges:credential>

The element is the first child of the root and there is exactly one. `]]>`, which would end the CDATA section, can stand in
JSON only inside a string, where `]]\\u003e` says the same.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from issuer.errors import FormatError

NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
_SVG = "{http://www.w3.org/2000/svg}svg"
# The root's tag, after what may stand before it: there is no document type, it is refused.
_ROOT = re.compile(rb"""\A(?:\xef\xbb\xbf)?(?:\s|<\?.*?\?>|<!--.*?-->)*+(<svg\b(?:[^>"']|"[^"]*"|'[^']*')*+>)""", re.DOTALL)
_MAX = 8 << 20
_HINT = "bake into an SVG that issuer drew"


def bake(svg: bytes, credential: bytes) -> bytes:
    """The SVG with the credential's JSON as its first child. Raises FormatError if it is no SVG or has one already."""
    root = _parse(svg)
    if _credentials(root):
        raise FormatError("this SVG has a credential already", hint=_HINT)
    try:
        text = credential.decode("utf-8")
    except UnicodeDecodeError:
        raise FormatError("the credential is not UTF-8", hint="bake the bytes of credential.json") from None
    if any((c < " " and c not in "\t\n\r") or 0xFFFE <= ord(c) <= 0xFFFF for c in text) or "\r" in text:
        raise FormatError("the credential has a character that XML cannot carry", hint="bake the bytes of credential.json")
    start = _ROOT.match(svg)
    if start is None or start.group(1).endswith(b"/>"):
        raise FormatError("this SVG has no content", hint=_HINT)
    opening = start.group(1)[:-1] + f' xmlns:openbadges="{NAMESPACE}">'.encode()
    element = "<openbadges:credential><![CDATA[" + text.replace("]]>", "]]\\u003e") + "]]></openbadges:credential>"
    return svg[: start.start(1)] + opening + element.encode("utf-8") + svg[start.end() :]


def unbake(svg: bytes) -> bytes:
    """The JSON that was baked into an SVG, as UTF-8. Raises FormatError unless there is exactly one."""
    found = _credentials(_parse(svg))
    if len(found) != 1:
        raise FormatError(f"this SVG has {len(found) or 'no'} credentials", hint="a baked badge has exactly one")
    text = (found[0].text or "").strip()
    if not text:
        raise FormatError("the credential in this SVG is empty", hint="ask the issuer for the file again")
    return text.encode("utf-8")


def _credentials(root: Element) -> list[Element]:
    return list(root.iter(f"{{{NAMESPACE}}}credential"))


def _parse(svg: bytes) -> Element:
    if len(svg) > _MAX:
        raise FormatError(f"this SVG has {len(svg):,} bytes, more than {_MAX:,}", hint=_HINT)
    try:
        root: Element = fromstring(svg, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise FormatError(f"this is not an SVG: {error}", hint=_HINT) from None
    if root.tag != _SVG:
        raise FormatError("this is not an SVG", hint=_HINT)
    return root
