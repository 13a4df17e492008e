"""The picture that all certificates of an edition share, in full colour: ground, artwork and static words."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from issuer.artwork.edition import Edition
from issuer.artwork.png import ink
from issuer.artwork.png.frame import Frame
from issuer.artwork.png.palette import Colours, Histogram, pack, rgb, unpack
from issuer.artwork.template.blocks import Block

Picture = NDArray[np.uint8]
"""Rows of pixels of red, green and blue."""

_MANY = 6  # colours of the paper below a text that its blends are made of
_INKED = 8  # of so many pixels around a text, one is on the edge of a letter


def draw(edition: Edition, frame: Frame, bitmap: bytes) -> Picture:
    """bitmap: a PNG of the artwork, as wide as the page in the frame."""
    page = Image.open(io.BytesIO(bitmap)).convert("RGBA")
    paper = Image.new("RGBA", page.size, "#ffffff")
    paper.alpha_composite(page)
    picture = np.empty((frame.height, frame.width, 3), np.uint8)
    picture[:] = rgb(frame.ground)
    picture[frame.top : frame.top + frame.page_height, frame.left : frame.left + frame.page_width] = np.asarray(
        paper.convert("RGB").crop((0, 0, frame.page_width, frame.page_height))
    )
    for text in edition.words:
        for part in ink.of_text(text, frame):
            _blend(picture, part)
    return picture


def _blend(picture: Picture, part: ink.Ink) -> None:
    high, wide = part.levels.shape
    place = picture[part.top : part.top + high, part.left : part.left + wide]
    share = (part.levels >> 8).astype(np.int64)[:, :, None]
    place[:] = (place * (ink.LEVELS - share) + rgb(part.fill) * share + ink.LEVELS // 2) // ink.LEVELS


def histogram(edition: Edition, frame: Frame, picture: Picture) -> Histogram:
    """The colours of the picture, and those that the edges of letters and modules will have on it."""
    every = picture.reshape(-1, 3)
    colours: list[Colours] = [every]
    weights = [np.ones(len(every), np.int64)]

    def add(papers: Colours, fill: str, pixels: int) -> None:
        blends = _mixed(papers, fill)
        colours.append(blends)
        weights.append(np.full(len(blends), pixels // len(blends) + 1, np.int64))

    code = edition.template.code
    if code is not None:
        add(rgb(code.light)[None, :], code.dark, int((code.size * frame.zoom) ** 2))
    for block in edition.template.blocks:
        if block.fields:
            below = _below(block, frame, picture)
            for fill in sorted({piece.style.fill for piece in block.pieces}):
                add(_main(below), fill, len(below) // _INKED)
    return Histogram.of(np.concatenate(colours), np.concatenate(weights))


def _mixed(papers: Colours, fill: str) -> Colours:
    """What ink makes of each paper, level by level."""
    shares = np.arange(1, ink.LEVELS + 1)[:, None, None]
    mixed: Colours = (papers[None] * (ink.LEVELS - shares) + rgb(fill) * shares + ink.LEVELS // 2) // ink.LEVELS
    return mixed.reshape(-1, 3)


def _below(block: Block, frame: Frame, picture: Picture) -> Picture:
    """The pixels that a text may stand on, in a row: at least one."""
    top = max(block.box.y, block.y - 1.2 * block.size)
    bottom = min(block.box.y + block.box.height, block.y + (0.4 + (block.max_lines - 1) * block.line_height) * block.size)
    a, b, c, d, e, f = frame.matrix(block.matrix)
    corners = [(x, y) for x in (block.box.x, block.box.x + block.box.width) for y in (top, bottom)]
    across, down = [int(a * x + c * y + e) for x, y in corners], [int(b * x + d * y + f) for x, y in corners]
    left, up = min(max(min(across), 0), frame.width - 1), min(max(min(down), 0), frame.height - 1)
    return picture[up : max(*down, up) + 1, left : max(*across, left) + 1].reshape(-1, 3)


def _main(pixels: Picture) -> Colours:
    """The colours that most of them have."""
    keys, counts = np.unique(pack(pixels), return_counts=True)
    return unpack(keys[np.argsort(-counts, kind="stable")[:_MANY]])
