"""Reading the SVG of a template: a small tree with line numbers, and the refusal of everything that is not a picture.

What is allowed is listed; what is not listed is refused or, if it only serves an editor (Inkscape's own elements), dropped.
Nothing here reaches outside the file: no entities, no external references, no script, no style sheet.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser
from PIL import Image

from issuer.errors import Place, TemplateError

MAX_BYTES = 1 << 20
MAX_ELEMENTS = 5_000
MAX_DEPTH = 48
MAX_PIXELS = 16_000_000  # of one embedded picture; 64 MB when drawn
MAX_TEXT = 10_000  # characters of one element
MAX_REFERENCES = 4  # how deep <use>, patterns, masks and clips may point at one another
MAX_DRAWN = 20_000  # elements after every reference is followed; a 2 KB file of nested <use> held CairoSVG for 39 s

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_XML = "{http://www.w3.org/XML/1998/namespace}"
DRAWN = frozenset(
    "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan image title desc "
    "clipPath linearGradient radialGradient stop".split()
)
_DROPPED = frozenset({"metadata"})
_DATA = frozenset(
    "data-if data-box data-fit data-min-size data-max-lines data-line-height data-align data-qr data-field data-image "
    "data-fill data-stroke data-stop-color data-name data-fields data-languages data-scan".split()
)
_IMAGE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*\Z")
_REFERENCE = re.compile(r"url\(\s*['\"]?#([\w.:-]+)['\"]?\s*\)")
_HUGE = re.compile(r"(?<![\d.#])\d{7}|\d\.?[eE]\+?\d|\b(?:nan|inf|infinity)\b", re.IGNORECASE)
_WORDS = ("id", "href", "fill", "stroke", "stop-color", "color", "font-family", "aria-label", "xml:lang", "lang", "clip-path")
_HINTS = {
    "pattern": "draw the shapes as often as they are seen, with <use>",
    "mask": "cut the shape itself, or use <clipPath>",
    "script": "a certificate runs nothing: remove it",
    "foreignObject": "draw it as SVG shapes and <text>",
    "style": "write the styles onto the elements: Inkscape's and Illustrator's export call this presentation attributes",
    "filter": "flatten the effect into an image or into shapes",
    "textPath": "place the text with x, y and transform",
    "marker": "draw the arrow heads as paths",
}


@dataclass(slots=True, eq=False)
class Node:
    """An element. tag: without namespace; line: 1-based; children: elements and text, in order."""

    tag: str
    attributes: dict[str, str]
    line: int
    children: list[Node | str] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """This element and all inside it, in document order."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()


def element(node: Node) -> str:
    """How an element is called in a message: <rect>, or <rect id=seal>."""
    name = node.attributes.get("id", "")
    return f"<{node.tag} id={name[:40]}>" if name else f"<{node.tag}>"


def read(source: bytes, shown_as: str) -> Node:
    """Read a template. shown_as: the path as the user knows it. Returns the root. Raises TemplateError with file and line."""
    if len(source) > MAX_BYTES:
        message = f"the template has {len(source):,} bytes, more than {MAX_BYTES:,}"
        raise TemplateError(message, place=Place(shown_as), hint="make its images smaller, or simplify its paths")
    builder = _Builder(shown_as)
    parser = XMLParser(target=builder, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    builder.line = lambda: int(parser.parser.CurrentLineNumber)
    try:
        parser.feed(source)
        root: object = parser.close()
    except ParseError as error:
        builder.refuse(f"this is not well-formed XML: {error.msg}", "open it in an editor for SVG and save it again", error.position[0])
    except DefusedXmlException:
        builder.refuse("a document type or an entity is declared", "remove the <!DOCTYPE …> line", builder.line())
    except (LookupError, ValueError) as error:
        builder.refuse(f"the file cannot be read: {error}", "save it as UTF-8", builder.line())
    if not isinstance(root, Node):
        builder.refuse("the file has no <svg> element", "save it as SVG", 1)
    _check_references(root, shown_as)
    return root


class _Builder:
    """Receives what the XML parser finds and builds the tree of what is allowed."""

    def __init__(self, shown_as: str) -> None:
        self.shown_as = shown_as
        self.line: Callable[[], int] = lambda: 1
        self.stack: list[Node] = []
        self.root: Node | None = None
        self.dropping = 0
        self.elements = 0
        self.depth = 0

    def refuse(self, message: str, hint: str, line: int | None = None) -> NoReturn:
        raise TemplateError(message, place=Place(self.shown_as, line=line or self.line()), hint=hint)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        self.depth += 1
        if self.elements > MAX_ELEMENTS:
            self.refuse(f"the template has more than {MAX_ELEMENTS:,} elements", "merge paths, or draw the background as an image")
        if self.depth > MAX_DEPTH:
            self.refuse(f"elements are nested more than {MAX_DEPTH} deep", "ungroup what need not be grouped")
        if self.root is None and name != f"{_SVG}svg":
            self.refuse("the root is not <svg>", 'begin with <svg xmlns="http://www.w3.org/2000/svg" …>')
        tag = name.removeprefix(_SVG)
        if self.dropping or not name.startswith(_SVG) or tag in _DROPPED:
            self.dropping += 1
            return
        if tag not in DRAWN or (tag == "svg" and self.stack):
            self.refuse(f"<{tag}> cannot be used in a template", _HINTS.get(tag, "draw it with paths, shapes, gradients and <text>"))
        node = Node(tag, dict(self.attributes(tag, attributes)), self.line())
        if self.stack:
            self.stack[-1].children.append(node)
        else:
            self.root = node
        self.stack.append(node)

    def end(self, _name: str) -> None:
        self.depth -= 1
        if self.dropping:
            self.dropping -= 1
        else:
            self.stack.pop()

    def data(self, text: str) -> None:
        if self.dropping or not self.stack:
            return
        node = self.stack[-1]
        if node.tag in ("text", "tspan", "title", "desc"):
            last = node.children[-1] if node.children else None
            if isinstance(last, str):
                text = last + text
                node.children.pop()
            if len(text) > MAX_TEXT:
                self.refuse(f"a text has more than {MAX_TEXT:,} characters", "a certificate is one page: shorten it")
            node.children.append(text)
            if node.tag in ("title", "desc") and "{{" in text:
                self.refuse(f"a field stands in <{node.tag}>", "fields are filled in inside <text> only; the title is written for you")

    def pi(self, target: str, _data: str) -> None:
        self.refuse(f"the processing instruction <?{target}?> stands in the template", "remove it: nothing outside the file is used")

    def close(self) -> Node | None:
        return self.root

    def attributes(self, tag: str, attributes: dict[str, str]) -> Iterator[tuple[str, str]]:
        for name, value in attributes.items():
            if name in ("href", _XLINK) and "data-image" in attributes:
                continue  # the sample in a picture's slot is for the editor only
            if name in ("href", _XLINK):
                yield "href", self.href(tag, value)
            elif name == f"{_XML}lang":
                yield "xml:lang", self.value(name, value)
            elif name == "style":
                yield from self.style(value)
            elif not name.startswith("{") and name != "class":
                yield name, self.value(name, value)

    def style(self, text: str) -> Iterator[tuple[str, str]]:
        for declaration in text.split(";"):
            name, colon, value = declaration.partition(":")
            if colon:
                yield name.strip(), self.value(name.strip(), value.strip())

    def href(self, tag: str, value: str) -> str:
        if value.startswith("#") and "{{" not in value:
            return value
        if tag == "image" and _IMAGE.match(value):
            self.picture(value)
            return value
        return self.refuse(f"the reference {value[:60]!r} points outside the file", "embed the picture in the SVG (PNG or JPEG, as data:)")

    def picture(self, value: str) -> None:
        """Refuse a picture that would take much memory: its own header says how large it is."""
        try:
            with Image.open(io.BytesIO(base64.b64decode(value.partition(",")[2]))) as picture:
                width, height = picture.size
        except (ValueError, OSError, Image.DecompressionBombError):
            self.refuse("an embedded picture cannot be read", "embed it again, as PNG or JPEG")
        if width * height > MAX_PIXELS:
            self.refuse(f"an embedded picture has {width} × {height} pixels", "300 pixels per inch are enough: A4 is 3508 × 2480")

    def value(self, name: str, value: str) -> str:
        if name.lower().startswith("on"):
            self.refuse(f'the event handler "{name}" stands in the template', "a certificate runs nothing: remove it")
        if "{{" in value or "}}" in value:
            self.refuse(f'a field stands in the attribute "{name}"', "fields are filled in inside <text> only")
        if name.startswith("data-") and name not in _DATA:
            self.refuse(f'the attribute "{name}" means nothing here', f"use one of {', '.join(sorted(_DATA))}")
        if name == "id" and re.match(r"g\.|certificate-", value):
            self.refuse(f'the id "{value}" is kept for what is drawn', "choose another id")
        if name not in _WORDS and not name.startswith("data-") and _HUGE.search(value):
            self.refuse(f'the attribute "{name}" has a number of a million or more', "keep the artwork on its page")
        if name == "stroke-dasharray" and value != "none" and not _dashes(value):
            self.refuse(f'stroke-dasharray="{value[:40]}" is not a few lengths of at least 0.1', "use longer dashes")
        plain = _REFERENCE.sub("", value)
        if re.search(r"url\s*\(|\\|@import|javascript:|image-set", plain, re.IGNORECASE):
            self.refuse(
                f'the attribute "{name}" refers to something outside the file', "use colours, or gradients of this file as url(#id)"
            )
        return value


def _dashes(text: str) -> bool:
    """Whether a dash pattern can be drawn in reasonable time: a dash of 0.0001 on a long path holds cairo for minutes."""
    lengths = text.replace(",", " ").split()
    return 0 < len(lengths) <= 16 and all(re.fullmatch(r"\d{1,4}(\.\d{1,6})?|\.\d{1,6}", one) and float(one) >= 0.1 for one in lengths)


def _check_references(root: Node, shown_as: str) -> None:
    """Refuse references in a circle, too deep, or to so many elements that drawing would take for ever."""
    by_id = {node.attributes["id"]: node for node in root.walk() if "id" in node.attributes}
    known: dict[int, int] = {}

    def cost(node: Node, open_ids: frozenset[str]) -> int:
        """How many elements are drawn for this one."""
        if id(node) in known:
            return known[id(node)]
        drawn = 1
        followed: list[tuple[Node, frozenset[str]]] = [(child, open_ids) for child in node.children if isinstance(child, Node)]
        for target in _targets(node):
            if target in open_ids:
                _refuse_reference(shown_as, node, f'the reference to "{target}" goes in a circle')
            if target in by_id:
                if len(open_ids) >= MAX_REFERENCES:
                    _refuse_reference(shown_as, node, f"references are nested more than {MAX_REFERENCES} deep")
                followed.append((by_id[target], open_ids | {target}))
        for other, opened in followed:
            drawn += cost(other, opened)
            if drawn > MAX_DRAWN:  # checked at every step, so that the counting itself is bounded
                _refuse_reference(shown_as, node, f"more than {MAX_DRAWN:,} elements are drawn when references are followed")
        if not open_ids:
            known[id(node)] = drawn
        return drawn

    cost(root, frozenset())


def _targets(node: Node) -> Iterator[str]:
    href = node.attributes.get("href", "")
    if href.startswith("#"):
        yield href[1:]
    for value in node.attributes.values():
        yield from _REFERENCE.findall(value)


def _refuse_reference(shown_as: str, node: Node, message: str) -> NoReturn:
    raise TemplateError(message, place=Place(shown_as, line=node.line), hint="draw the shape where it is needed, without <use>")
