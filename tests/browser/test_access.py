"""Everybody can use every page: axe finds nothing, the keyboard reaches everything, nothing is wider than the screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .conftest import SIZES, Visit, Visits
from .demo import DemoSite

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PORTAL = {"home": "/", "verify": "/verify/", "trust": "/trust/", "not found": "/404.html"}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(visit: Visit) -> list[str]:
    """What axe has to say about the page, one line per element."""
    visit.page.add_script_tag(path=str(AXE))
    found: dict[str, Any] = visit.page.evaluate("tags => axe.run({runOnly: tags, resultTypes: ['violations']})", TAGS)
    return [f"{rule['id']}: {node['html']}" for rule in found["violations"] for node in rule["nodes"]]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("shows", ["valid", "revoked", "tampered", "unproved"])
def test_certificate_pages(visits: Visits, demo_site: DemoSite, shows: str, dark: bool, size: str) -> None:
    visit = visits(dark=dark, size=size, bypass_csp=True)
    visit.open(demo_site.url(shows))
    assert visit.page.locator("[data-steps] > li").count() >= 7
    for summary in visit.page.locator(".step summary").all():
        summary.click()
    assert violations(visit) == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("page", PORTAL)
def test_portal_pages(visits: Visits, demo_site: DemoSite, page: str, dark: bool, size: str) -> None:
    visit = visits(dark=dark, size=size, bypass_csp=True)
    visit.page.goto(demo_site.base + PORTAL[page])
    assert violations(visit) == []
    assert visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert visit.complaints == []
    assert visit.hosts == {demo_site.base.removeprefix("http://")}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", ["/", "/guide/", "/guide/first-batch/", "/develop/architecture/", "/trust/"])
def test_this_projects_own_site(visits: Visits, own_site: str, path: str, size: str) -> None:
    visit = visits(size=size, bypass_csp=True)
    visit.page.goto(own_site + path)
    assert violations(visit) == []
    assert visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert visit.complaints == []


def test_the_first_tab_skips_to_the_content(visits: Visits, demo_site: DemoSite) -> None:
    visit = visits()
    visit.open(demo_site.url("valid"))
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.className") == "skip"
    assert visit.page.locator(".skip").is_visible()
    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("document.activeElement.id") == "content"


def test_the_menu_of_a_phone_works_without_javascript(visits: Visits, demo_site: DemoSite) -> None:
    visit = visits(size="phone", javascript=False)
    visit.page.goto(demo_site.base + "/")
    visit.page.locator(".menu summary").click()
    visit.page.get_by_role("navigation", name="Menu").get_by_role("link", name="Trust").click()
    assert visit.page.url == f"{demo_site.base}/trust/"
    assert "In use, from log entry 1 on" in visit.page.locator("main").inner_text()


@pytest.mark.parametrize("size", SIZES)
def test_a_certificate_leads_home(visits: Visits, demo_site: DemoSite, size: str) -> None:
    visit = visits(size=size, javascript=False)
    visit.page.goto(demo_site.url("valid"))
    if size == "phone":
        visit.page.locator(".menu summary").click()
    visit.page.get_by_role("navigation").get_by_role("link", name="Home").click()
    assert visit.page.url.rstrip("/") == demo_site.base


@pytest.mark.parametrize("size", SIZES)
def test_the_checkpoint_is_seen_whole(visits: Visits, demo_site: DemoSite, size: str) -> None:
    visit = visits(size=size)
    visit.page.goto(demo_site.base + "/trust/")
    assert visit.page.get_by_label("Checkpoint").evaluate("element => element.scrollWidth - element.clientWidth") == 0


def test_a_name_in_arabic_runs_from_right_to_left(visits: Visits, demo_site: DemoSite) -> None:
    visit = visits()
    visit.open(demo_site.url("arabic"))
    assert visit.page.locator("h1").evaluate("element => getComputedStyle(element).direction") == "rtl"


def test_axe_would_notice(visits: Visits, demo_site: DemoSite) -> None:
    visit = visits(bypass_csp=True)
    visit.open(demo_site.url("valid"))
    visit.page.evaluate("document.querySelector('main img').removeAttribute('alt')")
    assert [line.split(":")[0] for line in violations(visit)] == ["image-alt"]
