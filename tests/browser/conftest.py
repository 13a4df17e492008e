"""A built and served demo site, and Chromium pages that record everything they ask for and complain about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import mkdocs.config
import pytest
from mkdocs.commands.build import build
from playwright.sync_api import Browser, Page

from . import demo

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[demo.DemoSite]:
    """A demo site whose certificates show every kind of verdict."""
    folder: Path = tmp_path_factory.mktemp("demo") / "repository"
    site = folder / "_site"
    site.mkdir(parents=True)
    with demo.served(site) as base:
        demo.repository(folder, base)
        issued = demo.issue(folder, base, dt.datetime.now(dt.UTC).replace(microsecond=0))
        demo.publish(folder)
        found = demo.DemoSite(base, site, {shows: record.id for shows, record in issued.items()})
        demo.spoil(found)
        yield found


@pytest.fixture(scope="session")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """This project's own documentation, served. The base URL without a slash at the end."""
    folder = tmp_path_factory.mktemp("own") / "_site"
    build(mkdocs.config.load_config(str(demo.ROOT / "mkdocs.yml"), site_dir=str(folder)))
    with demo.served(folder) as base:
        yield base


@dataclass(slots=True)
class Visit:
    """A browser page. complaints: console errors and uncaught exceptions; hosts: every host that it asked."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def open(self, url: str) -> str:
        """Go there and wait for the verdict. Returns valid, not-valid or cannot-tell."""
        self.page.goto(url)
        return self.verdict()

    def verdict(self) -> str:
        """Wait for the verdict and return it."""
        self.page.locator("html[data-verdict]").wait_for(timeout=20000)
        return str(self.page.evaluate("document.documentElement.dataset.verdict"))


class Visits:
    """Makes visits and closes them."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._made: list[Visit] = []

    def __call__(self, *, dark: bool = False, size: str = "desktop", bypass_csp: bool = False, javascript: bool = True) -> Visit:
        """A fresh page in its own context. bypass_csp: only for tools that a test brings along, such as axe."""
        width, height = SIZES[size]
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            bypass_csp=bypass_csp,
            java_script_enabled=javascript,
            permissions=["clipboard-read", "clipboard-write"],
        )
        visit = Visit(context.new_page())
        visit.page.on("console", lambda message: visit.complaints.append(message.text) if message.type == "error" else None)
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        context.on("request", lambda request: visit.hosts.add(urlsplit(request.url).netloc))
        self._made.append(visit)
        return visit

    def close(self) -> None:
        """Close every context that was made."""
        for visit in self._made:
            visit.page.context.close()


@pytest.fixture
def visits(browser: Browser) -> Iterator[Visits]:
    """Opens pages: visits(dark=True, size="phone").open(url)."""
    made = Visits(browser)
    yield made
    made.close()
