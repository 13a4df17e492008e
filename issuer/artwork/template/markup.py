"""Reading the SVG of a template: a small tree with line numbers, and the refusal of everything that is not a picture.

What is allowed is listed; what is not listed is refused or, if it only serves an editor (Inkscape's own elements), dropped.
Nothing here reaches outside the file: no entities, no external references, no script.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from issuer.artwork.template import attributes, embedded, styles
from issuer.artwork.template.embedded import Embedded
from issuer.artwork.template.mistakes import Mistakes
from issuer.errors import Place, TemplateError
from issuer.roster.findings import Code

MAX_BYTES = 1 << 20
MAX_ELEMENTS = 5_000
MAX_DEPTH = 48
MAX_ATTRIBUTES = 200  # of one element
MAX_TEXT = 10_000  # characters of one element
MAX_WORDS = 8_000  # of all texts, without spaces: to break a megabyte into lines takes minutes

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_DRAWN = frozenset(
    "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan image title desc "
    "clipPath linearGradient radialGradient stop switch".split()
)
_DROPPED = frozenset({"metadata", "view", "cursor"})
_INERT = frozenset({"filter", "mask", "pattern", "marker", "meshgradient", "mesh", "hatch", "solidColor", "color-profile"})
"""What cannot be drawn, but draws nothing by itself: it is dropped, and what refers to it is refused. A pattern stays
until `fills` has seen whether it is a picture."""
_FREE = frozenset({"svg", "text", "tspan"})  # whose places are lists, or the size of the page
_KIND = re.compile(r"data:(image/[a-z0-9.+-]{1,40})[;,]", re.IGNORECASE)
_SHOWN = 24  # letters of a text
_TEXTS = frozenset({"text", "tspan", "title", "desc"})
_PAGE_FILLS = re.compile(r"(?<![^;\s])(?:width|height)\s*:\s*(?:100%|auto)\s*(?=;|\Z)")
"""What a picture of a web page says of itself, and a template's viewBox says as well."""
_MOST_CLASSES = 20
_HINTS = {
    "script": "a certificate runs nothing: remove it",
    "foreignObject": "draw it as SVG shapes and <text>",
    "textPath": "place the text with x, y and transform",
    "flowRoot": "in Inkscape choose Text > Convert to Text, then give it data-box",
    "font": "export without fonts: texts use those that Issuer carries",
    "a": "the link to the page of the certificate is added for you: ungroup it",
    "svg": "ungroup the picture that was placed, or take it as data-image",
}


@dataclass(slots=True, eq=False)
class Node:
    """An element. tag: without namespace; attributes: styles among them; line: 1-based; children: elements and text, in order."""

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

    def elements(self) -> list[Node]:
        """The elements right inside it."""
        return [child for child in self.children if isinstance(child, Node)]


@dataclass(frozen=True, slots=True)
class Tree:
    """What was read. inert: the tag of each id that was dropped because it cannot be drawn."""

    root: Node
    inert: Mapping[str, str]


def element(node: Node) -> str:
    """How an element is called in a message: <rect>, or <rect id=seal>, or <text "Fair winds">."""
    name, words = node.attributes.get("id", ""), _words(node)
    if name or not words:
        return f"<{node.tag} id={name[:40]}>" if name else f"<{node.tag}>"
    return f'<{node.tag} "{words[:_SHOWN]}{"…" if len(words) > _SHOWN else ""}">'


def _words(node: Node) -> str:
    """What a text says."""
    if node.tag not in ("text", "tspan"):
        return ""
    return " ".join("".join(child for inner in node.walk() for child in inner.children if isinstance(child, str)).split())


def read(source: bytes, shown_as: str, mistakes: Mistakes) -> Tree:
    """Read a template. shown_as: the path as the user knows it; mistakes: gets what is left out because it is wrong. Raises TemplateError
    with file and line where reading cannot go on."""
    if len(source) > MAX_BYTES:
        message = f"the template has {len(source):,} bytes, more than {MAX_BYTES:,}"
        hint = "make its images smaller, or simplify its paths"
        raise TemplateError(message, place=Place(shown_as), hint=hint, code=Code.TEMPLATE_LARGE)
    builder = _Builder(shown_as, mistakes)
    parser = XMLParser(target=builder, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    builder.line = lambda: int(parser.parser.CurrentLineNumber)
    try:
        parser.feed(source)
        root: object = parser.close()
    except ParseError as error:
        hint = "open it in an editor for SVG and save it again"
        if "mismatched tag" in f"{error.msg}" and builder.stack:
            hint = f"the {element(builder.stack[-1])} of line {builder.stack[-1].line} is not closed"
        builder.stop(f"this is not well-formed XML: {error.msg}", hint, line=error.position[0])
    except DefusedXmlException:
        builder.stop("a document type or an entity is declared", "remove the <!DOCTYPE …> line; in Illustrator use Export As, not Save As")
    except (LookupError, ValueError):
        builder.stop("the file cannot be read in the encoding that its first line names", "save it as UTF-8")
    if not isinstance(root, Node):
        builder.stop("the file has no <svg> element", "save it as SVG", line=1)
    builder.apply_styles()
    return Tree(root, builder.inert)


class _Builder:
    """Receives what the XML parser finds and builds the tree of what is allowed."""

    def __init__(self, shown_as: str, mistakes: Mistakes) -> None:
        self.shown_as = shown_as
        self.mistakes = mistakes
        self.line: Callable[[], int] = lambda: 1
        self.stack: list[Node] = []
        self.root: Node | None = None
        self.sheet = styles.Sheet()
        self.styled: list[tuple[Node, tuple[str, ...], styles.Declared]] = []  # with their classes and their own styles
        self.inert: dict[str, str] = {}
        self.dropping = 0
        self.elements = 0
        self.depth = 0
        self.pixels = 0
        self.characters = 0

    def stop(self, message: str, hint: str, code: Code = Code.TEMPLATE_UNREADABLE, line: int | None = None) -> NoReturn:
        raise TemplateError(message, place=Place(self.shown_as, line=line or self.line()), hint=hint, code=code)

    def note(self, mistake: TemplateError, called: str, line: int | None = None) -> None:
        if called.startswith("<pattern") or any(node.tag == "pattern" for node in self.stack):  # which draws nothing by itself
            return
        mistake.place = Place(self.shown_as, line=line or self.line(), element=called)
        self.mistakes.add(mistake)

    def start(self, name: str, given: dict[str, str]) -> None:
        self.elements += 1
        self.depth += 1
        if self.elements > MAX_ELEMENTS:
            hint = "merge paths, or draw the background as an image"
            self.stop(f"the template has more than {MAX_ELEMENTS:,} elements", hint, Code.TEMPLATE_LARGE)
        if self.depth > MAX_DEPTH:
            self.stop(f"elements are nested more than {MAX_DEPTH} deep", "ungroup what need not be grouped", Code.TEMPLATE_LARGE)
        if self.root is None and name != f"{_SVG}svg":
            self.stop("the root is not <svg>", 'begin with <svg xmlns="http://www.w3.org/2000/svg" …>')
        if len(given) > MAX_ATTRIBUTES:
            message = f"an element has more than {MAX_ATTRIBUTES} attributes"
            self.stop(message, "save it again from your drawing program", Code.TEMPLATE_LARGE)
        tag = name.removeprefix(_SVG)
        if self.dropping or not self.takes(tag, given, foreign=not name.startswith(_SVG)):
            self.dropping += 1
            return
        node = self.node(tag, given)
        if self.stack:
            self.stack[-1].children.append(node)
        else:
            self.root = node
        self.stack.append(node)

    def takes(self, tag: str, given: Mapping[str, str], *, foreign: bool) -> bool:
        """Whether an element is kept."""
        if foreign or tag in _DROPPED:
            return False
        if tag in _INERT:
            self.inert[given.get("id", "")] = tag
            return tag == "pattern"
        if self.stack and self.stack[-1].tag == "switch" and ("requiredExtensions" in given or tag == "foreignObject"):
            return False
        if tag == "style":
            return True
        if tag in _DRAWN and not (tag == "svg" and self.stack):
            return True
        hint = _HINTS.get(tag, "draw it with paths, shapes, gradients and <text>")
        code = Code.TEMPLATE_SCRIPT if tag == "script" else Code.TEMPLATE_ELEMENT
        self.note(TemplateError(f"<{tag[:40]}> cannot be used in a template", hint=hint, code=code), f"<{tag[:40]}>")
        return False

    def end(self, _name: str) -> None:
        self.depth -= 1
        if self.dropping:
            self.dropping -= 1
            return
        node = self.stack.pop()
        if node.tag == "style":
            self.stack[-1].children.pop()
            self.read_sheet(node)
        elif node.tag == "switch":
            node.tag, node.children = "g", list(node.elements()[:1])

    def data(self, text: str) -> None:
        if self.dropping or not self.stack:
            return
        node = self.stack[-1]
        if node.tag not in _TEXTS and node.tag != "style":
            return
        self.characters += len("".join(text.split())) if node.tag in ("text", "tspan") else 0
        if self.characters > MAX_WORDS:
            hint = "a certificate is one page: shorten them"
            self.stop(f"the texts have more than {MAX_WORDS:,} characters together", hint, Code.TEMPLATE_LARGE)
        last = node.children[-1] if node.children else None
        if isinstance(last, str):
            text = last + text
            node.children.pop()
        most = styles.MAX_SHEET if node.tag == "style" else MAX_TEXT
        if len(text) > most:
            self.stop(f"<{node.tag}> has more than {most:,} characters", "a certificate is one page: shorten it", Code.TEMPLATE_LARGE)
        node.children.append(text)

    def pi(self, target: str, _data: str) -> None:
        if not target.startswith("xpacket"):  # Adobe's bounds of metadata
            hint = "remove it: nothing outside the file is used"
            message = f"the processing instruction <?{target[:40]}?> stands in the template"
            self.note(TemplateError(message, hint=hint, code=Code.TEMPLATE_EXTERNAL), f"<?{target[:40]}?>")

    def close(self) -> Node | None:
        return self.root

    def node(self, tag: str, given: Mapping[str, str]) -> Node:
        node = Node(tag, {}, self.line())
        name = given.get("id", "")[:40]
        called = f"<{tag} id={name}>" if name else f"<{tag}>"
        for key, text in given.items():
            try:
                node.attributes |= self.attribute(tag, key, text, given)
            except TemplateError as mistake:
                self.note(mistake, called)
        classes, style = given.get("class", "").split(), given.get("style", "")
        if tag == "svg":
            style = _PAGE_FILLS.sub("", style)
        if len(classes) > _MOST_CLASSES:
            self.note(TemplateError("an element has very many classes", hint="a few are enough", code=Code.TEMPLATE_LARGE), called)
        own = styles.declarations(style, lambda mistake: self.note(mistake, called)) if style else styles.Declared({}, {})
        self.styled.append((node, tuple(classes[:_MOST_CLASSES]), own))
        return node

    def attribute(self, tag: str, name: str, text: str, given: Mapping[str, str]) -> dict[str, str]:
        """What is kept of one attribute. Raises TemplateError without a place."""
        if name in ("href", _XLINK):  # the sample in a picture's slot is for the editor only
            return {} if "data-image" in given else self.href(tag, text, given)
        if tag == "image" and name in ("width", "height") and text.strip() == "auto":
            return {}
        if name == f"{_XML}lang":
            name = "xml:lang"
        if name.startswith("{") or name in ("style", "class"):
            return {}
        kept = attributes.read(name, text, known={}, style=False)
        return kept if tag in _FREE or name not in attributes.LENGTHS or name not in kept else attributes.length(name, text)

    def href(self, tag: str, text: str, given: Mapping[str, str]) -> dict[str, str]:
        if text.startswith("#") and "{{" not in text:
            return {"href": text}
        if tag == "image" and (picture := embedded.read(text)):
            self.count(picture)
            return {"href": picture.href, **picture.missing(given)}
        hint = "embed the picture in the SVG (PNG or JPEG, as data:)"
        if kind := _KIND.match(text):
            attributes.refuse(f"an embedded picture is {kind.group(1)}", "embed it as PNG or JPEG", Code.TEMPLATE_PICTURE)
        return attributes.refuse(f"the reference {text[:60]!r} points outside the file", hint, Code.TEMPLATE_EXTERNAL)

    def count(self, picture: Embedded) -> None:
        """Refuse pictures that would take much memory."""
        self.pixels += picture.width * picture.height
        if self.pixels > embedded.MAX_PIXELS:
            hint = "300 pixels per inch are enough: A4 is 3508 × 2480"
            size = f"{picture.width:,} × {picture.height:,}" if picture.width < embedded.MAX_PIXELS else "very many"
            message = f"the embedded pictures have more than {embedded.MAX_PIXELS:,} pixels together, this one {size}"
            attributes.refuse(message, hint, Code.TEMPLATE_LARGE)

    def read_sheet(self, node: Node) -> None:
        def report(mistake: TemplateError, *, line: int) -> None:
            self.note(mistake, "<style>", node.line + line - 1)

        try:
            self.sheet.add("".join(child for child in node.children if isinstance(child, str)), report)
        except TemplateError as mistake:
            self.note(mistake, "<style>", node.line)

    def apply_styles(self) -> None:
        """Put what the style sheets and the styles of the elements say among the attributes: they outdo attributes."""
        for node, classes, own in self.styled:
            node.attributes |= self.sheet.of(node.tag, node.attributes.get("id", ""), classes).under(own)
