"""Reports that are one HTML file: no script, nothing loaded from anywhere, and the style of the theme."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from issuer.pages.certificate import THEME

_FONT = re.compile(r'url\("(fonts/[a-z-]+\.woff2)"\)')
_CODE = re.compile(r"`([^`]+)`")


@lru_cache
def style(own: Path) -> str:
    """The theme's style sheet with its fonts inside, and a report's own behind it."""
    theme = (THEME / "assets" / "theme.css").read_text("utf-8")
    return _FONT.sub(_inside, theme) + own.read_text("utf-8")


def policy(text: str) -> str:
    """The Content-Security-Policy of a page whose only style is this text."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; base-uri 'none'; form-action 'none'"


def environment(folder: Path) -> jinja2.Environment:
    """Templates of a folder, every value escaped. The filter prose shows what stands between backquotes as code."""
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    found.filters["prose"] = _prose
    return found


def _inside(match: re.Match[str]) -> str:
    return f'url("data:font/woff2;base64,{base64.b64encode((THEME / "assets" / match[1]).read_bytes()).decode()}")'


def _prose(text: str) -> Markup:
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before
