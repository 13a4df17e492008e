"""The picture that all certificates of an edition share, in full colour: ground, artwork and static words."""

from __future__ import annotations

import io
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from issuer.artwork.edition import Edition, Text
from issuer.artwork.png import ink
from issuer.artwork.png.frame import Frame
from issuer.artwork.png.palette import Colours, Histogram, pack, rgb, unpack
from issuer.artwork.template.blocks import Block

Picture = NDArray[np.uint8]
"""Rows of pixels of red, green and blue."""

_SHADE = 0x30  # of 255: how dark the shadow of a page is
_FALL = 4  # pixels: how far it falls, and how soft it is
_MANY = 6  # colours of the paper below a text that its blends are made of
_INKED = 8  # of so many pixels around a text, one is on the edge of a letter


def draw(edition: Edition, frame: Frame, bitmap: bytes) -> Picture:
    """bitmap: a PNG of the artwork, as wide as the page in the frame."""
    page = Image.open(io.BytesIO(bitmap)).convert("RGBA")
    paper = Image.new("RGBA", page.size, "#ffffff")
    paper.alpha_composite(page)
    whole = _ground(frame)
    whole.paste(paper.convert("RGB").crop((0, 0, frame.page_width, frame.page_height)), (frame.left, frame.top))
    return inked(np.array(whole), edition.words, frame)


def inked(picture: Picture, texts: Iterable[Text], frame: Frame) -> Picture:
    """A copy of the picture with texts on it."""
    picture = picture.copy()
    for text in texts:
        for part in ink.of_text(text, frame):
            _blend(picture, part)
    return picture


def _ground(frame: Frame) -> Image.Image:
    """What lies around the page, with the page's soft shadow."""
    shadow = Image.new("L", (frame.width, frame.height))
    shadow.paste(_SHADE, (frame.left, frame.top + _FALL, frame.left + frame.page_width, frame.top + _FALL + frame.page_height))
    ground = Image.new("RGB", shadow.size, frame.ground)
    ground.paste("#000000", mask=shadow.filter(ImageFilter.BoxBlur(_FALL)).filter(ImageFilter.BoxBlur(_FALL)))
    return ground


def _blend(picture: Picture, part: ink.Ink) -> None:
    high, wide = part.levels.shape
    place = picture[part.top : part.top + high, part.left : part.left + wide]
    place[:] = ink.mixed(place, part.fill, (part.levels >> 8).astype(np.int64)[:, :, None])


def histogram(edition: Edition, frame: Frame, picture: Picture) -> Histogram:
    """The colours of the picture, and those that the edges of letters and modules will have on it."""
    every = picture.reshape(-1, 3)
    colours: list[Colours] = [every]
    weights = [np.ones(len(every), np.int64)]
    shares = np.arange(1, ink.LEVELS + 1)[:, None, None]

    def add(papers: Colours, fill: str, pixels: int) -> None:
        blends = ink.mixed(papers[None], fill, shares).reshape(-1, 3)
        colours.append(blends)
        weights.append(np.full(len(blends), pixels // len(blends) + 1, np.int64))

    code = edition.template.code
    if code is not None:
        area = int((code.size * frame.zoom) ** 2)
        add(rgb(code.light)[None, :], code.dark, area)
        colours.append(rgb(code.light)[None, :])  # the half of it that no module covers
        weights.append(np.array([area // 2 + 1]))
    for block in edition.template.blocks:
        if block.fields:
            left, top, right, bottom = _area(block, frame)
            below = picture[top:bottom, left:right].reshape(-1, 3)
            for fill in sorted({piece.style.fill for piece in block.pieces}):
                add(_main(below), fill, len(below) // _INKED)
    return Histogram.of(np.concatenate(colours), np.concatenate(weights))


def _area(block: Block, frame: Frame) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the pixels that a text may stand on: at least one."""
    high = max(block.box.y, block.y - 1.2 * block.size)
    low = min(block.box.y + block.box.height, block.y + (0.4 + (block.max_lines - 1) * block.line_height) * block.size)
    a, b, c, d, e, f = frame.matrix(block.matrix)
    corners = [(x, y) for x in (block.box.x, block.box.x + block.box.width) for y in (high, low)]
    across, down = [int(a * x + c * y + e) for x, y in corners], [int(b * x + d * y + f) for x, y in corners]
    left, top = min(max(min(across), 0), frame.width - 1), min(max(min(down), 0), frame.height - 1)
    return left, top, min(max(*across, left) + 1, frame.width), min(max(*down, top) + 1, frame.height)


def _main(pixels: Picture) -> Colours:
    """The colours that most of them have."""
    keys, counts = np.unique(pack(pixels), return_counts=True)
    return unpack(keys[np.argsort(-counts, kind="stable")[:_MANY]])
