"""C2SP checkpoints."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import FormatError
from issuer.formats import checkpoint

ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


def test_the_example_of_the_specification() -> None:
    text = f"example.com/behind-the-sofa\n20852163\n{ROOT}\n"
    point = checkpoint.parse(text)
    assert (point.origin, point.size, len(point.root)) == ("example.com/behind-the-sofa", 20852163, 32)
    assert point.text() == text
    assert checkpoint.parse(text + "extension\n") == point


@pytest.mark.parametrize(
    "text",
    ["", "\n", "a\n1\n", f"a\n1\n{ROOT}", f"\n1\n{ROOT}\n", f"a\n\n{ROOT}\n", f"a\n1\n{ROOT}\n\n", f"a\n01\n{ROOT}\n", f"a\n-1\n{ROOT}\n"]
    + [f"a\n{size}\n{ROOT}\n" for size in ("+1", " 1", "1 ", "1_0", "\u0661", "0x1", "1e3", "9" * 20)]
    + ["a\n1\nAAAA\n", f"a\n1\n{ROOT[:-1]}\n", f"a\n1\n{ROOT.replace('/', '_')}\n"],
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(FormatError):
        checkpoint.parse(text)


@given(st.from_regex(r"[!-~]{1,30}", fullmatch=True), st.integers(0, 2**53 - 1), st.binary(min_size=32, max_size=32))
def test_encode_decode_same(origin: str, size: int, root: bytes) -> None:
    point = checkpoint.Checkpoint(origin, size, root)
    assert checkpoint.parse(point.text()) == point


@given(st.text() | st.text(alphabet="a1\n=A/", max_size=60))
def test_text_gives_a_checkpoint_or_a_format_error(text: str) -> None:
    for read in (checkpoint.parse, checkpoint.decimal):
        with suppress(FormatError):
            read(text)
