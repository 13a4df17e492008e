"""The artwork: a template and the fields of a credential become a certificate, as SVG and PDF.

A certificate is a view: nothing here signs, reads a clock or uses a network. All text is drawn as outlines of pinned fonts.
"""

from __future__ import annotations

from issuer.artwork.coverage import Overflow, Undrawable, overflow, undrawable
from issuer.artwork.pdf import draw as draw_pdf
from issuer.artwork.svg import draw as draw_svg
from issuer.artwork.template.reading import Template, load, parse
from issuer.formats.baking import bake, unbake

__all__ = ["Overflow", "Template", "Undrawable", "bake", "draw_pdf", "draw_svg", "load", "overflow", "parse", "unbake", "undrawable"]
