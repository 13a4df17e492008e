"""issuer.yml and batch.yml: what is taken, and what every mistake says."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.batch_config import BatchConfig, read_batch
from issuer.config import IssuerConfig, read_issuer
from issuer.errors import ConfigError, Place
from issuer.settings import line_of

ISSUER = """\
name: Example Academy
url: https://academy.example.org
base_url: https://certificates.example.org/
keys: [{key: z6Mkexample, from: 0}]
mail: {from: certificates@example.org, support: help@example.org, smtp: {host: localhost, port: 587, security: starttls}}
"""
BATCH = """\
achievement:
  name: Python 101
  description: Ten evenings of Python.
  criteria: Passed the final project.
columns:
  name: Full name
  score: {column: Score, label: Final score}
"""


def issuer(tmp_path: Path, text: str) -> IssuerConfig:
    path = tmp_path / "issuer.yml"
    path.write_text(text, encoding="utf-8")
    return read_issuer(path, shown_as="issuer.yml")


def batch(tmp_path: Path, text: str) -> BatchConfig:
    path = tmp_path / "batch.yml"
    path.write_text(text, encoding="utf-8")
    return read_batch(path, shown_as="records/b/batch.yml")


def refused(tmp_path: Path, text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        batch(tmp_path, text)
    assert caught.value.hint
    return caught.value


def test_issuer_is_read(tmp_path: Path) -> None:
    config = issuer(tmp_path, ISSUER)
    assert config.base_url == "https://certificates.example.org"
    assert (config.keys[0].key, config.keys[0].from_, config.keys[0].until) == ("z6Mkexample", 0, None)
    assert config.mail is not None
    assert config.mail.from_ == "certificates@example.org"
    assert config.mail.smtp is not None
    assert config.mail.smtp.security == "starttls"


def test_batch_is_read(tmp_path: Path) -> None:
    config = batch(tmp_path, BATCH + "awarded: 2026-05-30\nvalid_until: '2028-05-30'\n")
    assert config.achievement.criteria.narrative == "Passed the final project."
    assert config.columns["name"].column == ("Full name",)
    assert config.columns["score"].label == "Final score"
    assert (config.awarded, config.valid_until) == (dt.date(2026, 5, 30), dt.date(2028, 5, 30))


@pytest.mark.parametrize(
    ("base_url", "kept"),
    [
        ("https://Certificates.Example.org", "https://certificates.example.org"),
        ("https://example.github.io/Certs/", "https://example.github.io/Certs"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_base_url_is_kept_in_one_form(tmp_path: Path, base_url: str, kept: str) -> None:
    assert issuer(tmp_path, ISSUER.replace("https://certificates.example.org/", base_url)).base_url == kept


@pytest.mark.parametrize(
    "base_url",
    [
        "http://certificates.example.org",
        "https://u:p@example.org",
        "https://example.org/?a=1",
        "https://example.org/a#b",
        "https://example.org/a b",
        "https://example.org:99999",
        "https://[::1",
        "https://example.org/a//b",
        "ftp://example.org",
        "certificates.example.org",
    ],
)
def test_base_url_is_refused(tmp_path: Path, base_url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        issuer(tmp_path, ISSUER.replace("https://certificates.example.org/", f"'{base_url}'"))
    assert caught.value.place is not None
    assert caught.value.place.line == 3
    assert "base_url" in caught.value.message


def test_an_address_may_have_a_query(tmp_path: Path) -> None:
    text = BATCH.replace("criteria: Passed the final project.", "criteria: {url: 'https://academy.example.org/course?id=3'}")
    assert batch(tmp_path, text).achievement.criteria.url == "https://academy.example.org/course?id=3"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("[]", "keys"),
        ("[{key: z6Mka, from: 5, until: 4}]", "until (4) comes before from (5)"),
        ("[{key: z6Mka, until: 4}, {key: z6Mka, from: 4}]", "listed twice"),
        ("[{key: z6Mka, from: -1}]", "keys.0.from"),
        ("[{key: z6Mka, compromised: 2026-11-21}]", "a compromised key needs `until`"),
        ("[{key: z6Mka, until: 4, compromised: yesterday}]", "must be a date"),
        ("[{key: z6Mka, use: [certificates]}]", "keys.0.use: must list what the key is for"),
        ("[{key: z6Mka, use: []}]", "must list what the key is for"),
        ("[{key: z6Mka, use: log}]", "must list what the key is for"),
        ("[{key: z6Mka, use: [log, log]}]", "each once"),
        ("[{key: z6Mka, use: [[log]]}]", "must list what the key is for"),
        ("[{key: z6Mka}, {key: z6Mkb}]", "z6Mka and z6Mkb are both for credentials at log entry 0"),
        ("[{key: z6Mka, use: [log, status]}, {key: z6Mkb, from: 3, use: [status]}]", "both for status at log entry 3: end one window"),
        ("[{key: z6Mka, until: 5}, {key: z6Mkb, from: 4, use: [log]}]", "both for log at log entry 4"),
    ],
)
def test_key_windows_are_checked(tmp_path: Path, keys: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        issuer(tmp_path, ISSUER.replace("[{key: z6Mkexample, from: 0}]", keys))
    assert said in caught.value.message


def test_keys_have_uses_and_windows(tmp_path: Path) -> None:
    keys = """[{key: z6Mka, until: 5, compromised: 2026-11-21}, {key: z6Mkb, from: 5, use: [status, credentials]},
      {key: z6Mkc, from: 9, until: 9, use: [log]}, {key: z6Mkd, from: 7, use: [log]}]"""
    config = issuer(tmp_path, ISSUER.replace("[{key: z6Mkexample, from: 0}]", keys))
    assert [window.use for window in config.keys] == [("credentials", "status", "log"), ("credentials", "status"), ("log",), ("log",)]
    assert config.keys[0].compromised == dt.date(2026, 11, 21)
    assert (config.key_for("credentials"), config.key_for("status"), config.key_for("log")) == ("z6Mkb", "z6Mkb", "z6Mkd")
    assert [config.is_void("z6Mka", index) for index in (None, 4, 5)] == [False, False, True]
    assert not config.is_void("z6Mkc", 9)


def test_a_use_may_have_no_key(tmp_path: Path) -> None:
    config = issuer(tmp_path, ISSUER.replace("[{key: z6Mkexample, from: 0}]", "[{key: z6Mka, use: [log]}]"))
    assert config.key_for("credentials") is None


def test_every_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    error = refused(tmp_path, BATCH.replace("  criteria", "  conditions") + "awarded: tomorrow\ntemplat: default\n")
    lines = str(error).split("\n")
    assert any(line.startswith("records/b/batch.yml:8: awarded: must be a date") for line in lines)
    assert any(line.startswith("records/b/batch.yml:4: unknown key 'achievement.conditions'") for line in lines)
    assert any("the key 'achievement.criteria' is missing" in line for line in lines)
    assert any(line.startswith("records/b/batch.yml:9: unknown key 'templat' (did you mean 'template'?)") for line in lines)


def test_a_misspelt_key_gets_a_suggestion(tmp_path: Path) -> None:
    error = refused(tmp_path, BATCH + "templat: default\n")
    assert error.hint == "did you mean 'template'?"


@pytest.mark.parametrize(("word", "wrong"), [("achievement", "achievment"), ("criteria", "criterium"), ("description", "descripton")])
def test_a_required_key_that_is_misspelt_is_not_called_missing(tmp_path: Path, word: str, wrong: str) -> None:
    error = refused(tmp_path, BATCH.replace(f"{word}:", f"{wrong}:"))
    assert "missing" not in error.message
    assert error.message.endswith(f"{wrong}'")
    assert error.hint == f"did you mean {word!r}?"


def test_a_tab_and_a_second_colon_are_named(tmp_path: Path) -> None:
    tab = refused(tmp_path, BATCH.replace("  name: Python", "\tname: Python"))
    assert (tab.place, tab.message) == (Place("records/b/batch.yml", 2), "is not YAML: a tab stands where only spaces can")
    assert tab.hint.startswith("use spaces")
    colon = refused(tmp_path, BATCH.replace("Ten evenings of Python", "Python: ten evenings"))
    assert colon.place == Place("records/b/batch.yml", 3)
    assert colon.hint.startswith("put a text that contains a colon in quotes")


def test_the_line_of_a_key(tmp_path: Path) -> None:
    path = tmp_path / "batch.yml"
    path.write_text(BATCH, encoding="utf-8")
    assert [line_of(path, "columns", "score"), line_of(path, "columns", "none"), line_of(path, "none")] == [7, 5, None]
    path.write_text("a: [", encoding="utf-8")
    assert line_of(path, "a") is None


def test_a_roster_that_is_no_csv_or_xlsx(tmp_path: Path) -> None:
    assert "'roster.doc' is no roster: name a file of this folder" in refused(tmp_path, BATCH + "roster: roster.doc\n").message
    assert batch(tmp_path, BATCH + "roster: Roster.XLSX\n").roster == "Roster.XLSX"


@pytest.mark.parametrize(
    ("added", "line", "said"),
    [
        ("awarded: 2026-05-30 10:00:00", 8, "must be a date"),
        ("awarded: 2026-13-45", None, "month"),
        ("awarded: 2026-05-30\nvalid_until: 2026-05-29", None, "valid_until (2026-05-29) comes before awarded (2026-05-30)"),
        ("key: student", None, "'student' is no field of this batch"),
        ("roster: ../roster.csv", 8, "roster"),
        ("roster: roster.pdf", 8, "roster"),
        ("template: ../x", 8, "template"),
        ("sheet: 3", 8, "sheet"),
        ("awarded: 2026-05-30\nawarded: 2026-05-31", 9, "'awarded' is given twice"),
        ("mail: &m {subject: a}\nother: *m", None, "a reference"),
        ("[a]: b", 8, "a key must be a word"),
        ("? {a: b}\n: c", 8, "a key must be a word"),
        ("awarded: [", None, "is not YAML"),
        ("sheet: !!bool maybe", None, "is not YAML"),
        ("sheet: !!timestamp maybe", None, "is not YAML"),
        ("sheet: !!python/name:os.system x", 8, "is not YAML"),
        ('sheet: "\\ud800"', 8, "half of one"),
        ('sheet: "\\0"', 8, "control character"),
        ("sheet: \x07", None, "is not YAML"),
    ],
)
def test_a_mistake_in_batch_yml(tmp_path: Path, added: str, line: int | None, said: str) -> None:
    error = refused(tmp_path, BATCH + added + "\n")
    assert said in error.message
    if line is not None:
        assert error.place is not None
        assert error.place.line == line


def test_yaml_booleans_and_numbers_are_not_text(tmp_path: Path) -> None:
    for value in ("no", "0123", "1.10"):
        error = refused(tmp_path, BATCH.replace("Python 101", value))
        assert error.hint == "put the value in quotes"


@pytest.mark.parametrize("field", ["Score", "1st", "a-b", "achievement", "qr", "id"])
def test_field_names(tmp_path: Path, field: str) -> None:
    assert repr(field) in refused(tmp_path, BATCH + f"  {field}: Some column\n").message


@pytest.mark.parametrize("pattern", ["%d.%m.", "%Y", "%Q", "day", "%d.%m.%Y %"])
def test_a_date_pattern_must_name_a_day(tmp_path: Path, pattern: str) -> None:
    assert "such as %d.%m.%Y" in refused(tmp_path, BATCH + f"  awarded: {{column: Date, date: '{pattern}'}}\n").message


@pytest.mark.parametrize("pattern", ["%d.%m.%Y", "%m/%d/%y", "%d %B %Y"])
def test_date_patterns(tmp_path: Path, pattern: str) -> None:
    assert batch(tmp_path, BATCH + f"  awarded: {{column: Date, date: '{pattern}'}}\n").columns["awarded"].date == pattern


def test_names_are_one_line_and_composed(tmp_path: Path) -> None:
    assert batch(tmp_path, BATCH.replace("Python 101", "' Cafe\u0301 '")).achievement.name == "Café"
    for name in ('"a\\nb"', '"a\\u2028b"', "''"):
        assert "one line of text" in refused(tmp_path, BATCH.replace("Python 101", name)).message


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        read_batch(tmp_path / "batch.yml")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_batch(tmp_path)
    for raw, said in (
        (b"", "is empty"),
        (b"- a\n- b\n", "is empty or not a list of settings"),
        (b"a: b\nname: Jos\xe9\n", "not UTF-8"),
        (b"#" * 300_000, "larger than 256 KiB"),
        (b"[" * 50_000, "nested too deeply"),
    ):
        path = tmp_path / "batch.yml"
        path.write_bytes(raw)
        with pytest.raises(ConfigError, match=said):
            read_batch(path)


ODD = st.text(alphabet="abk:[]{}&*!<>|-?#'\"\n \\%@`,0123x\t.~=é\u2028", max_size=40)


@settings(max_examples=200, deadline=None)
@given(ODD)
def test_nothing_but_config_errors(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "odd.yml"
    path.write_text(BATCH + "sheet: " + text, encoding="utf-8")
    try:
        assert read_batch(path).achievement.name == "Python 101"
    except ConfigError as error:
        said = error.message
        assert said
