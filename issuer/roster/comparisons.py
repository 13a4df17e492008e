"""What the parts of a rule of eligibility ask of one row: comparisons, and how their answers go together. An answer is yes, no, or that it
cannot be told."""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,15})?")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
_SAME = {"true": "yes", "false": "no"}
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
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
Value = Callable[[str], str]
Test = Callable[[Value], Judgement]


def all_of(parts: list[Test]) -> Test:
    """All of the parts: one no decides, else whatever cannot be told."""

    def test(value: Value) -> Judgement:
        unclear = None
        for part in parts:
            judged = part(value)
            if judged.eligible is False:
                return judged
            if judged.eligible is None and unclear is None:
                unclear = judged
        return unclear or _ELIGIBLE

    return test


def any_of(parts: list[Test]) -> Test:
    """One of the parts: one yes decides, else whatever cannot be told."""

    def test(value: Value) -> Judgement:
        judged = []
        for part in parts:
            judged.append(part(value))
            if judged[-1].eligible:
                return judged[-1]
        unclear = next((one for one in judged if one.eligible is None), None)
        return unclear or Judgement(eligible=False, name=judged[0].name, reason=", and ".join(one.reason for one in judged))

    return test


def negated(part: Test, name: str, said: str) -> Test:
    """The opposite of a part. name: that it asks for first; said: the part as it is written."""

    def test(value: Value) -> Judgement:
        judged = part(value)
        if judged.eligible is None:
            return judged
        return Judgement(eligible=False, name=name, reason=f"excluded by `not {said}`") if judged.eligible else _ELIGIBLE

    return test


def emptiness(name: str, *, empty: bool) -> Test:
    """Whether a cell is empty, or is not."""

    def test(value: Value) -> Judgement:
        text = value(name)
        if empty:
            return _ELIGIBLE if not text else Judgement(eligible=False, name=name, reason=f"{name} is {text!r}, and must be empty")
        return _ELIGIBLE if text else Judgement(eligible=False, name=name, reason=f"{name} is empty")

    return test


def any_equal(name: str, values: list[str]) -> Test:
    """Whether a cell is one of these texts."""
    wanted = frozenset(map(_key, values))
    said = ", ".join(values)

    def test(value: Value) -> Judgement:
        text = value(name)
        if _key(text) in wanted:
            return _ELIGIBLE
        return Judgement(eligible=False, name=name, reason=f"{name} is {text!r}, and must be one of {said}" if text else f"{name} is empty")

    return test


def comparison(name: str, sign: str, wanted: str) -> Test:
    """A cell beside a number, a day or a text. sign: one of COMPARE; all but == and != want a value that is_ordered."""
    compare, must = COMPARE[sign], f"{_MUST[sign]} {wanted}"
    read, kind = (_number, "number") if _is_number(wanted) else (_day, "date") if _day(wanted) else (_key, "text")
    right = read(wanted)

    def test(value: Value) -> Judgement:
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


def is_ordered(value: str) -> bool:
    """Whether a value of a rule is a number or a day, so that others are more or less."""
    return _is_number(value) or _day(value) is not None


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
