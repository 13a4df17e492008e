"""The report of an audit as one HTML file, to read and to print: no script, nothing loaded from anywhere, no recipient's name."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from issuer.audit import Report
from issuer.pages.certificate import THEME

HERE = Path(__file__).parent
ROWS = 500
"""So many rows of a table are shown, the newest; the JSON report has all."""
_FONT = re.compile(r'url\("(fonts/[a-z-]+\.woff2)"\)')
_JOINT = re.compile(r"([@/._])(?=\w)")
_CODE = re.compile(r"`([^`]+)`")
_SIGNATURES = {
    "G": "good",
    "U": "good, of a key that nobody vouches for here",
    "N": "none",
    "B": "bad",
    "X": "good, but expired",
    "Y": "good, of a key that expired",
    "R": "good, of a key that was revoked",
}


def render(report: Report) -> bytes:
    """The report as HTML in UTF-8. A page whose only style is the one whose hash its policy names."""
    style = _style()
    text = _template().render(report=report, style=Markup(style), policy=_policy(style), rows=ROWS)  # noqa: S704 - our own style sheet
    return text.encode()


def _policy(style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; base-uri 'none'; form-action 'none'"


@lru_cache
def _style() -> str:
    """The theme's style sheet with its fonts inside, and that of the report."""
    theme = (THEME / "assets" / "theme.css").read_text("utf-8")
    return _FONT.sub(_inside, theme) + (HERE / "report.css").read_text("utf-8")


def _inside(match: re.Match[str]) -> str:
    return f'url("data:font/woff2;base64,{base64.b64encode((THEME / "assets" / match[1]).read_bytes()).decode()}")'


def _prose(text: str) -> Markup:
    """A sentence with what stands between backquotes as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


def _address(text: object) -> Markup:
    """A name with its address, or a path, that a narrow column breaks at its joints before it breaks a word."""
    return Markup(_JOINT.sub(r"\1<wbr>", str(escape(text))))  # noqa: S704 - escaped before


@lru_cache
def _template() -> jinja2.Template:
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    found.filters["signature"] = lambda letter: _SIGNATURES.get(letter, "cannot be checked here")
    found.filters["prose"] = _prose
    found.filters["address"] = _address
    return found.get_template("report.html")
