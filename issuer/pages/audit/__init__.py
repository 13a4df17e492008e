"""The report of an audit as one HTML file, to read and to print: no script, nothing loaded from anywhere, no recipient's name."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from issuer.audit import Report
from issuer.pages import standalone

HERE = Path(__file__).parent
ROWS = 500
"""So many rows of a table are shown, the newest; the JSON report has all."""
_JOINT = re.compile(r"([@/._])(?=\w)")
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
    style = standalone.style(HERE / "report.css")
    policy = standalone.policy(style)
    text = _template().render(report=report, style=Markup(style), policy=policy, rows=ROWS)  # noqa: S704 - our own style sheet
    return text.encode()


def _address(text: object) -> Markup:
    """A name with its address, or a path, that a narrow column breaks at its joints before it breaks a word."""
    return Markup(_JOINT.sub(r"\1<wbr>", str(escape(text))))  # noqa: S704 - escaped before


@lru_cache
def _template() -> jinja2.Template:
    found = standalone.environment(HERE)
    found.filters["signature"] = lambda letter: _SIGNATURES.get(letter, "cannot be checked here")
    found.filters["address"] = _address
    return found.get_template("report.html")
