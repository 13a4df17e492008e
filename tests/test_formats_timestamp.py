"""xsd:dateTimeStamp."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import FormatError
from issuer.formats import timestamp
from tests.vector_files import name_of, vectors_of

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize("vector", vectors_of("timestamp"), ids=name_of)
def test_vector(vector: dict[str, Any]) -> None:
    if not vector["valid"]:
        with pytest.raises(FormatError):
            timestamp.parse(vector["text"])
        return
    assert (timestamp.parse(vector["text"]) - EPOCH) / dt.timedelta(milliseconds=1) == vector["milliseconds"]


@given(st.datetimes(timezones=st.just(dt.UTC)))
def test_encode_decode_same(moment: dt.datetime) -> None:
    text = timestamp.serialise(moment)
    assert len(text) == 20
    assert timestamp.parse(text) == moment.replace(microsecond=0)


@given(st.datetimes(EPOCH.replace(year=2, tzinfo=None), EPOCH.replace(year=9999, tzinfo=None)), st.integers(-14 * 60, 14 * 60))
def test_other_zones_are_written_in_utc(moment: dt.datetime, minutes: int) -> None:
    aware = moment.replace(tzinfo=dt.timezone(dt.timedelta(minutes=minutes)))
    assert timestamp.parse(timestamp.serialise(aware)) == aware.replace(microsecond=0)


@given(st.text() | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", fullmatch=True))
def test_text_gives_a_moment_that_can_be_used_or_a_format_error(text: str) -> None:
    with suppress(FormatError):
        moment = timestamp.parse(text)
        assert moment.tzinfo is not None
        assert (moment > EPOCH) in (True, False)
