"""Checks of a template: what would be refused, what would look bad, and what could not be scanned or read."""

from __future__ import annotations

from issuer.artwork.lint.linting import Linted, lint
from issuer.artwork.lint.paper import page_name
from issuer.artwork.samples import ADDRESS, NUMBER

__all__ = ["ADDRESS", "NUMBER", "Linted", "lint", "page_name"]
