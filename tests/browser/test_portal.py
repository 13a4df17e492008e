"""The verify page in a real browser: links, IDs, files, and things that are not ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests import forgery

from .conftest import Visit, Visits
from .demo import DemoSite

pytestmark = pytest.mark.browser


@pytest.fixture
def portal(visits: Visits, demo_site: DemoSite) -> Visit:
    visit = visits()
    visit.page.goto(f"{demo_site.base}/verify/")
    return visit


def paste(visit: Visit, text: str) -> tuple[str, str]:
    """Give the page a text. Returns the verdict and the words beside it."""
    visit.page.get_by_label("Link, ID or file contents").fill(text)
    visit.page.get_by_role("button", name="Check", exact=True).click()
    return visit.verdict(), visit.page.locator(".verdict").inner_text()


def changed(data: bytes, change: Callable[[dict[str, Any]], None]) -> str:
    """A credential file with a change, written as compactly as the original."""
    value = json.loads(data)
    change(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize("form", ["id", "capital id", "link", "link without a slash", "link without http", "record", "credential"])
def test_every_way_to_name_a_certificate(portal: Visit, demo_site: DemoSite, form: str) -> None:
    given = {
        "id": demo_site.ids["valid"],
        "capital id": f"  {demo_site.ids['valid'].upper()}\n",
        "link": demo_site.url("valid"),
        "link without a slash": demo_site.url("valid").rstrip("/"),
        "link without http": demo_site.url("valid").removeprefix("http://"),
        "record": demo_site.file("valid", "record.json").read_text(encoding="utf-8") + "\n",
        "credential": demo_site.file("valid", "credential.json").read_text(encoding="utf-8"),
    }[form]
    verdict, _ = paste(portal, given)
    assert verdict == "valid"
    assert portal.page.locator("[data-said] dd").first.inner_text() == "José Núñez"
    assert portal.page.locator("[data-steps] > li").count() == 7
    assert portal.complaints == []


@pytest.mark.parametrize("form", ["id", "link"])
def test_a_host_that_serves_another_certificate_is_noticed(portal: Visit, demo_site: DemoSite, form: str) -> None:
    asked, served = f"**/c/{demo_site.ids['revoked']}/", demo_site.file("valid", "record.json").parent
    portal.page.route(f"{asked}*", lambda route: route.fulfill(path=served / route.request.url.rpartition("/")[2]))
    verdict, words = paste(portal, demo_site.ids["revoked"] if form == "id" else demo_site.url("revoked"))
    assert verdict == "not-valid"
    assert "not the one that was asked for" in words


def test_a_file_can_be_chosen(portal: Visit, demo_site: DemoSite) -> None:
    portal.page.locator("input[type=file]").set_input_files(demo_site.file("revoked", "record.json"))
    assert portal.verdict() == "not-valid"
    assert "Issued by mistake" in portal.page.locator(".verdict").inner_text()


def test_a_file_can_be_dropped(portal: Visit, demo_site: DemoSite) -> None:
    record = demo_site.file("valid", "record.json").read_text(encoding="utf-8")
    transfer = portal.page.evaluate_handle(
        "text => { const data = new DataTransfer(); data.items.add(new File([text], 'record.json')); return data; }", record
    )
    portal.page.dispatch_event("[data-drop]", "drop", {"dataTransfer": transfer})
    assert portal.verdict() == "valid"


def test_a_record_with_another_grade_is_not_valid(portal: Visit, demo_site: DemoSite) -> None:
    record = demo_site.file("valid", "record.json").read_text(encoding="utf-8")
    verdict, words = paste(portal, record.replace('"91"', '"99"'))
    assert verdict == "not-valid"
    assert "something was changed after signing" in words
    assert "This file differs from what the issuer publishes now." in words


def test_a_credential_with_another_name_is_not_valid(portal: Visit, demo_site: DemoSite) -> None:
    credential = demo_site.file("valid", "credential.json").read_text(encoding="utf-8")
    verdict, words = paste(portal, credential.replace("José Núñez", "Eve Sample"))
    assert verdict == "not-valid"
    assert "does not say what the issuer signed under this ID" in words
    said = results(portal)
    assert list(said) == ["document", "signature", "key", "log", "status", "dates", "issuer"]
    assert [name for name, result in said.items() if result == "fail"] == ["signature"]
    assert "Eve Sample" in portal.page.locator("[data-said]").inner_text()
    assert "What was signed" not in portal.page.locator("[data-said]").inner_text()


def test_a_credential_that_points_to_a_revoked_one_is_not_valid(portal: Visit, demo_site: DemoSite) -> None:
    """Also when the words of the checks are missing."""
    portal.page.route("**/js/checks.json", lambda route: route.abort())
    status = json.loads(demo_site.file("revoked", "credential.json").read_bytes())["credentialStatus"]
    given = changed(demo_site.file("valid", "credential.json").read_bytes(), lambda value: value.update(credentialStatus=status))
    verdict, words = paste(portal, given)
    assert verdict == "not-valid"
    assert "does not say what the issuer signed under this ID" in words


def test_a_credential_without_its_name_is_not_valid(portal: Visit, demo_site: DemoSite) -> None:
    given = changed(demo_site.file("valid", "credential.json").read_bytes(), lambda value: value["credentialSubject"].pop("identifier"))
    verdict, words = paste(portal, given)
    assert verdict == "not-valid"
    assert "/credentialSubject/identifier is missing or wrong" in words


def test_the_words_are_those_of_the_certificates_own_page(portal: Visit, demo_site: DemoSite) -> None:
    paste(portal, demo_site.ids["valid"])
    here = portal.page.locator("[data-said] dt").all_inner_texts()
    titles = [portal.page.locator("[data-result] h2").nth(number).inner_text() for number in range(2)]
    portal.page.get_by_role("link", name="Open its page").click()
    portal.verdict()
    there = portal.page.locator("section:has(#fields-title) dt").all_inner_texts()
    assert here == [label for label in there if label not in ("Issuer's website", "Address of this page")]
    assert titles == [portal.page.locator(f"#{name}-title").inner_text() for name in ("fields", "checks")]


def results(portal: Visit) -> dict[str | None, str | None]:
    """What each step says."""
    steps = portal.page.locator("[data-steps] > li").all()
    return {step.get_attribute("data-check"): step.get_attribute("data-result") for step in steps}


def test_the_certificate_of_another_issuer(portal: Visit) -> None:
    verdict, words = paste(portal, forgery.good().decode())
    assert verdict == "cannot-tell"
    assert "This certificate names another issuer: Example Academy." in words
    link = portal.page.get_by_role("link", name="Open its own page")
    assert link.get_attribute("href") == f"{forgery.BASE}/c/{forgery.ID}/"
    said = results(portal)
    assert (said["document"], said["signature"], said["key"], said["issuer"]) == ("pass", "pass", "unknown", "unknown")
    assert portal.complaints == []


def test_the_certificate_of_an_issuer_that_is_a_key(portal: Visit) -> None:
    did = f"did:key:{forgery.KEY.public}"
    issuer = {"id": did, "type": ["Profile"], "name": "Example College"}
    document = forgery.credential(issuer=issuer, credentialStatus=None)
    verdict, words = paste(portal, json.dumps(forgery.signed(document, did=did), indent=1))
    assert verdict == "cannot-tell"
    assert "This certificate names another issuer: Example College." in words
    assert [name for name, result in results(portal).items() if result != "pass"] == ["issuer"]
    assert "Nguyễn Thị Ánh Tuyết" in portal.page.locator("[data-said]").inner_text()


def test_a_changed_certificate_of_another_issuer_is_not_valid(portal: Visit) -> None:
    verdict, words = paste(portal, forgery.good().decode().replace('"91"', '"99"'))
    assert verdict == "not-valid"
    assert "something was changed after signing" in words
    assert "This certificate names another issuer" in words


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl", "a token (JWT)"),
        ('{"@context":["https://www.w3.org/2018/credentials/v1"],"proof":{}}', "Verifiable Credentials 1.1"),
    ],
)
def test_a_file_of_another_kind_is_called_so(portal: Visit, given: str, kind: str) -> None:
    verdict, words = paste(portal, given)
    assert verdict == "cannot-tell"
    assert f"The file is {kind}, which this check does not read." in words


def test_an_address_that_is_a_script_is_not_a_link(portal: Visit, demo_site: DemoSite) -> None:
    def hostile(value: dict[str, Any]) -> None:
        value["id"] = "javascript:alert(1)"
        value["issuer"].update(id="did:web:other.example.org", name="<img src=x onerror=alert(1)>")

    verdict, words = paste(portal, changed(demo_site.file("valid", "record.json").read_bytes(), hostile))
    assert verdict == "not-valid"
    assert "<img src=x onerror=alert(1)>" in words
    assert portal.page.locator(".verdict a, .verdict img").count() == 0


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "Nothing was given."),
        ("0000000000000000000000000z", "This site has no certificate with the ID"),
        ("https://other.example.org/c/00000000000000000000000001/", "leads to another site"),
        ("0000000000000000000000z", "23 characters; an ID has 26"),
        ("0000000000000000000000000u", "an ID has no i, l, o or u"),
        ("other.example.org/c/00000000000000000000000001/", "leads to another site"),
        ("my certificate", "neither a link, nor an ID"),
        ('{"id": ', "could not be read as JSON"),
        ("%PDF-1.7", "This is a picture or a document."),
    ],
)
def test_what_cannot_be_checked_is_explained(portal: Visit, given: str, words: str) -> None:
    verdict, said = paste(portal, given)
    assert verdict == "cannot-tell"
    assert words in said
