"""The artwork: a template and the fields of a credential become a certificate, as SVG, PDF and PNG.

A certificate is a view: nothing here signs, reads a clock or uses a network. All text is drawn with pinned fonts.
"""

from __future__ import annotations

from issuer.artwork.coverage import Overflow, Undrawable, overflow, undrawable
from issuer.artwork.template.reading import Template, load, parse
from issuer.formats.baking import bake, unbake

__all__ = ["Overflow", "Template", "Undrawable", "bake", "load", "overflow", "parse", "unbake", "undrawable"]
