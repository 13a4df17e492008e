"""Few colours for many: what must stay as it is, and that all that is left out is near to something kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.artwork.png import palette
from issuer.artwork.png.dithering import dither
from issuer.artwork.png.palette import Histogram

_COLOURS = st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=1, max_size=60)


def _histogram(colours: list[tuple[int, int, int]]) -> Histogram:
    return Histogram.of(np.array(colours), np.ones(len(colours), np.int64))


@given(_COLOURS)
def test_a_histogram_has_each_colour_once(colours: list[tuple[int, int, int]]) -> None:
    found = _histogram(colours)
    counted = dict(zip(map(tuple, found.colours.tolist()), found.weights.tolist(), strict=True))
    assert counted == {colour: colours.count(colour) for colour in colours}


@given(_COLOURS)
def test_few_colours_are_kept_as_they_are(colours: list[tuple[int, int, int]]) -> None:
    chosen = palette.choose(_histogram(colours), 64)
    assert sorted(map(tuple, chosen.tolist())) == sorted(set(colours))
    assert [tuple(chosen[index]) for index in palette.nearest(np.array(colours), chosen)] == colours


@settings(deadline=None)
@given(_COLOURS, st.integers(1, 20))
def test_there_are_never_more_colours_than_asked_for(colours: list[tuple[int, int, int]], count: int) -> None:
    chosen = palette.choose(_histogram(colours), count)
    assert 1 <= len(chosen) <= count
    assert 0 <= chosen.min() <= chosen.max() <= 255


def test_nearest_is_what_comparing_all_gives() -> None:
    random = np.random.default_rng(1)
    colours, kept = random.integers(0, 256, (500, 3)), random.integers(0, 256, (40, 3))
    slow = [min(range(40), key=lambda at: (int(((colour - kept[at]) ** 2) @ [3, 6, 2]), at)) for colour in colours]
    assert palette.nearest(colours, kept).tolist() == slow


def test_paper_and_ink_stay_exact_among_thousands_of_shades() -> None:
    random = np.random.default_rng(2)
    shades = random.integers(0, 256, (5000, 3))
    colours, weights = np.vstack([shades, [[255, 254, 250], [27, 42, 74]]]), np.append(np.ones(5000, np.int64), [400_000, 20_000])
    chosen = set(map(tuple, palette.choose(Histogram.of(colours, weights), 64).tolist()))
    assert {(255, 254, 250), (27, 42, 74)} <= chosen


def test_a_gradient_is_right_on_average_after_dithering() -> None:
    ramp = np.broadcast_to(np.linspace(40, 200, 400).astype(np.uint8)[None, :, None], (40, 400, 3)).copy()
    colours = np.repeat(np.arange(40, 201, 16)[:, None], 3, axis=1)
    plain = palette.nearest(ramp.reshape(-1, 3), colours).reshape(40, 400)
    mixed = dither(ramp, plain, colours)
    errors = [np.abs((colours[part] - ramp.astype(int)).reshape(20, 2, 200, 2, 3).mean(axis=(1, 3))).max() for part in (plain, mixed)]
    assert errors[0] > 7
    assert errors[1] <= 4.5


@pytest.mark.parametrize("value", [0, 90])
def test_dithering_leaves_even_areas_and_edges_alone(value: int) -> None:
    picture = np.full((8, 8, 3), value, np.uint8)
    picture[4:] = 255
    colours = np.array([[value] * 3, [250] * 3, [255] * 3])
    plain = palette.nearest(picture.reshape(-1, 3), colours).reshape(8, 8)
    assert (dither(picture, plain, colours) == plain).all()
