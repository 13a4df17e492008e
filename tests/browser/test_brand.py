"""The issuer's own logo in the header of its site, whatever its shape, on a desktop and a phone, in light and dark."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import mkdocs.config
import pytest
from mkdocs.commands.build import build
from PIL import Image, ImageDraw

from . import demo
from .conftest import Visits

pytestmark = pytest.mark.browser
LETTERS = "".join(f'<path fill="#1d3557" d="M{x} 20h14v60h-14zM{x} 20h40v14h-40z"/>' for x in range(130, 580, 60))
WIDE = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 100"><circle cx="55" cy="50" r="45" fill="#e07a3f"/>{LETTERS}</svg>'
TALL = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 200"><path d="M20 0L40 200H0z" fill="#1d3557"/></svg>'
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><circle cx="24" cy="24" r="22" fill="#1d3557"/></svg>'


def bitmap(width: int, height: int) -> bytes:
    image = Image.new("RGBA", (width, height))
    ImageDraw.Draw(image).rounded_rectangle((0, 0, width - 1, height - 1), radius=min(width, height) // 3, fill="#1d3557")
    sink = io.BytesIO()
    image.save(sink, "PNG")
    return sink.getvalue()


LOGOS = {
    "wide.svg": (WIDE.encode(), 6),
    "tall.svg": (TALL.encode(), 0.2),
    "square.svg": (SQUARE.encode(), 1),
    "very-wide.png": (bitmap(2400, 160), 15),
    "very-tall.png": (bitmap(100, 900), 1 / 9),
}


@pytest.fixture(scope="module", params=LOGOS)
def branded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The base URL of a site with one of the logos, and the logo's name."""
    name: str = request.param
    folder: Path = tmp_path_factory.mktemp("brand") / "repository"
    site = folder / "_site"
    site.mkdir(parents=True)
    with demo.served(site) as base:
        demo.repository(folder, base)
        demo.configure(folder, base, demo.AFTER)
        (folder / name).write_bytes(LOGOS[name][0])
        with (folder / "issuer.yml").open("a", encoding="utf-8") as settings:
            settings.write(f"brand: {{logo: {name}}}\n")
        build(mkdocs.config.load_config(str(folder / "mkdocs.yml"), site_dir=str(site)))
        yield base, name


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_header_shows_the_logo_of_the_issuer_instead_of_ours(visits: Visits, branded: tuple[str, str], size: str, dark: bool) -> None:
    base, name = branded
    _, shape = LOGOS[name]
    visit = visits(size=size, dark=dark)
    visit.page.goto(f"{base}/trust/")
    header = visit.page.locator(".site-header")
    logo = header.locator(".brand img")
    assert logo.count() == 1
    assert "brand-logo.svg" in str(logo.get_attribute("src"))
    assert logo.evaluate("image => image.complete && image.naturalWidth > 0")
    inner = "image => { const style = getComputedStyle(image); return [style.width, style.height].map(parseFloat) }"
    width, height = logo.evaluate(inner)
    if dark:
        assert logo.evaluate("image => getComputedStyle(image).backgroundColor") == "rgb(255, 255, 255)"
    assert 4 <= width <= 256
    assert 4 <= height <= 64
    assert width == pytest.approx(shape * height, rel=0.15, abs=1.5)
    whole, around = logo.bounding_box(), header.bounding_box()
    assert whole is not None
    assert around is not None
    assert around["height"] <= 80
    assert whole["y"] >= around["y"]
    assert whole["y"] + whole["height"] <= around["y"] + around["height"]
    assert visit.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    shown = header.locator(".brand").inner_text().strip()
    assert (shown or logo.get_attribute("alt")) == "Example Academy"
    assert bool(shown) is (shape < 2)
    assert visit.complaints == []
