"""Who is eligible: the expression that batch.yml writes under `require:`. It is parsed, never run as code.

    score >= 70
    hours >= 10 and exam == passed
    (Final mark >= 4.5 or exempt is not empty) and not country in (Atlantis, El Dorado)

On the left of a comparison stands a field or a header of the roster, on the right a number with a point, a date (2026-05-30) or a text.
A header needs no quotes, whatever it contains; other names and texts need them where they contain one of the words and signs of the
language. `and` binds closer than `or`. Texts are equal in any case; yes and true, no and false are the same. A dash alone is an empty cell.
"""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from issuer.errors import FormatError

MAX_LENGTH = 2000
MAX_DEPTH = 32
_TOKEN = re.compile(r"""\s*(?:(?P<sign>[=!<>]=|<>|[<>=≥≤≠(),])|(?P<quoted>"[^"]*"|'[^']*')|(?P<word>[^\s=!<>≥≤≠(),"']+))""")
_WORDS = frozenset({"and", "or", "not", "in", "is", "empty"})
_SIGNS: Mapping[str, str] = {"≥": ">=", "≤": "<=", "≠": "!=", "<>": "!="}
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,15})?")
_DASHES = frozenset({"-", "–", "—"})  # what Moodle and others write where there is no mark
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
_SAME = {"true": "yes", "false": "no"}
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_MUST = {
    "==": "must be",
    "!=": "must not be",
    ">=": "must be at least",
    "<=": "must be at most",
    ">": "must be more than",
    "<": "must be less than",
}


class Judgement(NamedTuple):
    """eligible: None when it cannot be told; name: the field or header that decides; reason: why not, lower case, no full stop."""

    eligible: bool | None
    name: str = ""
    reason: str = ""


_ELIGIBLE = Judgement(eligible=True)
_Value = Callable[[str], str]
_Test = Callable[[_Value], Judgement]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that was parsed. names: fields and headers that it asks for, each once, as they are written."""

    names: tuple[str, ...]
    _test: _Test

    def judge(self, value: _Value) -> Judgement:
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

    def either(self, depth: int) -> _Test:
        """Parts joined by `or`."""
        if depth > MAX_DEPTH:
            raise self.wrong("the rule is nested too deep", "write a simpler rule")
        parts = [self.both(depth)]
        while self.take("or"):
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else _any_of(parts)

    def both(self, depth: int) -> _Test:
        """Parts joined by `and`."""
        parts = [self.part(depth)]
        while self.take("and"):
            parts.append(self.part(depth))
        return parts[0] if len(parts) == 1 else _all_of(parts)

    def part(self, depth: int) -> _Test:
        """`not`, a part in brackets, or a comparison."""
        if self.take("not"):
            if depth > MAX_DEPTH:
                raise self.wrong("the rule is nested too deep", "write a simpler rule")
            start, first = self.token.at - 1, len(self.names)
            part = self.part(depth + 1)
            return _not(part, self.names[first], self.text[start : self.token.at - 1].strip())
        if self.take("("):
            inner = self.either(depth + 1)
            if not self.take(")"):
                raise self.wrong("a bracket is not closed", "write `)` where it ends")
            return inner
        return self.comparison()

    def comparison(self) -> _Test:
        """A name, a sign and a value; `in` and values; `is empty`."""
        name = self.header() or self.words("the name of a field or column")
        self.names.append(name)
        if self.take("is"):
            wanted = not self.take("not")
            if not self.take("empty"):
                raise self.wrong("`is` goes with `empty`", f"write `{name} is empty`, `{name} is not empty` or `{name} == …`")
            return _emptiness(name, empty=wanted)
        if self.take("in"):
            return _any_equal(name, self.values())
        sign = self.token.text
        if sign not in _COMPARE or self.token.kind != "sign":
            quoted = (
                """compare with == != >= <= > < or in (…); a header goes in double quotes, as in require: '"Course total (Real)" >= 50'"""
            )
            hint = f"write `{name} == …`" if sign == "=" else quoted
            raise self.wrong(f"no comparison stands behind {name!r}", hint)
        self.take(sign)
        value = self.words("a value")
        if sign not in ("==", "!=") and not (_is_number(value) or _day(value)):
            raise self.wrong(
                f"{value!r} is neither a number nor a date", f"`{sign}` compares numbers such as 4.5 and dates such as 2026-05-30"
            )
        return _comparison(name, sign, value)

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


def _all_of(parts: list[_Test]) -> _Test:
    def test(value: _Value) -> Judgement:
        unclear = None
        for part in parts:
            judged = part(value)
            if judged.eligible is False:
                return judged
            if judged.eligible is None and unclear is None:
                unclear = judged
        return unclear or _ELIGIBLE

    return test


def _any_of(parts: list[_Test]) -> _Test:
    def test(value: _Value) -> Judgement:
        judged = []
        for part in parts:
            judged.append(part(value))
            if judged[-1].eligible:
                return judged[-1]
        unclear = next((one for one in judged if one.eligible is None), None)
        return unclear or Judgement(eligible=False, name=judged[0].name, reason=", and ".join(one.reason for one in judged))

    return test


def _not(part: _Test, name: str, said: str) -> _Test:
    """name: that the part asks for first; said: the part as it is written."""

    def test(value: _Value) -> Judgement:
        judged = part(value)
        if judged.eligible is None:
            return judged
        return Judgement(eligible=False, name=name, reason=f"excluded by `not {said}`") if judged.eligible else _ELIGIBLE

    return test


def _emptiness(name: str, *, empty: bool) -> _Test:
    def test(value: _Value) -> Judgement:
        text = value(name)
        if empty:
            return _ELIGIBLE if not text else Judgement(eligible=False, name=name, reason=f"{name} is {text!r}, and must be empty")
        return _ELIGIBLE if text else Judgement(eligible=False, name=name, reason=f"{name} is empty")

    return test


def _any_equal(name: str, values: list[str]) -> _Test:
    wanted = frozenset(map(_key, values))
    said = ", ".join(values)

    def test(value: _Value) -> Judgement:
        text = value(name)
        if _key(text) in wanted:
            return _ELIGIBLE
        return Judgement(eligible=False, name=name, reason=f"{name} is {text!r}, and must be one of {said}" if text else f"{name} is empty")

    return test


def _comparison(name: str, sign: str, wanted: str) -> _Test:
    compare, must = _COMPARE[sign], f"{_MUST[sign]} {wanted}"
    read, kind = (_number, "number") if _is_number(wanted) else (_day, "date") if _day(wanted) else (_key, "text")
    right = read(wanted)

    def test(value: _Value) -> Judgement:
        text = value(name)
        if not text:
            return _ELIGIBLE if sign == "!=" else Judgement(eligible=False, name=name, reason=f"{name} is empty")
        left = read(text)
        if left is None:
            if sign in ("==", "!="):
                left = text
            else:
                return Judgement(eligible=None, name=name, reason=f"{name} is {text!r}, which is no {kind}")
        return _ELIGIBLE if compare(left, right) else Judgement(eligible=False, name=name, reason=f"{name} is {text!r}, and {must}")

    return test


def _is_number(text: str) -> bool:
    """Not 1,234: that is a little more than one, or than a thousand."""
    return _NUMBER.fullmatch(text) is not None and not _THOUSANDS.fullmatch(text)


def _number(text: str) -> Decimal | None:
    """A number as people write it: 4.5, 4,5, 85 %."""
    bare = text.removesuffix("%").rstrip()
    return Decimal(bare.replace(",", ".")) if _is_number(bare) else None


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _key(text: str) -> str:
    """What texts are compared by."""
    folded = " ".join(text.split()).casefold()
    return _SAME.get(folded, folded)
