"""Reading a template: an SVG whose texts name fields as {{ field }}."""

from __future__ import annotations

from issuer.artwork.template.reading import Template, load, parse, read_source

__all__ = ["Template", "load", "parse", "read_source"]
