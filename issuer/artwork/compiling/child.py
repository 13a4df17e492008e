"""Draw a template's artwork with CairoSVG in a child process that cannot take the machine with it.

Templates come out of pull requests. What `markup` lets pass is harmless as far as we know, and a circle of infinite radius
held CairoSVG 2.9.1 for five minutes before we knew: so the drawing has limits of its own, which limited.py sets.
"""

from __future__ import annotations

import math
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from issuer.artwork.compiling.budget import Budget
from issuer.errors import TemplateError

_PROGRAM = Path(__file__).parent / "limited.py"
_HINT = "look for numbers that are cut off or huge; the plain SVG of Inkscape or Illustrator is clean"
_SLOW_HINT = "draw fewer shapes above one another, and make embedded pictures smaller; on a machine that is very busy, try again"


@dataclass(frozen=True, slots=True)
class Drawn:
    """pdf: one page, vectors, empty if it was not wanted; bitmaps: a PNG for each width that was asked for, on white; the last row or
    column may be partly transparent, where the page ends between two pixels."""

    pdf: bytes
    bitmaps: tuple[bytes, ...]


def draw(art_svg: bytes, widths: tuple[int, ...] = (), budget: Budget | None = None, *, pdf: bool = True) -> Drawn:
    """What CairoSVG draws of an SVG without text. widths: of the bitmaps, in pixels; their height follows; budget: what it is taken from,
    None for what a single drawing may take; pdf: whether that is wanted too.

    Raises TemplateError if it cannot be drawn, or not within the limits: then the budget is spent.
    """
    budget = budget or Budget()
    if budget.spent:
        raise TemplateError("the artwork of the template was not drawn: what was drawn of it before took too long", hint=_SLOW_HINT)
    wanted = ("pdf",) if pdf else ()
    command = [sys.executable, "-I", str(_PROGRAM), str(math.ceil(budget.processor)), *wanted, *map(str, widths)]
    started = time.monotonic()
    try:
        done = subprocess.run(command, input=art_svg, capture_output=True, timeout=budget.clock, check=False)
    except subprocess.TimeoutExpired as error:
        raise _too_long(budget) from error
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise _too_long(budget)
    head, line, rest = done.stdout.partition(b"\n")
    if done.returncode or not line:
        budget.end()
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = said[-1] if said else f"the drawing ended with {done.returncode}"
        raise TemplateError(f"the artwork of the template cannot be drawn: {reason}", hint=_HINT)
    milliseconds, *lengths = map(int, head.split())
    budget.took(milliseconds / 1000, time.monotonic() - started)
    parts, at = [], 0
    for length in lengths:
        parts.append(rest[at : at + length])
        at += length
    return Drawn(parts[0], tuple(parts[1:])) if pdf else Drawn(b"", tuple(parts))


def _too_long(budget: Budget) -> TemplateError:
    budget.end()
    return TemplateError("the artwork of the template takes too long to draw", hint=_SLOW_HINT)
