"""The folder of drawings: what is damaged counts as not there."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from issuer.artwork.kept import Kept

KEY, OTHER = "a" * 64, "b" * 64


@pytest.mark.parametrize("damaged", [b"", b"<svg/", b"<svg/>more"])
def test_what_is_not_the_bytes_that_were_put_there_is_not_there(tmp_path: Path, damaged: bytes) -> None:
    path = Kept(tmp_path).put(KEY, "svg", b"<svg/>")
    assert Kept(tmp_path).whole(KEY, "svg") == (path, b"<svg/>")
    path.write_bytes(damaged)
    assert Kept(tmp_path).whole(KEY, "svg") is None
    assert Kept(tmp_path).path(KEY, "svg") == path
    Kept(tmp_path).put(KEY, "svg", b"<svg/>")
    assert Kept(tmp_path).whole(KEY, "svg") == (path, b"<svg/>")


def test_a_damaged_one_does_not_hide_a_whole_one(tmp_path: Path) -> None:
    whole = Kept(tmp_path).put(KEY, "svg", b"whole")
    for digit in "0f":
        whole.with_name(f"{KEY}.{digit * 64}.svg").write_bytes(b"damaged")
    assert Kept(tmp_path).whole(KEY, "svg") == (whole, b"whole")


def test_drawings_are_told_apart_by_key_and_ending(tmp_path: Path) -> None:
    Kept(tmp_path).put(KEY, "png", b"page")
    Kept(tmp_path).put(KEY, "card.png", b"card")
    Kept(tmp_path).put(KEY[:2] + OTHER[2:], "svg", b"another")
    kept = Kept(tmp_path)
    found = [kept.whole(KEY, ending) for ending in ("png", "card.png", "svg")]
    assert [whole and whole[1] for whole in found] == [b"page", b"card", None]
    assert kept.path(OTHER, "png") is None


def test_only_what_is_needed_is_kept(tmp_path: Path) -> None:
    needed = Kept(tmp_path).put(KEY, "svg", b"needed")
    Kept(tmp_path).put(OTHER, "svg", b"of nobody")
    needed.with_name(f"{KEY}.svg").write_bytes(b"of an older version")
    needed.with_name(f".{needed.name}.77.tmp").write_bytes(b"of a run that was killed")
    Kept(tmp_path).prune({KEY})
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [needed]
    assert needed.name == f"{KEY}.{hashlib.sha256(b'needed').hexdigest()}.svg"
