"""What is seen at a glance: never a yes where a closer look finds something."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer import artwork
from issuer.artwork.glance import Glance
from issuer.artwork.template import Template
from issuer.artwork.template.faults import faults
from tests.artwork import gallery, sample

LETTERS = st.characters(min_codepoint=1, max_codepoint=0x24F) | st.sampled_from("fiflWMw.'-  éŁ\u0301\u200fЖλ渡ا")


def looked_at(template: Template, fields: dict[str, str], language: str) -> bool:
    """Whether a close look finds nothing."""
    undrawable = artwork.undrawable(fields, language, template.fields)
    return not (undrawable or faults(template, fields, language) or artwork.overflow(template, fields, language))


@pytest.mark.parametrize("name", gallery.KINDS)
@settings(max_examples=60, deadline=None)
@given(text=st.text(LETTERS, min_size=1, max_size=120), field=st.sampled_from(["name", "achievement", "issuer"]))
def test_a_glance_never_says_yes_where_a_look_says_no(name: str, text: str, field: str) -> None:
    template = gallery.certificate(name).edition.template
    glance = Glance(template, "en")
    usual = sample.fields()
    glance.learn(usual)
    fields = {**usual, field: text}
    if glance.settles(fields):
        assert looked_at(template, fields, "en")


def test_usual_names_are_settled_and_others_are_looked_at() -> None:
    template = sample.TEMPLATE
    glance = Glance(template, "en")
    assert not glance.settles(sample.fields())  # a date is written by a filter: it was never looked at
    glance.learn(sample.fields())
    for name in ("Zoë Łukasiewicz", "Mary Jane O’Brien-Smith", "José Núñez"):
        assert glance.settles(sample.fields(name)), name
    for name in ("渡辺 千尋", "نادیہ", "A" * 200, "e\u0301 x", "a\u200fb"):
        assert not glance.settles(sample.fields(name)), name
