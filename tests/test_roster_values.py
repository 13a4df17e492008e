"""What single cells become: addresses, names, misread text, look-alike letters."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.errors import FormatError
from issuer.roster import confusables, emails, mojibake, names
from issuer.roster.domains import PROVIDERS, Domains, meant
from issuer.roster.emails import Addresses
from issuer.roster.folding import folded

LOCAL = st.text("abzAZ019.+_-'!#", min_size=1, max_size=70) | st.sampled_from(
    ["Info", "POSTMASTER", "Www", "sales", "ada.lovelace", "x" * 65]
)
DOMAIN = st.text("abZ09.-", min_size=1, max_size=70) | st.sampled_from(
    ["example.org", "Example.ORG", "xn--mnchen-3ya.example", "sub.example.com", "a" * 60 + ".example.net", "example", "x.test", "1.2.3.4"]
)
PLAIN_NAMES = st.text("ABab é'-.", max_size=12) | st.sampled_from(["Test", "Xxx", "None", "Ada Lovelace", "Anne-Marie O'Neill", "A" * 201])


@settings(max_examples=600, deadline=None)
@given(LOCAL, LOCAL, DOMAIN)
def test_the_quick_way_gives_what_the_library_gives(first: str, local: str, domain: str) -> None:
    """After one good address of a domain, every other one of it."""
    addresses = Addresses()
    for text in (f"{first}@{domain}", f"ada@{domain}"):
        try:
            addresses.learn(text, emails.normalise(text))
        except FormatError:
            continue
    text = f"{local}@{domain}"
    quick = addresses.quick(text)
    if quick is not None:
        assert quick == emails.normalise(text)


@given(st.text(max_size=40))
def test_the_quick_way_takes_nothing_that_was_not_learnt(text: str) -> None:
    assert Addresses().quick(text) is None


def test_the_quick_way_is_taken() -> None:
    addresses = Addresses()
    addresses.learn("Ada@Example.ORG", emails.normalise("Ada@Example.ORG"))
    assert addresses.quick("grace.hopper+1@Example.ORG") == "grace.hopper+1@example.org"
    assert addresses.quick("Postmaster@Example.ORG") is None
    assert addresses.quick("grace@example.org") is None  # another way to write it: learnt by itself
    addresses.learn("ada@münchen.example", emails.normalise("ada@münchen.example"))
    assert list(addresses.domains.values()) == ["example.org"]


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("gmial", "gmail"),
        ("gmai", "gmail"),
        ("ggmail", "gmail"),
        ("hotmial", "hotmail"),
        ("yahooo", "yahoo"),
        ("outlok", "outlook"),
        ("iclod", "icloud"),
        ("protonmial", "protonmail"),
    ],
)
def test_misspelt_providers(written: str, right: str) -> None:
    assert meant(f"{written}.com") == f"{right}.com"
    for ending in ("con", "cmo", "vom"):
        assert meant(f"{right}.{ending}") == f"{right}.com"
    assert meant(f"{right}.co") == f"{right}.com"
    assert meant(f"{right}.com") is None


def test_endings_that_do_not_exist() -> None:
    assert meant("school.example.con") == "school.example.com"
    assert meant("gmial.con") == "gmail.com"
    assert meant("school.ogr") == "school.org"


@pytest.mark.parametrize(
    "domain",
    [
        *sorted(PROVIDERS),
        "mail.com",
        "ymail.com",
        "gmx.de",
        "web.de",
        "qq.com",
        "example.org",
        "live.com",
        "aol.com",
        "hotmail.fr",
        "yahoo.de",
        "yahoo.com.ar",
        "yahoo.co.id",
        "yandex.ua",
    ],
)
def test_honest_domains(domain: str) -> None:
    assert meant(domain) is None


def counted(*domains: str) -> list[tuple[int, str, str]]:
    seen = Domains()
    for line, domain in enumerate(domains, 2):
        seen.add(domain, line)
    return list(seen.unlikely())


def test_a_domain_that_is_nearly_that_of_the_others() -> None:
    many = ["university.example"] * 5
    assert counted(*many, "universty.example") == [(7, "universty.example", "university.example")]
    assert counted(*many, "univeristy.example", "other.example") == [(7, "univeristy.example", "university.example")]
    assert counted(*many, "universty.example", "universty.example") == []  # two people: a domain of their own
    assert counted(*many[:4], "universty.example") == []
    assert counted(*["lab1.example"] * 9, "lab2.example") == []
    assert counted(*["uni.example"] * 9, "unit.example") == []  # too short to tell
    assert counted(*["example.org"] * 9, "sub.example.org", "example.net") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ADA LOVELACE", "in capitals"),
        ("иван петров", "in small letters"),
        ("ירושלים 2026 ABC", None),
        ("王小明 WANG", None),
        ("Ada", None),
    ],
)
def test_a_name_in_one_case(text: str, found: str | None) -> None:
    assert names.case(text) == found


@given(PLAIN_NAMES)
def test_a_plain_name_has_nothing_to_look_at(text: str) -> None:
    if names.plain(text) is not None:
        assert names.plain(text) == text
        assert not names.stands_for_nobody(text)
        assert names.case(text) is None
        assert mojibake.undone(text) is None
        assert confusables.mixed(text) is None
        assert unicodedata.normalize("NFC", text.strip()) == text


def test_plain_names_are_seen_as_plain() -> None:
    assert all(names.plain(name) for name in ("Ada Lovelace", "Anne-Marie O'Neill", "Jennifer Null"))
    assert not any(names.plain(name) for name in ("Test", "Xxx", "Max Mustermann", "ada", "ADA", "José", "Ada ", "A" + "a" * 200))


@pytest.mark.parametrize(
    "right", ["José Núñez", "Łukasz Święty", "Þórður Guðmundsdóttir", "Dwayne O’Connor", "Žofie Šťastná", "İbrahim Çağlar"]
)
@pytest.mark.parametrize("codec", ["cp1252", "latin-1", "cp1250", "mac_roman", "cp850"])
def test_misread_names_are_proved(right: str, codec: str) -> None:
    try:
        wrong = right.encode().decode(codec)
    except UnicodeDecodeError:
        wrong = right.encode().decode("latin-1")  # as programs do with bytes that the encoding has not
    undone = mojibake.undone(wrong)
    assert undone in (right, None)
    if codec in ("cp1252", "latin-1", "cp1250"):
        assert undone == right


def test_a_space_that_does_not_break_is_no_proof() -> None:
    assert mojibake.undone("X Æ\u00a0") is None
    assert mojibake.undone("IRMÃ\u00a0MARIA da Silva") is None
    assert mojibake.undone("ANDREÅ\u00a0de Vries") is None
    assert mojibake.undone("Å\u00a0imon NovÃ¡k") == "Šimon Novák"


def test_names_in_other_scripts_are_proved() -> None:
    for right in ("Дмитрий Ёлкин", "王小明", "Γιώργος", "山田タロウ", "김민준", "आकाश शर्मा"):
        assert mojibake.undone(right.encode().decode("latin-1")) == right
    assert mojibake.undone("Мария Рудина".encode().decode("cp1251")) == "Мария Рудина"
    assert mojibake.undone("José".encode().decode("cp1252").encode().decode("cp1252")) == "José"


@given(st.text())
def test_what_is_undone_gives_the_misread_text_again(text: str) -> None:
    was = mojibake.undone(text)
    assert was is None or (was != text and len(was) < len(text))


@given(st.text(st.characters(min_codepoint=0xC0, max_codepoint=0x17F), min_size=1, max_size=12))
def test_letters_of_europe_alone_are_no_misread_text(text: str) -> None:
    """Whatever letters stand together: a proof needs signs between them, or the few letters that encodings have in their place."""
    if not any(character in "ŠŽŒŸšžœĂÂĹ" for character in text):
        assert mojibake.undone(text) is None


def test_a_word_of_two_scripts_names_the_odd_letter() -> None:
    assert confusables.mixed("Аda Lovelace") == ("Аda", "А", "Latin")
    assert confusables.mixed("Дмитpий") == ("Дмитpий", "p", "Cyrillic")
    assert confusables.mixed("Ada Лавлейс") is None
    assert confusables.described("А") == "U+0410 CYRILLIC CAPITAL LETTER A"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("José Núñez", "NUNEZ, Jose"),
        ("Dwayne O’Connor", "dwayne oconnor"),
        ("Łukasz Święty", "Lukasz Swiety"),
        ("Anne-Marie", "Anne Marie"),
        ("Straße", "STRASSE"),
        ("Ёлкин", "Елкин"),
    ],
)
def test_names_that_are_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"), [("आकाश", "आकाशी"), ("김민준", "김민주"), ("王小明", "王小红"), ("محمد", "محمود"), ("Ada", "Ida")]
)
def test_names_that_are_not_the_same(one: str, other: str) -> None:
    assert folded(one) != folded(other)
