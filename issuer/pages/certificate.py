"""One verification page per certificate: the signed fields, the picture, the files, and the script that checks them.

The page shows; the script (site/js/page.js) judges. It reads the elements marked data-field and compares them with the signed record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import jinja2

from issuer.credential import long_date
from issuer.formats import linkedin
from issuer.pages.logo import Logo

THEME = Path(__file__).parent / "theme"
_CARRIED = re.compile(r"[\u0000-\u02ff\u1d00-\u1dbf\u1e00-\u1e9f\u1ef2-\u1eff\u2000-\u206f]*")
_DOWNLOADS = {
    "certificate.pdf": ("PDF", "To print or to send"),
    "certificate.png": ("PNG", "A picture for letters and pages, with the credential inside"),
    "certificate.svg": ("SVG", "The picture at any size, with the credential inside"),
    "card.png": ("Card", "A picture of 1200 × 630 pixels for social networks, with the credential inside"),
}
"""Drawings in the order of their use: what each is called, and what it is good for."""
KNOWN_FIELDS = frozenset({"name", "achievement", "description", "criteria", "issuer", "issuer_url", "awarded", "valid_until", "id", "url"})


@dataclass(frozen=True, slots=True)
class CertificatePage:
    """What one page shows.

    id: 26 characters; url: the page's own address, which is the credential's id; did_path: the DID document relative to the base URL;
    fields: (key, label, value) of every signed field in order, keys as in credential.fields() without the *_long ones;
    awarded, valid_until: ISO dates; language: BCP 47 tag of the certificate's texts; support: mail address for questions;
    replaces: whether an older copy of this certificate was replaced by this one; drawings: files that it is drawn as, with width
    and height in pixels, certificate.svg among them; shows: the one that messengers may show beside a link, if any; logo: the issuer's
    own, None for the badge of Issuer.
    """

    id: str
    url: str
    name: str
    achievement: str
    issuer: str
    issuer_url: str
    did: str
    did_path: str
    fields: tuple[tuple[str, str, str], ...]
    awarded: str
    valid_until: str | None
    language: str | None
    description: str
    criteria: str
    support: str | None
    replaces: bool = False
    drawings: Mapping[str, tuple[int, int]] = field(default_factory=lambda: {"certificate.svg": (842, 595)})
    shows: str | None = None
    logo: Logo | None = None


def environment() -> jinja2.Environment:
    """An environment that finds the theme without MkDocs. MkDocs' own theme environment serves as well."""
    return jinja2.Environment(loader=jinja2.FileSystemLoader(THEME), autoescape=True, auto_reload=False)


def render(environment: jinja2.Environment, page: CertificatePage) -> str:
    """The page as HTML. environment: one that finds the theme's templates; escaping is on whatever its own setting is. Under 1 ms."""
    profile = linkedin.add_to_profile(
        {
            "achievement": page.achievement,
            "issuer": page.issuer,
            "awarded": page.awarded,
            "valid_until": page.valid_until or "",
            "url": page.url,
            "id": page.id,
        }
    )
    downloads = [(name, *_DOWNLOADS[name]) for name in _DOWNLOADS if name in page.drawings]
    return _template(environment).render(page=page, host=urlsplit(page.url).netloc, linkedin=profile, downloads=downloads)


@lru_cache(maxsize=4)
def _template(environment: jinja2.Environment) -> jinja2.Template:
    """The compiled template. MkDocs leaves autoescape off, so the page is compiled in an overlay that has it on."""
    escaping = environment.overlay(autoescape=True, undefined=jinja2.StrictUndefined)
    escaping.filters = {**environment.filters, "long_date": long_date, "is_web": _is_web, "is_carried": _is_carried}
    escaping.globals = {**environment.globals, "plain": KNOWN_FIELDS}
    return escaping.get_template("certificate.html")


def _is_carried(text: str) -> bool:
    """Whether the page's own font has every letter of text (the unicode-range in theme.css). A Vietnamese name in which it has some
    letters would be set in two fonts: such a text is set in the reader's font as a whole."""
    return _CARRIED.fullmatch(text) is not None


def _is_web(address: str) -> bool:
    """Whether an address may be a link: never javascript: or data:."""
    return address.startswith(("https://", "http://"))
