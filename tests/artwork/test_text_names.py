"""Every name of the world beside the picture that HarfBuzz's own hb-view draws of it with the same font."""

from __future__ import annotations

import subprocess
from io import BytesIO

import numpy as np
import pytest
import uharfbuzz as hb
from numpy.typing import NDArray
from PIL import Image

from issuer.artwork.text import characters, shaping
from tests.artwork import sample

_SIZE = 80  # pixels per em


def _drawn(run: shaping.Run) -> NDArray[np.uint8]:
    """The run as we place its glyphs, 255 for ink, cropped to it."""
    raster = hb.RasterDraw()
    zoom = _SIZE / run.face.upem
    for glyph, x, y in zip(run.glyphs, run.xs, run.ys, strict=True):
        raster.transform = (zoom, 0, 0, zoom, x * zoom, y * zoom)
        raster.draw_glyph(run.face.font, glyph)
    image = raster.render()
    extents = image.extents
    return _cropped(np.frombuffer(image.buffer, np.uint8).reshape(extents.height, extents.stride)[::-1, : extents.width])


def _viewed(run: shaping.Run, language: str) -> NDArray[np.uint8]:
    """The same as hb-view draws it. It clips to advances and font extents: the spaces and wide extents keep the ink."""
    options = [f"--font-file={run.face.entry.path}", f"--font-size={_SIZE}", f"--font-extents={2 * _SIZE},{_SIZE},0", "--output-format=png"]
    spoken = f"--language={shaping.hb_language(language, run.text)}"
    done = subprocess.run(["hb-view", *options, spoken, f"--text= {run.text} "], capture_output=True, check=True)
    return _cropped(255 - np.asarray(Image.open(BytesIO(done.stdout)).convert("L")))


def _cropped(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rows, columns = np.flatnonzero(ink.max(axis=1) > 40), np.flatnonzero(ink.max(axis=0) > 40)
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _only_in(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """How much of the ink of one picture lies more than two pixels from any ink of the other, as a part of all its ink."""
    height, width = max(len(one), len(other)), max(one.shape[1], other.shape[1])
    wide = np.zeros((height + 4, width + 4), bool)
    for down in range(5):
        for right in range(5):
            wide[down : down + len(other), right : right + other.shape[1]] |= other > 60
    ink = one > 200
    return float((ink & ~wide[2 : 2 + len(one), 2 : 2 + one.shape[1]]).sum() / ink.sum())


@pytest.mark.parametrize("family", ["EB Garamond", "Montserrat"])
@pytest.mark.parametrize(("name", "language"), sample.names())
def test_a_name_looks_as_harfbuzz_draws_it(name: str, language: str, family: str) -> None:
    line = shaping.shape(shaping.alone(characters.clean(name), shaping.Style(family=family)), language)
    for run in line.runs:
        ours, theirs = _drawn(run), _viewed(run, language)
        assert abs(ours.shape[0] - theirs.shape[0]) <= 2
        assert abs(ours.shape[1] - theirs.shape[1]) <= 2
        assert _only_in(ours, theirs) < 0.001, f"{run.text} in {run.face.entry.family}"
        assert _only_in(theirs, ours) < 0.001, f"{run.text} in {run.face.entry.family}"
