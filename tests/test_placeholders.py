"""The placeholder language: what it takes, what it refuses and where, and that values stay data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import FormatError
from issuer.formats import placeholders
from issuer.formats.placeholders import Field, PlaceholderError, Text


def test_parts_in_order_with_offsets() -> None:
    assert placeholders.parse("Dear {{ name }}, {{score}}%") == (Text("Dear "), Field("name", 5), Text(", "), Field("score", 17), Text("%"))


def test_spaces_of_every_kind_may_stand_around_a_name() -> None:
    assert placeholders.fill("{{\u00a0name\u00a0|\u2003upper }}", {"name": "Ada"}) == "ADA"


def test_fields_are_named_once() -> None:
    assert placeholders.fields("{{ a }} {{ b_2 }} {{a}}") == {"a", "b_2"}


@pytest.mark.parametrize("text", ["", "no field", "{ name }", "a { b } c", "}", "{", "% #"])
def test_single_braces_are_words(text: str) -> None:
    assert placeholders.fill(text, {}) == text


def test_values_are_never_read_again() -> None:
    assert placeholders.fill("{{ a }}{{ b }}", {"a": "{{ b }}", "b": "}} {% x %}"}) == "{{ b }}}} {% x %}"


@pytest.mark.parametrize(
    ("text", "offset", "line", "message"),
    [
        ("Hello {{ name", 6, 1, "{{ is not closed"),
        ("one\ntwo {{ name\n}}", 8, 2, "{{ is not closed"),
        ("{{ name | shout }}", 0, 1, "'shout' is no filter"),
        ("{{ name | }}", 0, 1, "'' is no filter"),
        ("{{ name | upper | upper | upper | upper | upper }}", 0, 1, "more than 4 filters"),
        ('{{ name | date("%d") }}', 0, 1, 'date("%d") is no length of a date'),
        ("{{ name | upper.__class__ }}", 0, 1, "is no filter"),
        ("{{ name.first }}", 0, 1, "is no field name"),
        ("{{ Name }}", 0, 1, "'Name' is no field name"),
        ("{{ 1st }}", 0, 1, "is no field name"),
        ("{{ }}", 0, 1, "'' is no field name"),
        ("{{ {{ name }} }}", 0, 1, "'{{ name' is no field name"),
        ("a\nb\n{% if x %}", 4, 3, "{% is no placeholder"),
        ("{# note #}", 0, 1, "{# is no placeholder"),
        ("{ name }}", 7, 1, "}} closes nothing"),
        ("{{ naïve }}", 0, 1, "is no field name"),
    ],
)
def test_mistakes_have_a_place_and_a_hint(text: str, offset: int, line: int, message: str) -> None:
    with pytest.raises(PlaceholderError) as caught:
        placeholders.parse(text)
    assert isinstance(caught.value, FormatError)
    assert (caught.value.offset, caught.value.line) == (offset, line)
    assert message in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("for {{ a + 1 }} {{ b }}", "{{ a + 1 }}"),
        ("for {{ name\nand", "{{ name"),
        ("one\n{ name }} more", "{ name }}"),
        ("{% if x %}", "{% if x %}"),
        ("{{ " + "a" * 60 + "! }}", "{{ " + "a" * 37 + "…"),
    ],
)
def test_a_mistake_quotes_what_is_written(text: str, written: str) -> None:
    with pytest.raises(PlaceholderError) as caught:
        placeholders.parse(text)
    assert caught.value.written == written
    assert caught.value.message.endswith(f": {caught.value.bare}")


@pytest.mark.parametrize(
    ("name", "near"),
    [("Achievement", "achievement"), ("first name", "first_name"), ("First  Name", "first_name"), ("a + 1", ""), ("1st", ""), ("Ö", "")],
)
def test_what_is_nearly_a_field_name_is_told_with_one(name: str, near: str) -> None:
    with pytest.raises(PlaceholderError) as caught:
        placeholders.parse(f"{{{{ {name} }}}}")
    assert (caught.value.hint == f"did you mean {{{{ {near} }}}}?") == bool(near)


def test_a_missing_value_is_refused_unless_it_may_be_missing() -> None:
    with pytest.raises(PlaceholderError, match=r"no value for \{\{ scor \}\}") as caught:
        placeholders.fill("{{ scor }}", {"score": "91", "name": "Ada"})
    assert caught.value.hint == "did you mean {{ score }}?"
    assert placeholders.fill("[{{ scor }}]", {}, missing="") == "[]"


def test_check_knows_the_names_before_there_are_values() -> None:
    placeholders.check("{{ name }}", ["name"])
    with pytest.raises(PlaceholderError, match="no field 'nam'") as caught:
        placeholders.check("Dear {{ nam }}", ["name", "score"])
    assert caught.value.offset == 5
    assert caught.value.hint == "did you mean {{ name }}?"


@given(
    st.lists(
        st.one_of(
            st.text().filter(lambda t: not any(c in t for c in "{}")),
            st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).map(lambda n: (n,)),
        )
    )
)
def test_what_is_written_is_what_is_read(pieces: list[str | tuple[str]]) -> None:
    text = "".join(piece if isinstance(piece, str) else f"{{{{ {piece[0]} }}}}" for piece in pieces)
    values = {piece[0]: "{{ v }}" for piece in pieces if not isinstance(piece, str)}
    assert placeholders.fields(text) == set(values)
    assert placeholders.fill(text, values) == "".join(piece if isinstance(piece, str) else "{{ v }}" for piece in pieces)


@given(st.text(alphabet="{}%#ab_ \n"))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parts = placeholders.parse(text)
    except FormatError:
        return
    assert placeholders.fill(text, dict.fromkeys(placeholders.fields(text), "")) == "".join(p.text for p in parts if isinstance(p, Text))
