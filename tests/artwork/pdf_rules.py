"""What veraPDF would say of a file's structure: the rules of PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1) that certificates touch.

It reads the finished file with pikepdf and fontTools and shares no code with the writer. Each fault begins with the clause that it breaks.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pikepdf
from defusedxml.ElementTree import fromstring
from fontTools.cffLib import CFFFontSet
from fontTools.ttLib import TTFont
from PIL import ImageCms

_OPERATORS = frozenset(
    "b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h i ID j J K k l m M MP n q Q re RG rg ri s S SC sc SCN"
    " scn sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' \"".split()
)
_PAINT = frozenset("b B b* B* f F f* s S sh Do Tj TJ ' \"".split())
_FILTERS = frozenset({"/FlateDecode", "/DCTDecode", "/ASCIIHexDecode", "/ASCII85Decode", "/RunLengthDecode"})
_STANDARD = frozenset("Document Part Div Sect P H1 H2 H3 H4 H5 H6 L LI Lbl LBody Table TR TH TD Span Link Figure".split())
_DESCRIBED = {
    "http://purl.org/dc/elements/1.1/",
    "http://ns.adobe.com/xap/1.0/",
    "http://ns.adobe.com/pdf/1.3/",
    "http://www.aiim.org/pdfa/ns/id/",
}
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def faults(data: bytes) -> list[str]:
    """Every rule that a file breaks, as "clause: what"."""
    document: Any
    with pikepdf.open(io.BytesIO(data)) as document:
        return [*_file(data, document), *_metadata(document), *_catalog(document), *_objects(document), *_pages(document), *_tree(document)]


def _file(data: bytes, document: Any) -> Iterator[str]:
    lines = data.split(b"\n", 2)
    if not re.fullmatch(rb"%PDF-1\.[0-7]", lines[0]) or len(lines[1]) < 5 or any(byte < 128 for byte in lines[1][1:5]):
        yield "A 6.1.2: the header"
    if "/ID" not in document.trailer or "/Encrypt" in document.trailer:
        yield "A 6.1.3: the trailer"
    if not data.endswith(b"%%EOF\n"):
        yield "A 6.1.3: something stands after the end"
    for fault in document.check_pdf_syntax():
        yield f"A 6.1: {fault}"


def _metadata(document: Any) -> Iterator[str]:
    stream = document.Root.get("/Metadata")
    if stream is None:
        yield "A 6.6.2.1: no metadata"
        return
    if "/Filter" in stream:
        yield "A 6.6.2.1: packed metadata cannot be read by those who look for them"
    text = stream.read_bytes().decode("utf-8")
    if re.search(r"<\?xpacket begin=[^?]*(bytes|encoding)=", text):
        yield "A 6.6.2.2: the packet's header"
    root = fromstring(re.sub(r"<\?xpacket.*?\?>", "", text))
    found = {element.tag: element for description in root.iter(f"{_RDF}Description") for element in description}
    said = {tag: "".join(element.itertext()).strip() for tag, element in found.items()}
    wanted = {
        "{http://www.aiim.org/pdfa/ns/id/}part": "3",
        "{http://www.aiim.org/pdfa/ns/id/}conformance": "A",
        "{http://www.aiim.org/pdfua/ns/id/}part": "1",
    }
    for tag, value in wanted.items():
        if said.get(tag) != value:
            yield f"A 6.6.4, UA 5: {tag} is not {value}"
    if not said.get("{http://purl.org/dc/elements/1.1/}title"):
        yield "UA 7.1: no title"
    schemas = "".join(element.text or "" for element in root.iter("{http://www.aiim.org/pdfa/ns/schema#}namespaceURI"))
    for tag in found:
        space = tag[1:].partition("}")[0]
        if space not in _DESCRIBED and space not in schemas and not space.startswith("http://www.aiim.org/pdfa/ns/extension"):
            yield f"A 6.6.2.3: {tag} is not described"


def _catalog(document: Any) -> Iterator[str]:
    root = document.Root
    if not root.get("/MarkInfo", {}).get("/Marked", False) or root.MarkInfo.get("/Suspects", False):
        yield "A 6.7.2, UA 7.1: not marked as tagged"
    if not _LANGUAGE.fullmatch(str(root.get("/Lang", ""))):
        yield "A 6.7.4, UA 7.2: no language"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield "UA 7.1: the title is not shown"
    for name in ("/AA", "/OpenAction", "/OCProperties", "/AcroForm", "/Requirements"):
        if name in root:
            yield f"A 6: {name} in the catalog"
    yield from _intent(root)
    yield from _attached(document)


def _intent(root: Any) -> Iterator[str]:
    intents = [intent for intent in root.get("/OutputIntents", ()) if intent.S == "/GTS_PDFA1"]
    if len(intents) != 1:
        yield "A 6.2.3: not one output intent"
    else:
        profile = intents[0].DestOutputProfile
        opened = ImageCms.ImageCmsProfile(io.BytesIO(profile.read_bytes()))
        if int(profile.N) != 3 or opened.profile.xcolor_space.strip() != "RGB" or opened.profile.device_class != "mntr":
            yield "A 6.2.3: the profile"


def _attached(document: Any) -> Iterator[str]:
    root = document.Root
    attached = list(document.attachments)
    if len(attached) != len(root.get("/AF", ())):
        yield "A 6.8: an embedded file is not associated"
    for specification in root.get("/AF", ()):
        file = specification.EF.F
        if (
            "/UF" not in specification
            or "/F" not in specification
            or "/AFRelationship" not in specification
            or "/Desc" not in specification
        ):
            yield "A 6.8, UA 7.11: the file specification"
        if "/" not in str(file.get("/Subtype", ""))[1:] or "/ModDate" not in file.get("/Params", {}):
            yield "A 6.8: the embedded file does not say what it is"


def _objects(document: Any) -> Iterator[str]:
    for found in document.objects:
        if isinstance(found, pikepdf.Stream):
            filters = found.get("/Filter", ())
            names = {str(filters)} if isinstance(filters, pikepdf.Name) else {str(name) for name in filters}
            if not names <= _FILTERS or "/F" in found or "/FFilter" in found:
                yield f"A 6.1.7: {names} or an outside file"
            if found.get("/Subtype") == "/Image" and (found.get("/Interpolate", False) or "/Alternates" in found or "/OPI" in found):
                yield "A 6.2.8: the picture"
            if found.get("/Subtype") == "/Form" and ("/OPI" in found or "/PS" in found or "/Ref" in found or "/StructParent" in found):
                yield "A 6.2.9: the form"
        elif isinstance(found, pikepdf.Dictionary):
            if found.get("/Type") == "/Font" or "/FontDescriptor" in found:
                yield from _font(found)
            if found.get("/S") in ("/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Named"):
                yield f"A 6.5.1: an action {found.S}"
            if any(name in found for name in ("/TR", "/TR2", "/HTP")) or str(found.get("/BM", "/Normal")) not in (
                "/Normal",
                "/Multiply",
                "/Screen",
            ):
                yield "A 6.2.5: the graphics state"


def _font(font: Any) -> Iterator[str]:
    if font.get("/Subtype") == "/Type0":
        if font.Encoding != "/Identity-H" or "/ToUnicode" not in font:
            yield "A 6.2.11.3: the encoding"
        return
    descriptor = font.get("/FontDescriptor")
    if descriptor is None or not ("/FontFile2" in descriptor or "/FontFile3" in descriptor):
        yield "A 6.2.11.4: a font is not embedded"
    elif font.Subtype == "/CIDFontType2" and "/CIDToGIDMap" not in font:
        yield "A 6.2.11.3.2: no map to glyphs"
    elif font.BaseFont != descriptor.FontName or not re.match(r"/[A-Z]{6}\+", str(font.BaseFont)):
        yield "A 6.2.11.4: the name of a subset"


@dataclass(slots=True)
class _Shown:
    """What the content of a page shows. codes: of each font resource; marks: structure type by mark; open: the marked content around."""

    codes: dict[str, set[int]] = field(default_factory=dict)
    marks: dict[int, str] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    depth: int = 0
    font: str = ""


def _pages(document: Any) -> Iterator[str]:
    for page in document.pages:
        if page.obj.get("/Tabs") != "/S":
            yield "UA 7.18.3: the order of tabs"
        shown = _Shown()
        for step in pikepdf.parse_content_stream(page):
            yield from _operator(str(step.operator), list(step.operands), shown)
        if shown.open or shown.depth:
            yield "A 6.2.2: something was not closed"
        for name, codes in shown.codes.items():
            yield from _codes(page.Resources.Font[name], codes)
        yield from _marks(document, page, shown)
        for annotation in page.obj.get("/Annots", ()):
            yield from _annotation(document, annotation)


def _operator(name: str, operands: list[Any], shown: _Shown) -> Iterator[str]:
    if name not in _OPERATORS or name in ("k", "K"):
        yield f"A 6.2.2: the operator {name}"
    shown.depth += (name == "q") - (name == "Q")
    if shown.depth > 28:
        yield "A 6.1.13: q in q"
    if name in ("BMC", "BDC", "EMC"):
        yield from _mark(name, operands, shown)
    elif name in _PAINT and not shown.open:
        yield f"UA 7.1: {name} is neither content nor artifact"
    if name == "Tf":
        shown.font = str(operands[0])
    elif name in ("Tj", "TJ"):
        strings = [operands[0]] if name == "Tj" else [item for item in operands[0] if isinstance(item, pikepdf.String)]
        for text in map(bytes, strings):
            shown.codes.setdefault(shown.font, set()).update(int.from_bytes(text[at : at + 2]) for at in range(0, len(text), 2))


def _mark(name: str, operands: list[Any], shown: _Shown) -> Iterator[str]:
    if name == "EMC":
        shown.open.pop()
        return
    if "/Artifact" in shown.open or (shown.open and str(operands[0]) == "/Artifact"):
        yield "UA 7.1: an artifact in content, or content in an artifact"
    shown.open.append(str(operands[0]))
    if name == "BDC" and "/MCID" in operands[1]:
        shown.marks[int(operands[1].MCID)] = str(operands[0])[1:]


def _codes(font: Any, codes: set[int]) -> Iterator[str]:
    """Every code that is shown has a glyph that is not .notdef, the width that the font says, and characters."""
    descendant = font.DescendantFonts[0]
    unicode = {
        int(code, 16): bytes.fromhex(text).decode("utf-16-be")
        for code, text in re.findall(r"<(\w{4})><(\w+)>", font.ToUnicode.read_bytes().decode())
    }
    widths = _widths(descendant.W)
    advances = _advances(descendant)
    for code in sorted(codes):
        if code not in unicode or any(character in "\0\ufeff\ufffe" or "\ue000" <= character <= "\uf8ff" for character in unicode[code]):
            yield f"A 6.2.11.7: code {code} of {font.BaseFont} has no character"
        if code not in advances:
            yield f"A 6.2.11.8: code {code} of {font.BaseFont} has no glyph"
        elif abs(advances[code] - widths.get(code, 0)) > 1:
            yield f"A 6.2.11.5: code {code} of {font.BaseFont} is {advances[code]} wide, not {widths.get(code)}"


def _widths(found: Any) -> dict[int, float]:
    widths, items = {}, list(found)
    for first, run in zip(items[::2], items[1::2], strict=True):
        widths.update({int(first) + index: float(width) for index, width in enumerate(run)})
    return widths


def _advances(descendant: Any) -> dict[int, float]:
    """The advance of each CID in thousandths, as the embedded font has it."""
    if descendant.Subtype == "/CIDFontType0":
        fonts = CFFFontSet()
        fonts.decompile(io.BytesIO(descendant.FontDescriptor.FontFile3.read_bytes()), None)
        top = fonts[0]
        names = {int(name[3:]): name for name in top.charset if name != ".notdef"}
        return {code: _compact_advance(top, name) for code, name in names.items()}
    with TTFont(io.BytesIO(descendant.FontDescriptor.FontFile2.read_bytes())) as font:
        order, scale = font.getGlyphOrder(), 1000 / font["head"].unitsPerEm
        font["glyf"].ensureDecompiled()
        for glyph in order:
            font["glyf"][glyph].recalcBounds(font["glyf"])
        places = descendant.CIDToGIDMap.read_bytes()
        glyphs = [int.from_bytes(places[at : at + 2]) for at in range(0, len(places), 2)]
        return {code: font["hmtx"][order[glyph]][0] * scale for code, glyph in enumerate(glyphs) if glyph}


def _compact_advance(top: Any, name: str) -> float:
    string, index = top.CharStrings.getItemAndSelector(name)
    private = top.FDArray[index].Private if index is not None else top.Private
    string.decompile()
    from fontTools.pens.basePen import NullPen  # the width is known once it is drawn

    string.draw(NullPen())
    assert private is not None
    return float(string.width)


def _marks(document: Any, page: pikepdf.Page, shown: _Shown) -> Iterator[str]:
    """Each mark of the content belongs to the structure element that the parent tree names, which has its type and its number."""
    parents = dict(_numbers(document.Root.get("/StructTreeRoot", {}).get("/ParentTree", pikepdf.Dictionary())))
    own = parents.get(int(page.obj.get("/StructParents", -1)), ())
    for mark, kind in shown.marks.items():
        element = own[mark] if mark < len(own) else None
        if element is None or mark not in [kid for kid in _kids(element) if isinstance(kid, int)] or str(element.S)[1:] != kind:
            yield f"UA 7.1: mark {mark} has no structure element"


def _numbers(tree: Any) -> Iterator[tuple[int, Any]]:
    found = list(tree.get("/Nums", ()))
    for key, value in zip(found[::2], found[1::2], strict=True):
        yield int(key), value
    for kid in tree.get("/Kids", ()):
        yield from _numbers(kid)


def _annotation(document: Any, annotation: Any) -> Iterator[str]:
    flags = int(annotation.get("/F", 0))
    if annotation.Subtype != "/Link":
        yield f"A 6.3.1: {annotation.Subtype}"
    if not flags & 4 or flags & 0b100011:
        yield "A 6.3.2: a link is not printed"
    if not str(annotation.get("/Contents", "")):
        yield "UA 7.18.5: a link says nothing"
    if annotation.A.S != "/URI" or not re.fullmatch(r"[!-~]+", str(annotation.A.URI)):
        yield "A 6.5.1: the address of a link"
    parents = dict(_numbers(document.Root.StructTreeRoot.ParentTree))
    element = parents.get(int(annotation.get("/StructParent", -1)))
    if element is None or element.S != "/Link" or not any(_is(kid, annotation) for kid in _kids(element)):
        yield "UA 7.18.5: a link is not in a Link"


def _is(kid: Any, annotation: Any) -> bool:
    return isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR" and kid.Obj.objgen == annotation.objgen


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", ())
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _tree(document: Any) -> Iterator[str]:
    root = document.Root.get("/StructTreeRoot")
    if root is None:
        yield "A 6.7.3: no structure"
        return
    if [str(element.S) for element in _kids(root)] != ["/Document"]:
        yield "UA 7.1: the structure does not begin with one Document"
    levels: list[int] = []
    for element, parent in _elements(root):
        kind = str(element.S)[1:]
        if element.P.objgen != parent.objgen:
            yield f"A 6.7.3: a {kind} has another parent"
        yield from _element(element, kind)
        if re.fullmatch(r"H\d", kind):
            levels.append(int(kind[1:]))
    if levels and (levels[0] != 1 or any(after > before + 1 for before, after in pairwise(levels))):
        yield "UA 7.4.2: headings"


def _element(element: Any, kind: str) -> Iterator[str]:
    if kind not in _STANDARD:
        yield f"A 6.7.3.4: {kind} is no standard type"
    if kind == "Figure" and not str(element.get("/Alt", element.get("/ActualText", ""))):
        yield "UA 7.3: a picture without a description"
    if kind == "Figure" and "/BBox" not in element.get("/A", {}):
        yield "UA 7.3: a picture without its place"
    if not _kids(element):
        yield f"UA 7.1: an empty {kind}"
    if "/Lang" in element and not _LANGUAGE.fullmatch(str(element.Lang)):
        yield "UA 7.2: the language of an element"


def _elements(parent: Any) -> Iterator[tuple[Any, pikepdf.Object]]:
    for kid in _kids(parent):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid and "/P" in kid:
            yield kid, parent
            yield from _elements(kid)
