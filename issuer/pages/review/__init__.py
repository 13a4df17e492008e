"""A review as one HTML file, to read and to print: what would be issued, and everything that was found. It names people."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from itertools import islice
from pathlib import Path

import jinja2
from markupsafe import Markup

from issuer import __version__
from issuer.config import IssuerConfig
from issuer.formats import timestamp
from issuer.pages import standalone
from issuer.review import COUNTS, Part, Review, grouped, in_words
from issuer.review.grouping import alike
from issuer.roster.findings import Severity

HERE = Path(__file__).parent
ROWS = 500
"""So many rows of a table, and findings of a code, are shown; the JSON document has all."""


def render(review: Review, config: IssuerConfig, now: dt.datetime) -> bytes:
    """The review as HTML in UTF-8. config: who issues; now: aware UTC. A page whose only style is the one whose hash its policy names."""
    style = standalone.style(HERE / "report.css")
    text = _template().render(
        review=review,
        counts=COUNTS,
        issuer=config.name,
        tool=__version__,
        time=timestamp.serialise(now),
        found=in_words(review.severities),
        worst=next((severity.value for severity in Severity if review.severities[severity]), "good"),
        groups=lambda findings: grouped(findings, keep=ROWS),
        alike=alike,
        first=lambda items: list(islice(items, ROWS)),
        changes=_changes,
        most=ROWS,
        style=Markup(style),  # noqa: S704 - our own style sheet
        policy=standalone.policy(style),
    )
    return text.encode()


def _changes(part: Part) -> list[tuple[int, str, str, str, str]]:
    """Line, name, field, old and new of the first corrections."""
    found: list[tuple[int, str, str, str, str]] = []
    for row in part.rows("corrected"):
        name = row.values["name"]
        found += [(row.line, name, field, old, new) for field, old, new in row.changes]
        if row.settings:
            found.append((row.line, name, "what batch.yml says", "", ""))
        if row.void:
            found.append((row.line, name, "its key was compromised", "", ""))
        if len(found) >= ROWS:
            break
    return found[:ROWS]


@lru_cache
def _template() -> jinja2.Template:
    return standalone.environment(HERE).get_template("report.html")
