"""How a value is written for its reader: the filters of {{ name | upper }} and {{ awarded | date("long") }}.

Dates and numbers as Unicode CLDR says for the language (https://cldr.unicode.org/), by Babel; letter case with the rules of the
languages that have their own (Unicode SpecialCasing, and for German the official rules of 2024, section 25 E3).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from issuer.errors import FormatError

if TYPE_CHECKING:
    from babel import Locale

DATE_LENGTHS = ("short", "medium", "long", "full")
_PARSED = re.compile(r'\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?:\(\s*(?:"([^"\n]{0,40})"|“([^”\n]{0,40})”)?\s*\))?\s*', re.ASCII)
_NUMBER = re.compile(r"([-−]?)([0-9]{1,18})(?:\.([0-9]{1,9}))?", re.ASCII)
_WORD = re.compile(r"[^\s\-‐/]+")
_UPPER = {
    "tr": {"i": "İ"},
    "az": {"i": "İ"},
    "de": {"ß": "ẞ"},
    "hy": {"և": "ԵՎ"},
}
_LOWER = {"tr": {"I": "ı", "İ": "i"}, "az": {"I": "ı", "İ": "i"}}
_GREEK_OR = re.compile(r"\b([ήΉ])\b")  # it keeps its tonos, which tells it from the article
_TONOS, _DIAERESIS = "\u0301", "\u0308"
# Zero of the numbering systems that languages use by default.
_DIGITS = {"arab": "٠", "arabext": "۰", "beng": "০", "deva": "०", "mymr": "၀", "tibt": "༠", "olck": "᱐", "cakm": "𑄶", "adlm": "𞥐"}


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter. argument: what stands between its quotes, "" for none."""

    name: str
    argument: str = ""


def parse(text: str) -> Filter:
    """What stands behind a "|". Raises FormatError if it is none of upper, title, number, date("long")."""
    match = _PARSED.fullmatch(text)
    name = match.group(1) if match else text.strip()
    argument = (match.group(2) or match.group(3) or "") if match else ""
    if match is None or name not in _APPLY:
        raise FormatError(f"{name[:40]!r} is no filter", hint='the filters are upper, title, number and date("long")')
    if name != "date" and "(" in text:
        raise FormatError(f"the filter {name} takes nothing in brackets", hint=f"write | {name}")
    if name == "date" and argument not in ("", *DATE_LENGTHS):
        raise FormatError(f'date("{argument}") is no length of a date', hint='take date("short"), ("medium"), ("long") or ("full")')
    return Filter(name, argument or ("medium" if name == "date" else ""))


@lru_cache(maxsize=4096)
def apply(filters: tuple[Filter, ...], value: str, language: str) -> str:
    """The value as its reader sees it. language: BCP 47 or "" (English). An empty value stays empty. Raises FormatError if the value is
    no date of the form 2026-05-30, or no number, where a filter needs one."""
    for one in filters if value else ():
        value = _APPLY[one.name](value, one.argument, language)
    return value


@lru_cache(maxsize=256)
def locale(language: str) -> Locale:
    """What CLDR knows of a language. language: BCP 47; of a tag that it does not know, the longest beginning that it does, else English.
    English without a region is that of the world, which writes 30 May 2026."""
    from babel import Locale, UnknownLocaleError  # a command that formats nothing need not wait for it

    parts = [part for part in language.replace("_", "-").split("-") if part]
    while parts:
        tag = "en-001" if [part.lower() for part in parts] == ["en"] else "-".join(parts)
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            parts.pop()
    return Locale.parse("en-001", sep="-")


def _upper(value: str, _argument: str, language: str) -> str:
    primary = _primary(language)
    if primary == "el":
        return "".join("Ή" if word in ("ή", "Ή") else _greek_capitals(word) for word in _GREEK_OR.split(_composed(value)))
    return "".join(_UPPER.get(primary, {}).get(character, character.upper()) for character in _composed(value))


def _lower(value: str, language: str) -> str:
    own = _LOWER.get(_primary(language))
    return "".join(own.get(character, character.lower()) for character in value) if own else value.lower()


def _title(value: str, _argument: str, language: str) -> str:
    """Words written in one case get a capital; what is mixed, such as McDonald or d'Arc, its writer has decided."""
    return _WORD.sub(lambda match: _titled(match.group(), language), _composed(value))


def _titled(word: str, language: str) -> str:
    letters = [character for character in word if character.isalpha()]
    if not letters or not (word.islower() or (word.isupper() and len(letters) > 1)):
        return word
    low = _lower(word, language)
    first = next(index for index, character in enumerate(low) if character.isalpha())
    length = 2 if _primary(language) == "nl" and low[first : first + 2] == "ij" else 1
    own = _UPPER.get(_primary(language), {})
    head = "".join(
        own[character].capitalize() if character in own else character.upper() if length == 2 else character.title()
        for character in low[first : first + length]
    )
    return low[:first] + head + low[first + length :]


def _greek_capitals(value: str) -> str:
    """Greek capitals carry no tonos; a diaeresis stays, and comes where the tonos parted two vowels (SpecialCasing; CLDR el-Upper)."""
    done: list[str] = []
    for character in value:
        base, *marks = list(unicodedata.normalize("NFD", character))
        greek = "Ͱ" <= base <= "Ͽ"
        before = unicodedata.normalize("NFD", done[-1])[0] if done else ""
        parted = greek and base in "ιυΙΥ" and done and done[-1].endswith("\0") and before in "ΑΕΟΥ" and _DIAERESIS not in marks
        kept = [mark for mark in marks if not greek or mark == _DIAERESIS] + ([_DIAERESIS] if parted else [])
        toned = greek and _TONOS in marks
        done.append(unicodedata.normalize("NFC", base.upper() + "".join(kept)) + ("\0" if toned else ""))
    return "".join(done).replace("\0", "")


def _number(value: str, _argument: str, language: str) -> str:
    match = _NUMBER.fullmatch(value.strip())
    if match is None:
        raise FormatError(f"{value[:40]!r} is no number", hint="write it like 1234.5, or take the filter out")
    from babel.numbers import format_decimal

    wanted, (sign, whole, part) = locale(language), match.groups()
    pattern = wanted.decimal_formats[None].pattern.partition(";")[0].partition(".")[0] + ("." + "0" * len(part) if part else "")
    number = Decimal(f"{'-' if sign else ''}{whole}.{part or 0}")
    return _own_digits(str(format_decimal(number, format=pattern, locale=wanted, numbering_system="default")), wanted)


def _date(value: str, length: str, language: str) -> str:
    try:
        day = dt.datetime.strptime(value.strip(), "%Y-%m-%d").date()  # noqa: DTZ007 - a day only
    except ValueError:
        raise FormatError(f"{value[:40]!r} is no date", hint="write it like 2026-05-30, or take the filter out") from None
    from babel.dates import format_date

    wanted = locale(language)
    return _own_digits(str(format_date(day, length, wanted)), wanted)


def _own_digits(text: str, wanted: Locale) -> str:
    """A text with the digits of its language: Babel writes all with those of Latin."""
    zero = _DIGITS.get(wanted.default_numbering_system)
    return text.translate({ord("0") + digit: chr(ord(zero) + digit) for digit in range(10)}) if zero else text


def _primary(language: str) -> str:
    return language.lower().partition("-")[0]


def _composed(value: str) -> str:
    return unicodedata.normalize("NFC", value)


_APPLY: Mapping[str, Callable[[str, str, str], str]] = {"upper": _upper, "title": _title, "number": _number, "date": _date}
