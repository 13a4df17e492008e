"""SVG transforms as one matrix (SVG 1.1, section 7.6)."""

from __future__ import annotations

import re
from math import cos, radians, sin, tan

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_STEP = re.compile(r"(matrix|translate|scale|rotate|skewX|skewY)\s*\(([-+.,\deE\s]{1,200})\)[\s,]*")
_LONGEST = 500  # characters: a dozen steps
_NUMBER = re.compile(r"[-+]?(?:\d{1,9}\.?\d{0,12}|\.\d{1,12})(?:[eE][-+]?\d{1,2})?")


def parse(text: str) -> Matrix | None:
    """The matrix of a transform attribute, or None if it cannot be read."""
    matrix, rest = IDENTITY, text.strip()
    if len(rest) > _LONGEST:
        return None
    while rest:
        match = _STEP.match(rest)
        step = _step(match.group(1), [float(number) for number in _NUMBER.findall(match.group(2))]) if match else None
        if match is None or step is None:
            return None
        matrix = multiply(matrix, step)
        rest = rest[match.end() :]
    return matrix


def _step(name: str, numbers: list[float]) -> Matrix | None:
    if name == "matrix" and len(numbers) == 6:
        return (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])
    if name == "translate" and len(numbers) in (1, 2):
        return (1, 0, 0, 1, numbers[0], numbers[1] if len(numbers) == 2 else 0)
    if name == "scale" and len(numbers) in (1, 2):
        return (numbers[0], 0, 0, numbers[-1], 0, 0)
    if name == "rotate" and len(numbers) in (1, 3):
        angle = radians(numbers[0])
        turn: Matrix = (cos(angle), sin(angle), -sin(angle), cos(angle), 0, 0)
        x, y = numbers[1:] or (0.0, 0.0)
        return multiply(multiply((1, 0, 0, 1, x, y), turn), (1, 0, 0, 1, -x, -y))
    if name in ("skewX", "skewY") and len(numbers) == 1:
        slant = tan(radians(numbers[0]))
        return (1, 0, slant, 1, 0, 0) if name == "skewX" else (1, slant, 0, 1, 0, 0)
    return None


def multiply(left: Matrix, right: Matrix) -> Matrix:
    """The matrix that does right first, then left."""
    a, b, c, d, e, f = left
    g, h, i, j, k, m = right
    return (a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * m + e, b * k + d * m + f)


def apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Where a point comes to be."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
