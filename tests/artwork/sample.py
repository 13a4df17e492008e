"""A certificate to draw: one of the template that comes with Issuer, laid out for whoever a test wants."""

from __future__ import annotations

import csv
from pathlib import Path

from issuer.artwork.sheet import Sheet, lay_out
from issuer.artwork.template import Template, load, parse

ROOT = Path(__file__).parents[2]
TEMPLATE = load(ROOT / "templates" / "default.svg", shown_as="templates/default.svg")
URL = "https://certificates.example.org/c/0x4k7m2q9v3w8y1zj6t5d0ahcb/"
CREDENTIAL = Path(__file__).with_name("credential.json").read_bytes()
"""A real one, of José Núñez, as tests.credentials makes it: without what makes it, since the bench counts the memory of who draws."""


def names() -> list[tuple[str, str]]:
    """The names of the world, and their languages."""
    with (ROOT / "tests" / "rosters" / "world-names.csv").open(encoding="utf-8", newline="") as file:
        return [(row["name"], row["language"]) for row in csv.DictReader(file)]


def fields(name: str = "Ada Lovelace", **more: str) -> dict[str, str]:
    """What a credential says."""
    usual = {
        "achievement": "Python 101",
        "description": "Ten evenings of programming, and a final project that was presented.",
        "issuer": "Example Academy",
        "awarded": "2026-05-30",
        "awarded_long": "30 May 2026",
        "id": "0x4k7m2q9v3w8y1zj6t5d0ahcb",
        "url": URL,
    }
    return {"name": name, **usual, **more}


def sheet(name: str = "Ada Lovelace", language: str | None = "en", template: Template | None = None, **more: str) -> Sheet:
    """A certificate laid out. template: another one than TEMPLATE."""
    shown = fields(name, **more)
    return lay_out(template or TEMPLATE, shown, language=language, url=shown["url"])


def template(inside: str, view: str = 'width="150pt" height="75pt" viewBox="0 0 200 100"') -> Template:
    """A template with these elements and a QR code on the left."""
    source = f'<svg xmlns="http://www.w3.org/2000/svg" {view}><rect data-qr="url" x="10" y="10" width="80" height="80"/>{inside}</svg>'
    return parse(source.encode("utf-8"), shown_as="a.svg")
