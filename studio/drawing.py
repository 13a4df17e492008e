"""Writing SVG that a person can read and edit: elements with short numbers, and paths with relative steps.

Lengths are points; y goes down.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

_NAMES = {"xml_lang": "xml:lang", "view_box": "viewBox"}


@dataclass(frozen=True, slots=True)
class Element:
    """attributes: ready to be written; children: elements, or text, which is then written without a line break."""

    tag: str
    attributes: tuple[tuple[str, str], ...]
    children: tuple[Element | str, ...] = ()

    def write(self, indent: str = "") -> str:
        """The element and what is in it, one element a line."""
        head = "".join(f" {name}={quoteattr(value)}" for name, value in self.attributes)
        if not self.children:
            return f"{indent}<{self.tag}{head}/>\n"
        if any(isinstance(child, str) for child in self.children):
            inside = "".join(escape(child) if isinstance(child, str) else child.write().rstrip("\n") for child in self.children)
            return f"{indent}<{self.tag}{head}>{inside}</{self.tag}>\n"
        inside = "".join(child.write(f"{indent}  ") for child in self.children if isinstance(child, Element))
        return f"{indent}<{self.tag}{head}>\n{inside}{indent}</{self.tag}>\n"


def element(tag: str, *children: Element | str | None, **attributes: str | float | None) -> Element:
    """An element. A None among children or attributes is left out; stroke_width=1 writes stroke-width, class_ writes class."""
    written = tuple(
        (_NAMES.get(name, name.rstrip("_").replace("_", "-")), value if isinstance(value, str) else number(value))
        for name, value in attributes.items()
        if value is not None
    )
    return Element(tag, written, tuple(child for child in children if child is not None))


def group(*children: Element | None, **attributes: str | float | None) -> Element:
    """A <g>."""
    return element("g", *children, **attributes)


def use(name: str, transform: str | None = None) -> Element:
    """Another picture of the element with this id."""
    return element("use", href=f"#{name}", transform=transform)


def number(value: float) -> str:
    """At most two decimals, without a zero that says nothing."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


class Pen:
    """Collects the data of a path. Takes places on the page; writes relative steps, and never lets roundings add up."""

    def __init__(self) -> None:
        self._steps: list[str] = []
        self._at = self._start = (0.0, 0.0)

    def move(self, x: float, y: float) -> Pen:
        """Begin a new stroke."""
        self._at = self._start = (round(x, 2), round(y, 2))
        self._steps.append(f"M{_pair(*self._at)}")
        return self

    def line(self, x: float, y: float) -> Pen:
        """Straight to a place."""
        self._steps.append(f"l{self._step((x, y))}")
        return self

    def curve(self, *places: tuple[float, float]) -> Pen:
        """A cubic curve: two handles and the end."""
        self._steps.append(f"c{self._step(*places)}")
        return self

    def close(self) -> Pen:
        """Back to where the stroke began."""
        self._steps.append("z")
        self._at = self._start
        return self

    def data(self) -> str:
        """The attribute d."""
        return "".join(self._steps)

    def _step(self, *places: tuple[float, float]) -> str:
        x, y = self._at
        rounded = [(round(left, 2), round(top, 2)) for left, top in places]
        self._at = rounded[-1]
        return _joined(value for left, top in rounded for value in (left - x, top - y))


def _pair(x: float, y: float) -> str:
    return _joined((x, y))


def _joined(values: Iterator[float] | tuple[float, ...]) -> str:
    """Numbers with as few separators as SVG needs."""
    text = ""
    for value in values:
        written = number(value)
        text += written if not text or written.startswith("-") else f" {written}"
    return text
