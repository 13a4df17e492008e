"""Reading a template: an SVG whose texts name fields as {{ field }}."""

from __future__ import annotations

from issuer.artwork.template.faults import Fault, faults
from issuer.artwork.template.reading import Survey, Template, load, parse, read_source, survey

__all__ = ["Fault", "Survey", "Template", "faults", "load", "parse", "read_source", "survey"]
