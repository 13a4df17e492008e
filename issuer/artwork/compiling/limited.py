"""The program of the child process: an SVG on stdin, CairoSVG's PDF and bitmaps of it on stdout.

    python -I limited.py 800 891 < art.svg        first a line with the length of each part in bytes, then the parts

It imports nothing of ours, so that it starts soon and small. Once CairoSVG is loaded it gives up what a drawing does not need: it can
open no file and no connection any more, may use 6 s of a processor and 384 MB more than it has, and start no process.
"""

from __future__ import annotations

import base64
import resource
import sys
from pathlib import Path

from cairosvg.surface import PDFSurface, PNGSurface
from PIL import Image

SECONDS = 6
MEMORY = 384 << 20
_OPEN = 3  # stdin, stdout and stderr
_PIXELS = 25_000_000


def main(widths: list[int]) -> None:
    """Read, give up, draw, write. widths: of the bitmaps, in pixels. Ends with 1 and a line on stderr if it cannot be drawn."""
    Image.preinit()  # loads its readers of PNG and JPEG, which are files
    source = sys.stdin.buffer.read()
    _give_up()
    given = {"bytestring": source, "unsafe": False, "url_fetcher": fetch}
    try:
        parts = [PDFSurface.convert(**given)]
        parts += [PNGSurface.convert(**given, background_color="#fff", output_width=width) for width in widths]
    except MemoryError:
        sys.exit("it needs too much memory")
    except RecursionError:
        sys.exit("its elements are nested too deep")
    except Exception as error:  # noqa: BLE001 - whatever CairoSVG stumbles over, the parent says where
        sys.exit(" ".join(f"{type(error).__name__}: {error}".split())[:300])
    sys.stdout.buffer.write(" ".join(str(len(part)) for part in parts).encode() + b"\n" + b"".join(parts))


def _give_up() -> None:
    """Take limits that cannot be lifted again. Where there is no /proc, memory is not limited."""
    Image.MAX_IMAGE_PIXELS = _PIXELS
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
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
    return base64.b64decode(data)


if __name__ == "__main__":
    main([int(width) for width in sys.argv[1:]])
