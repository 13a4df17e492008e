"""Who is eligible: the expression that batch.yml writes under `require:`. It is parsed, never run as code.

    score >= 70
    hours >= 10 and exam == passed
    (Final mark >= 4.5 or exempt is not empty) and not country in (Atlantis, El Dorado)

On the left of a comparison stands a field or a header of the roster, on the right a number with a point, a date (2026-05-30) or a text.
A header needs no quotes, whatever it contains; other names and texts need them where they contain one of the words and signs of the
language. `and` binds closer than `or`. Texts are equal in any case; yes and true, no and false are the same. A dash alone is an empty cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from issuer.errors import FormatError
from issuer.roster import comparisons
from issuer.roster.comparisons import Judgement, Test, Value

MAX_LENGTH = 2000
MAX_DEPTH = 32
_TOKEN = re.compile(r"""\s*(?:(?P<sign>[=!<>]=|<>|[<>=≥≤≠(),])|(?P<quoted>"[^"]*"|'[^']*')|(?P<word>[^\s=!<>≥≤≠(),"']+))""")
_WORDS = frozenset({"and", "or", "not", "in", "is", "empty"})
_SIGNS: Mapping[str, str] = {"≥": ">=", "≤": "<=", "≠": "!=", "<>": "!="}
_DASHES = frozenset({"-", "–", "—"})  # what Moodle and others write where there is no mark


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that was parsed. names: fields and headers that it asks for, each once, as they are written."""

    names: tuple[str, ...]
    _test: Test

    def judge(self, value: Value) -> Judgement:
        """Whether a row is eligible. value: gives the text of one of `names`, "" for an empty cell."""
        return self._test(lambda name: "" if (text := value(name)) in _DASHES else text)


def parse(text: str, known: Iterable[str] = ()) -> Rule:
    """Read an expression. known: headers of the roster, which are names as they stand, also with brackets and signs in them.
    Raises FormatError, which says what is wrong and where."""
    if len(text) > MAX_LENGTH:
        raise FormatError(f"the rule has more than {MAX_LENGTH:,} characters", hint="write a shorter rule")
    parser = _Parser(text, known)
    test = parser.either(0)
    if parser.token.kind:
        hint = "write numbers with a point, as in 4.5" if parser.token.text == "," else "join comparisons with `and` or `or`"
        raise parser.wrong("something stands behind the end of the rule", hint)
    return Rule(tuple(dict.fromkeys(parser.names)), test)


def names(text: str | None, known: Iterable[str]) -> frozenset[str]:
    """The names that a rule asks for, in small letters; none for a rule that cannot be read, and without a rule. known: as in parse."""
    try:
        return frozenset() if text is None else frozenset(name.casefold() for name in parse(text, known).names)
    except FormatError:
        return frozenset()


class _Token(NamedTuple):
    """kind: sign, quoted, word (a keyword is a sign); "" at the end; at: 1-based character."""

    kind: str
    text: str
    at: int


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while match := _TOKEN.match(text, at):
        kind = match.lastgroup or ""
        found = match[kind]
        place, at = match.start(kind) + 1, match.end()
        if kind == "word" and found.lower() in _WORDS:
            kind, found = "sign", found.lower()
        elif kind == "quoted":
            found = found[1:-1]
        else:
            found = _SIGNS.get(found, found)
        yield _Token(kind, found, place)
    if left := text[at:].lstrip():
        raise FormatError(
            f"the rule is not understood at character {len(text) - len(left) + 1}: {left[0]!r} has no end", hint="close every quote"
        )
    yield _Token("", "", len(text) + 1)


class _Parser:
    """Recursive descent. Each method reads what it is named after and leaves the next token to the others."""

    def __init__(self, text: str, known: Iterable[str]) -> None:
        self.text = text
        self.known = sorted((name for name in known if name), key=len, reverse=True)
        self.rest = _tokens(text)
        self.token = next(self.rest)
        self.names: list[str] = []

    def either(self, depth: int) -> Test:
        """Parts joined by `or`."""
        if depth > MAX_DEPTH:
            raise self.wrong("the rule is nested too deep", "write a simpler rule")
        parts = [self.both(depth)]
        while self.take("or"):
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else comparisons.any_of(parts)

    def both(self, depth: int) -> Test:
        """Parts joined by `and`."""
        parts = [self.part(depth)]
        while self.take("and"):
            parts.append(self.part(depth))
        return parts[0] if len(parts) == 1 else comparisons.all_of(parts)

    def part(self, depth: int) -> Test:
        """`not`, a part in brackets, or a comparison."""
        if self.take("not"):
            if depth > MAX_DEPTH:
                raise self.wrong("the rule is nested too deep", "write a simpler rule")
            start, first = self.token.at - 1, len(self.names)
            part = self.part(depth + 1)
            return comparisons.negated(part, self.names[first], self.text[start : self.token.at - 1].strip())
        if self.take("("):
            inner = self.either(depth + 1)
            if not self.take(")"):
                raise self.wrong("a bracket is not closed", "write `)` where it ends")
            return inner
        return self.comparison()

    def comparison(self) -> Test:
        """A name, a sign and a value; `in` and values; `is empty`."""
        name = self.header() or self.words("the name of a field or column")
        self.names.append(name)
        if self.take("is"):
            wanted = not self.take("not")
            if not self.take("empty"):
                raise self.wrong("`is` goes with `empty`", f"write `{name} is empty`, `{name} is not empty` or `{name} == …`")
            return comparisons.emptiness(name, empty=wanted)
        if self.take("in"):
            return comparisons.any_equal(name, self.values())
        sign = self.token.text
        if sign not in comparisons.COMPARE or self.token.kind != "sign":
            quoted = (
                """compare with == != >= <= > < or in (…); a header goes in double quotes, as in require: '"Course total (Real)" >= 50'"""
            )
            hint = f"write `{name} == …`" if sign == "=" else quoted
            raise self.wrong(f"no comparison stands behind {name!r}", hint)
        self.take(sign)
        value = self.words("a value")
        if sign not in ("==", "!=") and not comparisons.is_ordered(value):
            raise self.wrong(
                f"{value!r} is neither a number nor a date", f"`{sign}` compares numbers such as 4.5 and dates such as 2026-05-30"
            )
        return comparisons.comparison(name, sign, value)

    def header(self) -> str:
        """A header of the roster that stands here as it is; "" if none does."""
        start = self.token.at - 1
        for name in self.known:
            end = start + len(name)
            if self.text[start:end].casefold() == name.casefold() and (end == len(self.text) or not self.text[end].isalnum()):
                while self.token.kind and self.token.at <= end:
                    self.next()
                return name
        return ""

    def values(self) -> list[str]:
        """Values in brackets with commas between."""
        if not self.take("("):
            raise self.wrong("`in` needs a list", "write it in brackets, as in `grade in (A, B)`")
        found = [self.words("a value")]
        while self.take(","):
            found.append(self.words("a value"))
        if not self.take(")"):
            raise self.wrong("a bracket is not closed", "write `)` behind the last value")
        return found

    def words(self, what: str) -> str:
        """One quoted text, or words up to the next sign."""
        if self.token.kind == "quoted":
            return self.next().text
        found = []
        while self.token.kind == "word":
            found.append(self.next().text)
        if not found:
            raise self.wrong(f"{what} is missing", "write it in quotes if it contains one of the words and, or, not, in, is, empty")
        return " ".join(found)

    def take(self, sign: str) -> bool:
        """Whether the next token is this sign, which is then read."""
        if self.token.kind != "sign" or self.token.text != sign:
            return False
        self.next()
        return True

    def next(self) -> _Token:
        """Read a token."""
        token = self.token
        self.token = next(self.rest, token)
        return token

    def wrong(self, message: str, hint: str) -> FormatError:
        """The error for what stands here."""
        where = f"at character {self.token.at}" if self.token.kind else "at its end"
        return FormatError(f"the rule is not understood {where}: {message}", hint=hint)
