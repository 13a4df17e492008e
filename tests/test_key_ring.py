"""Rings of secret keys as text."""

from __future__ import annotations

import hashlib
import traceback
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer import key_ring
from issuer.config import USES, Use
from issuer.errors import FormatError
from issuer.formats import multikey
from issuer.key_ring import Secret

SEEDS = [hashlib.sha256(bytes([number])).digest() for number in range(4)]
WORDS = [multikey.encode_secret(seed) for seed in SEEDS]
LABELS = st.lists(st.sampled_from(USES), unique=True, max_size=3).map(tuple)
RINGS = st.lists(st.tuples(LABELS, st.binary(min_size=32, max_size=32)), min_size=1, max_size=6, unique_by=lambda pair: pair[1])


def test_one_secret_alone_as_before() -> None:
    assert key_ring.parse(WORDS[0]) == (Secret((), SEEDS[0]),)


def test_labels_comments_and_one_line() -> None:
    lines = f"# made in May\n\n  credentials {WORDS[0]}  # in the safe\nstatus log\t{WORDS[1]}\r\n{WORDS[2]}"
    wanted = (Secret(("credentials",), SEEDS[0]), Secret(("status", "log"), SEEDS[1]), Secret((), SEEDS[2]))
    assert key_ring.parse(lines) == wanted
    assert key_ring.parse(f"credentials {WORDS[0]} status log {WORDS[1]} {WORDS[2]}") == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no key"),
        ("# only a comment", "no key"),
        ("status", "line 1 ends with a label"),
        (f"{WORDS[0]}\nlog # {WORDS[1]}", "line 2 ends with a label"),
        (f"\nstatus status {WORDS[0]}", "line 2 has a label twice"),
        (f"{WORDS[0]}\n{WORDS[0]}", "line 2 has a key that was there before"),
        (f"{WORDS[0]}\nlogs {WORDS[1]}", "line 2 has a word that is neither"),
        (f"STATUS {WORDS[1]}", "line 1 has a word that is neither"),
        (f"status={WORDS[1]}", "line 1 has a word that is neither"),
        (f"{WORDS[0]},{WORDS[1]}", "line 1 has a word that is neither"),
        (WORDS[0][:-1], "line 1 has a word that is neither"),
        (multikey.encode_public(SEEDS[0]), "line 1 has a word that is neither"),
        ("\n".join(multikey.encode_secret(hashlib.sha256(b"%d" % number).digest()) for number in range(65)), "more than 64"),
    ],
)
def test_what_is_no_ring(text: str, said: str) -> None:
    with pytest.raises(FormatError, match=said) as caught:
        key_ring.parse(text)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert not any(word[8:24] in shown for word in WORDS)


@given(RINGS)
def test_a_ring_survives(ring: list[tuple[tuple[Use, ...], bytes]]) -> None:
    secrets = tuple(Secret(labels, seed) for labels, seed in ring)
    text = key_ring.render(secrets, "Harbour School")
    assert key_ring.parse(text) == secrets
    assert key_ring.parse(text.replace("\n", "\r\n")) == secrets
    assert key_ring.parse(text.partition("\n")[2].replace("\n", " ")) == secrets


@given(st.lists(st.sampled_from([*USES, *WORDS, "#", "# x", "\n", "x", "z3u2", ""]), max_size=12).map(" ".join))
def test_any_words_give_a_ring_or_a_format_error(text: str) -> None:
    with suppress(FormatError):
        secrets = key_ring.parse(text)
        assert secrets
        assert all(one.seed != other.seed for one, other in pairwise(secrets))


def test_a_secret_does_not_show_itself() -> None:
    assert repr(Secret(("log",), SEEDS[0])) == "Secret(labels=('log',))"


@given(RINGS, st.data())
def test_secrets_come_and_go(ring: list[tuple[tuple[Use, ...], bytes]], data: st.DataObject) -> None:
    secrets = [Secret(labels, seed) for labels, seed in ring]
    separator = data.draw(st.sampled_from(["\n", "  # a comment\n", " "]))
    lines = [key_ring.render([secret], "x").split("\n")[1] for secret in secrets]
    gone = data.draw(st.lists(st.sampled_from(secrets), max_size=len(secrets) - 1, unique=True))
    shorter = key_ring.without(separator.join(lines), gone, "A title")
    kept = tuple(secret for secret in secrets if secret not in gone)
    assert (key_ring.parse(shorter) if kept else ()) == kept
    assert key_ring.parse(key_ring.extended(shorter, gone)) == (*kept, *gone)


def test_comments_stay_when_a_secret_goes() -> None:
    secrets = key_ring.parse(f"# ours\ncredentials {WORDS[0]}\n# in the safe\nlog {WORDS[1]}")
    text = key_ring.without(f"# ours\ncredentials {WORDS[0]}\n# in the safe\nlog {WORDS[1]}", secrets[:1], "A title")
    assert text == f"# ours\n# in the safe\nlog {WORDS[1]}"
    assert key_ring.without(f"credentials\n{WORDS[0]} log {WORDS[1]}", secrets[:1], "A title") == f"# A title\nlog {WORDS[1]}\n"
