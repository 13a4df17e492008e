"""LinkedIn's form gets the achievement and the dates, and never the person."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from issuer.formats.linkedin import add_to_profile

FIELDS = {
    "name": "Ada Boole",
    "achievement": "R & D: ½",
    "issuer": "Example Academy",
    "awarded": "2026-05-30",
    "valid_until": "2028-11-02",
    "url": "https://certificates.example.org/c/0/",
    "id": "0",
}


def test_the_form_is_filled_in_without_the_person() -> None:
    parts = urlsplit(add_to_profile(FIELDS))
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "www.linkedin.com", "/profile/add")
    assert {name: values[0] for name, values in parse_qs(parts.query).items()} == {
        "startTask": "CERTIFICATION_NAME",
        "name": "R & D: ½",
        "organizationName": "Example Academy",
        "issueYear": "2026",
        "issueMonth": "5",
        "expirationYear": "2028",
        "expirationMonth": "11",
        "certUrl": "https://certificates.example.org/c/0/",
        "certId": "0",
    }


def test_dates_that_are_not_there_are_left_out() -> None:
    url = add_to_profile({**FIELDS, "valid_until": "", "awarded": ""})
    assert "Year" not in url
    assert "Ada" not in url
