"""Pictures as they are shown: a camera that was turned says so, and does not turn what it saw (Exif 2.32, tag 274)."""

from __future__ import annotations

from PIL import Image
from PIL.ExifTags import Base
from PIL.Image import Transpose

# As compiling/limited.py has them, which imports nothing of ours.
_TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}


def upright(picture: Image.Image) -> Image.Image:
    """The picture the right way up. Unlike Pillow's own function it does not mind what else is wrong with what the camera says."""
    turn = _TURNS.get(picture.getexif().get(Base.Orientation, 1))
    return picture if turn is None else picture.transpose(turn)
