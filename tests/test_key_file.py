"""Key files: who may read them, where they may lie, and how a passphrase seals them."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import re
import time
import traceback
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer import key_file, signing
from issuer.errors import FormatError, KeyUnusableError, UsageError
from issuer.formats import multikey
from tests import credentials
from tests.credentials import KEY, SEED
from tests.school import found

TEXT = f"# keys\ncredentials status log {multikey.encode_secret(SEED)}\n"
PASSPHRASE = "a harbour full of boats"
SEALED = key_file.seal(TEXT, PASSPHRASE)
QUICK = {"passes": 1, "memory": 8192}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "keys" / "school.key"
    key_file.store(found, TEXT, PASSPHRASE)
    return found


def environment(path: Path, passphrase: str | None = PASSPHRASE) -> dict[str, str]:
    given = {} if passphrase is None else {"ISSUER_SIGNING_KEY_PASSPHRASE": passphrase}
    return {"ISSUER_SIGNING_KEY_FILE": str(path), **given}


def resummed(text: str) -> str:
    """A sealed file with a last line that fits the rest, as somebody who changes it would write it."""
    body = text.rstrip("\n").rpartition("\n")[0] + "\n"
    return f"{body}sha256 {hashlib.sha256(body.encode()).hexdigest()}\n"


def test_a_sealed_file_opens_with_its_passphrase(path: Path, tmp_path: Path) -> None:
    assert signing.load_keys(environment(path), tmp_path / "x", credentials.config()).status.public == KEY.public
    assert multikey.encode_secret(SEED).encode() not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return PASSPHRASE

    keys = signing.load_keys(environment(path, None), tmp_path / "x", credentials.config(), ask=ask)
    assert keys.log.public == KEY.public
    assert asked == [f"Passphrase of {path}"]


def test_without_anybody_to_ask_it_says_what_to_set(path: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyUnusableError, match="is sealed with a passphrase") as caught:
        signing.load_keys(environment(path, None), tmp_path / "x", credentials.config())
    assert "ISSUER_SIGNING_KEY_PASSPHRASE" in caught.value.hint


def test_a_wrong_passphrase(path: Path, tmp_path: Path) -> None:
    wrong = PASSPHRASE.title()
    started = time.process_time()
    with pytest.raises(KeyUnusableError, match="the passphrase is wrong") as caught:
        signing.load_keys(environment(path, wrong), tmp_path / "x", credentials.config())
    assert time.process_time() - started < 1
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caught.value.hint
    assert wrong not in shown
    assert PASSPHRASE not in shown


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (SEALED[: len(SEALED) // 2], "is cut off"),
        (SEALED[:-2], "is cut off"),
        (SEALED.partition("\n")[0], "is cut off"),
        (SEALED.replace("argon2id 3", "argon2id 2"), "is cut off or was changed"),
        (resummed(SEALED.replace("argon2id 3 131072", "argon2id 1 8192")), "passphrase is wrong"),
        (resummed(SEALED.replace("argon2id 3 131072", "argon2id 3 1048576")), "asks for 3 passes over 1048576 KiB"),
        (resummed(SEALED.replace("argon2id 3 131072", "argon2id 9999999999 131072")), "asks for 9999999999 passes"),
        (resummed(SEALED.replace("argon2id 3 131072", "argon2id 3 9999999999")), "asks for 3 passes over 9999999999 KiB"),
        (resummed(SEALED.replace("argon2id 3 131072", "argon2id 3 1")), "asks for 3 passes over 1 KiB"),
        (resummed(SEALED.replace("argon2id 3 131072", "argon2id 3 -1")), "first line"),
        (resummed(SEALED.replace("argon2id 3 131072", f"argon2id 3 {'9' * 5000}")), "first line"),
        (resummed(SEALED.replace("argon2id", "scrypt")), "first line"),
        (SEALED.replace("file-v1", "file-v2"), "another version"),
        (resummed(SEALED.partition("\n")[0] + "\nAAAA\nx\n"), "passphrase is wrong"),
        (resummed(SEALED.partition("\n")[0] + "\n\u00e9\nx\n"), "not base64"),
        (resummed(SEALED.partition("\n")[0] + "\nx\n"), "passphrase is wrong"),
    ],
    ids=itertools.count(),
)
def test_what_is_no_sealed_file(changed: str, said: str) -> None:
    started = time.process_time()
    with pytest.raises(FormatError, match=said):
        key_file.unseal(changed, PASSPHRASE)
    assert time.process_time() - started < 1


@given(st.text(max_size=200), st.text(min_size=1, max_size=30))
@settings(max_examples=30, deadline=None)
def test_any_text_survives(text: str, passphrase: str) -> None:
    sealed = key_file.seal(text, passphrase, **QUICK)
    assert key_file.unseal(sealed, passphrase) == text
    assert sealed != key_file.seal(text, passphrase, **QUICK)
    assert all(len(line) <= 76 or line.startswith("sha256 ") for line in sealed.splitlines())


@given(st.integers(0, 10_000), st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_every_flipped_bit_is_noticed(at: int, bit: int) -> None:
    sealed = bytearray(key_file.seal(TEXT, PASSPHRASE, **QUICK).encode())
    sealed[at % (len(sealed) - 1)] ^= 1 << bit
    with pytest.raises(FormatError):
        key_file.unseal(sealed.decode("latin-1"), PASSPHRASE)


@given(st.text(max_size=80))
def test_any_text_is_a_format_error(text: str) -> None:
    with pytest.raises(FormatError):
        key_file.unseal("issuer-key-file-" + text, PASSPHRASE)


def test_a_passphrase_may_be_typed_composed_or_not(tmp_path: Path) -> None:
    sealed = key_file.seal(TEXT, "un e\u0301te\u0301 au port", **QUICK)
    assert key_file.unseal(sealed, "un \u00e9t\u00e9 au port") == TEXT


def test_replacing_keeps_passphrase_and_mode(path: Path, tmp_path: Path) -> None:
    file = key_file.read(str(path), tmp_path / "x", lambda _: PASSPHRASE, hint="")
    replaced = key_file.replace(file, "# nothing\n")
    assert path.stat().st_mode & 0o777 == 0o600
    assert key_file.unseal(path.read_text(), PASSPHRASE) == "# nothing\n" == replaced.text
    assert sorted(path.parent.iterdir()) == [path]


def test_neither_text_nor_passphrase_show(path: Path, tmp_path: Path) -> None:
    file = key_file.read(str(path), tmp_path / "x", lambda _: PASSPHRASE, hint="")
    assert re.fullmatch(r"KeyFile\(path=PosixPath\('.*school.key'\)\)", repr(file))


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(UsageError, match="fewer than 8"):
        key_file.refuse_weak("harbour")
    key_file.refuse_weak("harbours")


@pytest.mark.parametrize("before", ["", "credentials ", "# Harbour School\nlog ", "/somewhere/else.key ", '"', "key="])
def test_a_secret_in_the_place_of_a_path_is_not_repeated(before: str, tmp_path: Path) -> None:
    secret = multikey.encode_secret(SEED)
    with pytest.raises(KeyUnusableError, match="holds a secret key, not a path") as caught:
        signing.load_keys({"ISSUER_SIGNING_KEY_FILE": before + secret}, tmp_path, credentials.config())
    assert caught.value.hint == "put it into ISSUER_SIGNING_KEY"
    school = dataclasses.replace(found(tmp_path), key_file=Path(before + secret))
    for arguments in (["issue"], ["--json", "issue"], ["rotate"], ["refresh"]):
        assert secret[4:] not in school.issuer(*arguments, code=3)
