"""Style sheets and style attributes, put among the attributes of the elements: so that everything behind them has one way to ask.

What is understood of a <style> is what drawing programs write: rules for elements, classes and ids, alone or together (`text`, `.cls-1`,
`rect.frame#seal`), with commas between. Combinators, pseudo-classes and @-rules are refused. CSS Syntax Level 3, Selectors Level 3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, Protocol

import tinycss2

from issuer.artwork.template import attributes
from issuer.errors import TemplateError
from issuer.roster.findings import Code

MAX_SHEET = 1 << 16  # characters of all sheets of a file: parsing takes half a second
MAX_RULES = 1_000
_SIMPLE = "export with presentation attributes, or with simple classes, as Illustrator's and Inkscape's plain export do"
_DEEPEST = 16
_BRACKET = re.compile(r"[()\[\]{}]")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)  # one that is not closed ends with the text: looked for once
_IMPORTANT = re.compile(r"!\s*important\s*\Z", re.IGNORECASE)
_DECLARATION = re.compile(
    r"""\s*(?:([\w-]+)\s*:((?:[^;"'()\\{}\[\]]|\([^()"';\\]*\)|\((?:"[^"\\]*"|'[^'\\]*')\)|"[^"\\]*"|'[^'\\]*')*))?(?:;|$)""", re.ASCII
)


class Report(Protocol):
    """Told of a mistake."""

    def __call__(self, mistake: TemplateError, *, line: int) -> None:
        """line: 1-based in the text that was read."""


class Declared(NamedTuple):
    """Declarations as attributes. important: those that outdo all others (CSS Cascading Level 3, section 6.3)."""

    normal: dict[str, str]
    important: dict[str, str]

    def under(self, own: Declared) -> dict[str, str]:
        """What an element has of a style sheet and of its own style."""
        return self.normal | own.normal | self.important | own.important


@dataclass(frozen=True, slots=True)
class _Rule:
    """tag: "" for any; weight: of the selector, then its number; the heaviest wins."""

    tag: str
    names: frozenset[str]
    weight: tuple[int, int, int, int]
    declared: Declared


@dataclass(slots=True)
class Sheet:
    """The rules of all style sheets of a file. rules: by one of the names of each, or its tag; named: the classes and ids that they ask
    for; known: what they say of elements of a tag and names; count: of the rules; length: characters read."""

    rules: dict[str, list[_Rule]] = field(default_factory=dict)
    named: frozenset[str] = frozenset()
    known: dict[tuple[str, frozenset[str]], Declared] = field(default_factory=dict)
    count: int = 0
    length: int = 0

    def add(self, text: str, report: Report) -> None:
        """Read a style sheet; what is wrong in it is reported and left out. Raises TemplateError if there are too many rules."""
        self.length += len(text)
        if self.length > MAX_SHEET:
            message = f"the style sheets have more than {MAX_SHEET:,} characters together"
            raise TemplateError(message, hint="remove the rules that nothing uses", code=Code.TEMPLATE_LARGE)
        if _too_deep(text):
            raise TemplateError("the style sheet is nested too deep", hint=_SIMPLE, code=Code.TEMPLATE_LARGE)
        for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
            if rule.type == "qualified-rule":
                line = rule.source_line
                declared = declarations(tinycss2.serialize(rule.content), partial(report, line=line))
                for compound in _split(rule.prelude):
                    self._add(compound, declared, line, report)
            elif rule.type != "at-rule" or rule.lower_at_keyword != "charset":
                report(_at_rule(rule), line=rule.source_line)

    def _add(self, compound: list[Any], declared: Declared, line: int, report: Report) -> None:
        self.count += 1
        if self.count > MAX_RULES:
            message = f"the style sheet has more than {MAX_RULES:,} rules"
            raise TemplateError(message, hint="remove those that nothing uses", code=Code.TEMPLATE_LARGE)
        selector = _selector(compound)
        if selector is None:
            written = tinycss2.serialize(compound).strip()[:40]
            report(TemplateError(f'the selector "{written}" is not understood', hint=_SIMPLE, code=Code.TEMPLATE_ATTRIBUTE), line=line)
            return
        tag, names = selector
        ids = sum(name.startswith("#") for name in names)
        rule = _Rule(tag, frozenset(names), (ids, len(names) - ids, bool(tag), self.count), declared)
        self.named |= rule.names
        self.rules.setdefault(min(names, default=tag), []).append(rule)

    def of(self, tag: str, name: str, classes: Iterable[str]) -> Declared:
        """What the sheet says of an element. name: its id, or ""."""
        names = self.named & {f"#{name}", *(f".{one}" for one in classes)}
        known = self.known.get((tag, names))
        if known is None:
            rules = (rule for key in ("", tag, *names) for rule in self.rules.get(key, ()))
            known = Declared({}, {})
            for rule in sorted((rule for rule in rules if rule.tag in ("", tag) and rule.names <= names), key=lambda rule: rule.weight):
                known.normal.update(rule.declared.normal)
                known.important.update(rule.declared.important)
            self.known[tag, names] = known
        return known


def declarations(text: str, report: Callable[[TemplateError], None]) -> Declared:
    """The declarations of a rule or of a style attribute. What is wrong is reported and left out."""
    found = Declared({}, {})
    bare, position = _COMMENT.sub("", text), 0
    while position < len(bare):
        match = _DECLARATION.match(bare, position)
        if match is None:
            report(TemplateError("a style cannot be read", hint="write it as name: value;", code=Code.TEMPLATE_ATTRIBUTE))
            break
        position = match.end()
        if match.group(1):
            try:
                value = _IMPORTANT.sub("", match.group(2)).strip()
                read = attributes.read(match.group(1).lower(), value, known=found.normal | found.important, style=True)
                (found.important if _IMPORTANT.search(match.group(2)) else found.normal).update(read)
            except TemplateError as mistake:
                report(mistake)
    return found


def _too_deep(text: str) -> bool:
    """Whether brackets are nested so deep that the parser would run out of stack."""
    depth = 0
    for bracket in _BRACKET.findall(text):
        depth += 1 if bracket in "([{" else -1
        if depth > _DEEPEST:
            return True
    return False


def _split(prelude: list[Any]) -> Iterator[list[Any]]:
    """The selectors between commas."""
    compound: list[Any] = []
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            yield compound
            compound = []
        elif token.type != "comment":
            compound.append(token)
    yield compound


def _selector(compound: list[Any]) -> tuple[str, list[str]] | None:
    """The element, and the classes and ids with their "." and "#", that a selector asks for; None if it asks for more."""
    while compound and compound[0].type == "whitespace":
        compound = compound[1:]
    while compound and compound[-1].type == "whitespace":
        compound = compound[:-1]
    tag, names, dot = "", [], False
    for at, token in enumerate(compound):
        if token.type == "ident" and dot:
            names.append(f".{token.value}")
        elif token.type == "ident" and at == 0:
            tag = token.value
        elif token.type == "hash" and not dot:
            names.append(f"#{token.value}")
        elif not (token.type == "literal" and (token.value == "." or (token.value == "*" and at == 0))):
            return None
        dot = token.type == "literal" and token.value == "."
    return None if dot or not compound else (tag, names)


def _at_rule(rule: Any) -> TemplateError:
    name = getattr(rule, "lower_at_keyword", "")
    if name == "import":
        return TemplateError("a style sheet is taken from elsewhere", hint="remove the @import", code=Code.TEMPLATE_EXTERNAL)
    if name == "font-face":
        hint = "remove the @font-face: texts use the fonts that Issuer carries"
        return TemplateError("a style sheet brings a font", hint=hint, code=Code.TEMPLATE_FONT)
    shown = f"@{name[:40]}" if name else "something"
    return TemplateError(f"the style sheet has {shown} that is not understood", hint=_SIMPLE, code=Code.TEMPLATE_ATTRIBUTE)
