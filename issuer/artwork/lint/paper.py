"""What paper a page is, by its size."""

from __future__ import annotations

from issuer.artwork.template import Template

_SHEETS = {"A3": (297, 420), "A4": (210, 297), "A5": (148, 210), "A6": (105, 148), "US Letter": (215.9, 279.4), "ID card": (53.98, 85.6)}
_NEAR = 1.0  # millimetre
_MILLIMETRE = 72 / 25.4  # points


def page_name(template: Template) -> str:
    """As people call it: "A4 landscape", else its size in millimetres."""
    width, height = template.width / _MILLIMETRE, template.height / _MILLIMETRE
    for name, (short, long) in _SHEETS.items():
        if abs(min(width, height) - short) < _NEAR and abs(max(width, height) - long) < _NEAR:
            return f"{name} {'landscape' if width > height else 'portrait'}"
    return f"{width:.0f} × {height:.0f} mm"
