"""Certificate pages in a real browser: the verdict, the words, and what the page asks the network for."""

from __future__ import annotations

import functools

import pytest
from playwright.sync_api import Route

from issuer import log
from issuer.config import read_issuer
from issuer.formats import multikey
from issuer.formats.checkpoint import Checkpoint
from issuer.signing import sign_checkpoint

from .conftest import SIZES, Visits
from .demo import KEY, DemoSite

pytestmark = pytest.mark.browser

VERDICTS = {
    "valid": ("valid", "Example Academy signed exactly this"),
    "arabic": ("valid", "Example Academy signed exactly this"),
    "revoked": ("not-valid", "Issued by mistake"),
    "tampered": ("not-valid", "something was changed after signing"),
    "altered": ("not-valid", "This page was altered: its “name” is not what was signed."),
    "expired": ("not-valid", "It was valid until"),
    "unproved": ("cannot-tell", "The proof that it is in the log could not be read."),
    "suspended": ("not-valid", "suspended this certificate on 1 June 2026. Reason: The fee was not paid"),
    "replaced": ("not-valid", "replaced this copy by a corrected one"),
    "renewed": ("valid", "There is a newer certificate. Open the newer certificate."),
    "before": ("valid", "It was reported stolen on 10 June 2026, but this certificate was logged before"),
    "stolen": (
        "not-valid",
        "This key was reported stolen on 10 June 2026: of what it signed, only what the log holds before entry 1 counts",
    ),
}


def fulfil(answer: bytes, route: Route) -> None:
    route.fulfill(body=answer)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("shows", VERDICTS)
def test_verdict(visits: Visits, demo_site: DemoSite, shows: str, dark: bool, size: str) -> None:
    verdict, reason = VERDICTS[shows]
    visit = visits(dark=dark, size=size)
    assert visit.open(demo_site.url(shows)) == verdict
    banner = visit.page.locator(".verdict")
    assert reason in banner.inner_text()
    assert (
        banner.locator("[data-verdict-word]").inner_text()
        == {"valid": "Valid", "not-valid": "Not valid", "cannot-tell": "Cannot tell"}[verdict]
    )
    assert visit.hosts == {demo_site.base.removeprefix("http://")}
    expected = [] if shows != "unproved" else ["Failed to load resource: the server responded with a status of 404 (File not found)"]
    assert visit.complaints == expected
    overflow = visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow == 0


def test_the_steps_say_what_was_checked(visits: Visits, demo_site: DemoSite) -> None:
    visit = visits()
    visit.open(demo_site.url("revoked"))
    steps = visit.page.locator("[data-steps] > li")
    names = [steps.nth(number).get_attribute("data-check") for number in range(steps.count())]
    assert names == ["document", "signature", "key", "log", "status", "dates", "issuer", "page"]
    results = [steps.nth(number).locator(".step-result").inner_text() for number in range(8)]
    assert results == ["Passed"] * 4 + ["Failed"] + ["Passed"] * 3
    steps.nth(4).locator("summary").click()
    assert "status/revoked" in steps.nth(4).inner_text()


def test_a_record_that_cannot_be_read_leaves_the_page_unchecked(visits: Visits, demo_site: DemoSite) -> None:
    visit = visits()
    visit.page.route("**/record.json", lambda route: route.fulfill(body="{}"))
    assert visit.open(demo_site.url("valid")) == "not-valid"
    steps = visit.page.locator("[data-steps] > li")
    assert steps.count() == 8
    assert "Not checked" in steps.nth(7).inner_text()


def test_a_valid_page_names_its_key(visits: Visits, demo_site: DemoSite) -> None:
    visit = visits()
    visit.open(demo_site.url("valid"))
    shown = visit.page.locator("[data-fingerprint]").inner_text()
    assert shown == multikey.fingerprint(KEY.public)


def test_a_page_inside_another_page_gives_no_verdict(visits: Visits, demo_site: DemoSite) -> None:
    (demo_site.folder / "frame.html").write_text(
        f'<iframe src="{demo_site.url("valid")}" width="900" height="700"></iframe>', encoding="utf-8"
    )
    visit = visits()
    visit.page.goto(f"{demo_site.base}/frame.html")
    frame = visit.page.frame_locator("iframe")
    frame.locator("html[data-verdict='cannot-tell']").wait_for()
    assert "shown inside another page" in frame.locator(".verdict").inner_text()


def test_a_record_of_another_certificate_is_not_this_one(visits: Visits, demo_site: DemoSite) -> None:
    visit = visits()
    for file in ("record.json", "inclusion.tlog-proof"):
        answer = demo_site.file("arabic", file).read_bytes()
        visit.page.route(f"**/{demo_site.ids['valid']}/{file}", functools.partial(fulfil, answer))
    assert visit.open(demo_site.url("valid")) == "not-valid"
    assert "its record belongs to another certificate" in visit.page.locator(".verdict").inner_text()


def test_a_field_that_is_left_out_is_noticed(visits: Visits, demo_site: DemoSite) -> None:
    html = demo_site.file("valid", "index.html").read_text(encoding="utf-8").replace('data-field="score"', "")
    visit = visits()
    visit.page.route(demo_site.url("valid"), lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    assert visit.open(demo_site.url("valid")) == "not-valid"
    assert "it leaves out the signed “Final score”" in visit.page.locator(".verdict").inner_text()


@pytest.mark.parametrize(
    "missing",
    [
        "**/record.json",
        "**/.well-known/did.json",
        "**/trust/keys.json",
        "**/status/revocation.record.json",
        "**/status/suspension.record.json",
        "**/inclusion.tlog-proof",
    ],
)
def test_what_cannot_be_fetched_is_never_valid(visits: Visits, demo_site: DemoSite, missing: str) -> None:
    visit = visits()
    visit.page.route(missing, lambda route: route.abort())
    assert visit.open(demo_site.url("valid")) == "cannot-tell"


@pytest.mark.parametrize("shows", ["replaced", "renewed"])
def test_the_newer_certificate_is_one_click_away(visits: Visits, demo_site: DemoSite, shows: str) -> None:
    visit = visits()
    visit.open(demo_site.url(shows))
    visit.page.get_by_role("link", name="Open the newer certificate").click()
    visit.page.wait_for_url(demo_site.url("valid"))
    assert visit.verdict() == "valid"


def test_a_log_that_was_rolled_back_is_noticed(visits: Visits, demo_site: DemoSite) -> None:
    config = read_issuer(demo_site.folder.parent / "issuer.yml")
    older = sign_checkpoint(Checkpoint(log.origin(config), 2, bytes(32)), KEY)
    visit = visits()
    visit.page.route("**/log/checkpoint", functools.partial(fulfil, older))
    assert visit.open(demo_site.url("valid")) == "cannot-tell"
    assert "shows an older log, of 2 entries" in visit.page.locator(".verdict").inner_text()


def test_missing_words_do_not_hide_the_verdict(visits: Visits, demo_site: DemoSite) -> None:
    visit = visits()
    visit.page.route("**/js/checks.json", lambda route: route.abort())
    assert visit.open(demo_site.url("revoked")) == "not-valid"
    assert "revoked" in visit.page.locator(".verdict").inner_text()


def test_without_javascript_the_page_says_so(visits: Visits, demo_site: DemoSite) -> None:
    visit = visits(javascript=False)
    visit.page.goto(demo_site.url("valid"))
    text = visit.page.locator("main").inner_text()
    assert "cannot tell whether the certificate is valid" in text
    assert f"issuer verify --online {demo_site.url('valid')}" in text
    assert "Checking…" not in text


def test_the_link_can_be_copied(visits: Visits, demo_site: DemoSite) -> None:
    visit = visits()
    visit.open(demo_site.url("valid"))
    visit.page.get_by_role("button", name="Copy link").click()
    visit.page.get_by_role("button", name="Copied").wait_for()
    assert visit.page.evaluate("navigator.clipboard.readText()") == demo_site.url("valid")


def test_the_colours_can_be_changed_and_are_remembered(visits: Visits, demo_site: DemoSite) -> None:
    visit = visits()
    visit.open(demo_site.url("valid"))
    light = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    visit.page.get_by_role("button", name="Change between light and dark colours").click()
    dark = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    visit.page.reload()
    assert light != dark
    assert visit.page.evaluate("getComputedStyle(document.body).backgroundColor") == dark


def test_a_copy_on_a_disk_cannot_tell(visits: Visits, demo_site: DemoSite) -> None:
    visit = visits()
    assert visit.open(demo_site.file("valid", "index.html").as_uri()) == "cannot-tell"
    assert "This is a copy on a disk" in visit.page.locator(".verdict").inner_text()


def test_only_a_certificate_that_may_be_valid_is_offered_to_linkedin(visits: Visits, demo_site: DemoSite) -> None:
    visit = visits()
    visit.open(demo_site.url("valid"))
    assert visit.page.get_by_role("link", name="Add to LinkedIn").is_visible()
    visit.open(demo_site.url("revoked"))
    assert visit.page.get_by_role("link", name="Add to LinkedIn").count() == 0
