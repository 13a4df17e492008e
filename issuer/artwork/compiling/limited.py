"""The program of the child process: an SVG on stdin, CairoSVG's PDF and bitmaps of it on stdout.

    python -I limited.py 6 pdf 800 891 < art.svg      with at most 6 s of a processor: a PDF, and bitmaps of these widths

First comes a line with the milliseconds of a processor that it took and the length of each part in bytes, then the parts.

It imports nothing of ours, so that it starts soon and small. Once CairoSVG is loaded it gives up what a drawing does not need: it can
open no file and no connection any more, may use no more of a processor than it was told and 384 MB more than it has, and start no process.
"""

from __future__ import annotations

import base64
import io
import resource
import sys
import time
from functools import lru_cache
from pathlib import Path

from cairosvg.surface import PDFSurface, PNGSurface
from PIL import Image
from PIL import TiffImagePlugin as _  # noqa: F401 - what a camera says of a photograph is read as a TIFF, late

MEMORY = 384 << 20
_ORIENTATION = 274
_TURNS = {  # of photographs, by what the camera says
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_OPEN = 3  # stdin, stdout and stderr
_PIXELS = 25_000_000


def main(seconds: int, wanted: list[str]) -> None:
    """Read, give up, draw, write. seconds: of a processor, at least 1; wanted: "pdf", or the width of a bitmap in pixels. Ends with 1 and a
    line on stderr if it cannot be drawn."""
    Image.preinit()  # loads its readers of PNG and JPEG, which are files
    source = sys.stdin.buffer.read()
    _give_up(seconds)
    given = {"bytestring": source, "unsafe": False, "url_fetcher": fetch}
    try:
        parts = [
            PDFSurface.convert(**given) if part == "pdf" else PNGSurface.convert(**given, background_color="#fff", output_width=int(part))
            for part in wanted
        ]
    except MemoryError:
        sys.exit("it needs too much memory")
    except RecursionError:
        sys.exit("its elements are nested too deep")
    except Exception as error:  # noqa: BLE001 - whatever CairoSVG stumbles over, the parent says where
        sys.exit(" ".join(f"{type(error).__name__}: {error}".split())[:300])
    numbers = [int(time.process_time() * 1000), *map(len, parts)]
    sys.stdout.buffer.write(" ".join(map(str, numbers)).encode() + b"\n" + b"".join(parts))


def _give_up(seconds: int) -> None:
    """Take limits that cannot be lifted again. Where there is no /proc, memory is not limited."""
    Image.MAX_IMAGE_PIXELS = _PIXELS
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    own = Path("/proc/self/statm")
    if own.exists():
        used = int(own.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN, _OPEN))


def fetch(url: str, _kind: str = "") -> bytes:
    """CairoSVG's fetcher: pictures inside the file only. Raises ValueError for everything else."""
    head, comma, data = url.partition(";base64,")
    if not comma or head not in ("data:image/png", "data:image/jpeg"):
        raise ValueError(f"it refers to something outside the file: {url[:60]}")
    picture = base64.b64decode(data)
    return picture if head == "data:image/png" else _as_png(picture)


@lru_cache(maxsize=1)
def _as_png(jpeg: bytes) -> bytes:
    """The same pixels as a PNG, which cairo reads. CairoSVG would do it for every surface, and pack them as small as it can: a page at 300
    pixels per inch took 10 s so."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
        turn = _TURNS.get(picture.getexif().get(_ORIENTATION, 1))
        upright = picture if turn is None else picture.transpose(turn)
        sink = io.BytesIO()
        (upright.convert("RGB") if upright.mode == "CMYK" else upright).save(sink, "PNG", compress_level=1)
    return sink.getvalue()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
