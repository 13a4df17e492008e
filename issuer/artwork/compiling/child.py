"""Draw a template's artwork with CairoSVG in a child process that cannot take the machine with it.

Templates come out of pull requests. What `markup` lets pass is harmless as far as we know, and a circle of infinite radius
held CairoSVG 2.9.1 for five minutes before we knew: so the drawing has limits of its own, which limited.py sets.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from issuer.errors import TemplateError

_PROGRAM = Path(__file__).parent / "limited.py"
_SECONDS = 30  # that may pass; the processor's own limit is in limited.py
_HINT = "look for numbers that are cut off or huge; the plain SVG of Inkscape or Illustrator is clean"


@dataclass(frozen=True, slots=True)
class Drawn:
    """pdf: one page, vectors; bitmaps: a PNG for each width that was asked for, on white; the last row or
    column may be partly transparent, where the page ends between two pixels."""

    pdf: bytes
    bitmaps: tuple[bytes, ...]


def draw(art_svg: bytes, widths: tuple[int, ...] = ()) -> Drawn:
    """What CairoSVG draws of an SVG without text. widths: of the bitmaps, in pixels; their height follows.

    Raises TemplateError if it cannot be drawn, or not within the limits.
    """
    command = [sys.executable, "-I", str(_PROGRAM), *map(str, widths)]
    try:
        done = subprocess.run(command, input=art_svg, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise TemplateError("the artwork of the template takes too long to draw", hint=_HINT) from error
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise TemplateError("the artwork of the template takes too long to draw", hint=_HINT)
    head, line, rest = done.stdout.partition(b"\n")
    if done.returncode or not line:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = said[-1] if said else f"the drawing ended with {done.returncode}"
        raise TemplateError(f"the artwork of the template cannot be drawn: {reason}", hint=_HINT)
    parts, at = [], 0
    for length in map(int, head.split()):
        parts.append(rest[at : at + length])
        at += length
    return Drawn(parts[0], tuple(parts[1:]))
