"""Filters: how values are written for readers of many languages, and what is refused."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import FormatError
from issuer.formats import filters


def _written(text: str, value: str, language: str) -> str:
    return filters.apply((filters.parse(text),), value, language)


@pytest.mark.parametrize(
    ("text", "value", "language", "written"),
    [
        ("upper", "istanbul ılık", "tr", "İSTANBUL ILIK"),
        ("upper", "istanbul", "en", "ISTANBUL"),
        ("upper", "Weiß", "de-AT", "WEIẞ"),
        ("upper", "Weiß", "", "WEISS"),
        ("upper", "Άγιος Μαΐου μάιος ρόιδι ή", "el", "ΑΓΙΟΣ ΜΑΪΟΥ ΜΑΪΟΣ ΡΟΪΔΙ Ή"),
        ("upper", "ή ήλιος Ή (ή) η Μαή", "el", "Ή ΗΛΙΟΣ Ή (Ή) Η ΜΑΗ"),
        ("upper", "և", "hy", "ԵՎ"),
        ("title", "և", "hy", "Եվ"),
        ("title", "istanbul", "tr", "İstanbul"),
        ("title", "ada LOVELACE", "en", "Ada Lovelace"),
        ("title", "McDonald d'Arc jean-luc", "en", "McDonald d'Arc Jean-Luc"),
        ("title", "ijsbrand", "nl", "IJsbrand"),
        ("title", "IŞIK ilker", "tr", "Işık İlker"),
        ("title", "X", "en", "X"),
        ("number", "12345.50", "de", "12.345,50"),
        ("number", "12345.50", "en", "12,345.50"),
        ("number", "-1234567", "hi", "-12,34,567"),
        ("number", "12345.50", "fa", "۱۲٬۳۴۵٫۵۰"),
        ("number", "12345", "bn", "১২,৩৪৫"),
        ("date", "2026-05-30", "en", "30 May 2026"),
        ('date("long")', "2026-05-30", "en-US", "May 30, 2026"),
        ('date("long")', "2026-05-30", "de", "30. Mai 2026"),
        ('date("full")', "2026-05-30", "bn", "শনিবার, ৩০ মে, ২০২৬"),
        ('date("long")', "2026-05-30", "zh-Hant-TW", "2026年5月30日"),
        ("date(“long”)", "2026-05-30", "pt-BR", "30 de maio de 2026"),
        ('date("long")', "2026-05-30", "xx-Nowhere", "30 May 2026"),
        ('date("long")', "", "de", ""),
    ],
)
def test_values_are_written_as_their_readers_do(text: str, value: str, language: str, written: str) -> None:
    assert _written(text, value, language) == written


@pytest.mark.parametrize(
    "text", ["", "uper", "upper()x", 'upper("a")', "upper()", "date('long')", 'date("%d")', "x y", "date(long)", "| upper"]
)
def test_what_is_no_filter_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(FormatError) as caught:
        filters.parse(text)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "value"), [("number", "twelve"), ("number", "1,5"), ("number", "1e9"), ("date", "30.5.2026"), ("date", "2026-02-30")]
)
def test_what_a_filter_cannot_take_is_refused(text: str, value: str) -> None:
    with pytest.raises(FormatError, match=r"is no (number|date)"):
        _written(text, value, "en")


@given(st.dates(dt.date(1, 1, 1)), st.text(max_size=12), st.sampled_from(filters.DATE_LENGTHS))
def test_any_date_is_written_in_any_language(day: dt.date, language: str, length: str) -> None:
    assert _written(f'date("{length}")', day.isoformat(), language)


@given(st.text(max_size=40), st.sampled_from(["tr", "el", "de", "nl", "az", "hy", "en", ""]))
def test_letter_case_takes_any_text(value: str, language: str) -> None:
    assert bool(_written("upper", value, language)) == bool(value)
    assert bool(_written("title", value, language)) == bool(value)
