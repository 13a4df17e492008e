"""Secret keys: where they may come from, and that they never show."""

from __future__ import annotations

import copy
import errno
import os
import pickle
import traceback
from pathlib import Path
from typing import NoReturn

import pytest

from issuer import key_file, key_ring, signing
from issuer.errors import KeyUnusableError, StorageError
from issuer.formats import checkpoint, data_integrity, ed25519, multikey, signed_note
from tests import credentials
from tests.credentials import KEY, OTHER, SEED

SECRET = multikey.encode_secret(SEED)


def stored(path: Path, text: str = SECRET + "\n", mode: int = 0o600) -> dict[str, str]:
    path.write_text(text)
    path.chmod(mode)
    return {signing.ENVIRONMENT_FILE: str(path)}


def loaded(environment: dict[str, str], repository: Path) -> signing.SigningKey:
    """The key for credentials, of an issuer with KEY."""
    return signing.load_keys(environment, repository, credentials.config()).credentials


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    return folder


def test_from_the_environment(repository: Path) -> None:
    for text in (SECRET, f"  {SECRET}\n"):
        assert loaded({signing.ENVIRONMENT: text}, repository).public == KEY.public


def test_from_a_file(repository: Path, tmp_path: Path) -> None:
    assert loaded(stored(tmp_path / "key"), repository).public == KEY.public
    assert loaded({signing.ENVIRONMENT: "", **stored(tmp_path / "key", SECRET)}, repository).public == KEY.public


def test_keys_come_from_both_places_together(repository: Path, tmp_path: Path) -> None:
    other = stored(tmp_path / "key", multikey.encode_secret(b"\x09" * 32))
    assert loaded({signing.ENVIRONMENT: SECRET, **other}, repository).public == KEY.public
    other = stored(tmp_path / "key")
    assert loaded({signing.ENVIRONMENT: multikey.encode_secret(b"\x09" * 32), **other}, repository).public == KEY.public


@pytest.mark.parametrize(
    "text", ["x", SECRET[:-1], SECRET + "1", KEY.public, "z" + SECRET, " ", SECRET + " " + SECRET, "é", "log", SECRET + " log"]
)
def test_what_is_no_secret_key(repository: Path, tmp_path: Path, text: str) -> None:
    for environment in ({signing.ENVIRONMENT: text}, stored(tmp_path / "key", text)):
        with pytest.raises(KeyUnusableError, match="does not hold a secret key") as caught:
            loaded(environment, repository)
        assert "z3u2" in caught.value.hint


def test_no_key(repository: Path) -> None:
    with pytest.raises(KeyUnusableError, match="there is no signing key") as caught:
        loaded({signing.ENVIRONMENT: "", signing.ENVIRONMENT_FILE: ""}, repository)
    assert "issuer keygen" in caught.value.hint


def test_a_key_inside_the_tree_is_refused(repository: Path, tmp_path: Path) -> None:
    inside = repository / "secrets"
    inside.mkdir()
    link = tmp_path / "link"
    link.symlink_to(inside / "key")
    dots = f"{repository}/../{repository.name}/secrets/key"
    stored(inside / "key")
    for name in (str(inside / "key"), str(link), dots):
        with pytest.raises(KeyUnusableError, match="lies inside the repository") as caught:
            loaded({signing.ENVIRONMENT_FILE: name}, repository)
        assert caught.value.place is not None
    alias = tmp_path / "alias"
    alias.symlink_to(repository)
    with pytest.raises(KeyUnusableError, match="inside the repository"):
        loaded({signing.ENVIRONMENT_FILE: str(inside / "key")}, alias)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o602])
def test_a_key_that_others_can_reach_is_refused(repository: Path, tmp_path: Path, mode: int) -> None:
    with pytest.raises(KeyUnusableError, match="can be read by others") as caught:
        loaded(stored(tmp_path / "key", mode=mode), repository)
    assert caught.value.hint.startswith("chmod 600")


def test_a_file_that_cannot_be_read(repository: Path, tmp_path: Path) -> None:
    for name in (tmp_path / "missing", tmp_path):
        with pytest.raises(KeyUnusableError):
            loaded({signing.ENVIRONMENT_FILE: str(name)}, repository)
    huge = tmp_path / "huge"
    with huge.open("wb") as stream:
        stream.truncate(1 << 40)
    huge.chmod(0o600)
    with pytest.raises(KeyUnusableError, match="does not hold"):
        loaded({signing.ENVIRONMENT_FILE: str(huge)}, repository)


def test_the_key_must_be_the_one_in_use(repository: Path) -> None:
    environment = {signing.ENVIRONMENT: SECRET}
    assert signing.load_keys(environment, repository, credentials.config(OTHER, KEY)).credentials.public == KEY.public
    with pytest.raises(KeyUnusableError, match=r"not in use according to issuer\.yml") as caught:
        signing.load_keys(environment, repository, credentials.config(OTHER))
    assert KEY.public in str(caught.value)
    assert OTHER.public in str(caught.value)
    assert caught.value.exit_code == 3
    retired = credentials.config().model_copy(update={"keys": (credentials.config().keys[0].model_copy(update={"until": 5}),)})
    with pytest.raises(KeyUnusableError, match="no key is") as caught:
        signing.load_keys(environment, repository, retired)
    assert caught.value.hint == f"{KEY.public} is retired since log entry 5: `issuer rotate` makes a new one"
    renewed = retired.model_copy(update={"keys": (*retired.keys, *credentials.config(OTHER).keys)})
    with pytest.raises(KeyUnusableError, match=OTHER.public) as caught:
        signing.load_keys(environment, repository, renewed)
    assert caught.value.hint == f"{KEY.public} is retired since log entry 5: use the key in use"


def test_the_secret_never_shows(repository: Path, tmp_path: Path) -> None:
    shown = [repr(KEY), str(KEY), f"{KEY}", repr([KEY]), repr({"key": KEY})]
    for dump in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(KeyUnusableError) as caught:
            dump(KEY)
        shown += ["".join(traceback.format_exception(caught.value)), repr(caught.value)]
    broken = SECRET[:30] + "0" + SECRET[31:]
    for environment in ({signing.ENVIRONMENT: broken}, stored(tmp_path / "key", broken)):
        with pytest.raises(KeyUnusableError) as caught:
            loaded(environment, repository)
        shown += ["".join(traceback.format_exception(caught.value)), repr(caught.value), repr(caught.value.args), caught.value.hint]
    for text in shown:
        assert SECRET[4:20] not in text
        assert SEED.hex()[:16] not in text
        assert repr(SEED)[2:20] not in text
    assert not hasattr(KEY, "__dict__")


def test_generate_and_store(tmp_path: Path, repository: Path) -> None:
    key, seed = signing.generate()
    assert key.public != signing.generate()[0].public
    path = tmp_path / "keys" / "issuer.key"
    text = key_ring.render([key_ring.Secret(("log", "status"), seed)], "A title")
    key_file.store(path, text)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0
    assert path.read_text() == f"# A title\nlog status {multikey.encode_secret(seed)}\n" == text
    assert signing.load_keys({signing.ENVIRONMENT_FILE: str(path)}, repository, credentials.config(key)).log.public == key.public
    with pytest.raises(StorageError, match="exists already"):
        key_file.store(path, SECRET)
    assert path.read_text() == text
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "nowhere")
    with pytest.raises(StorageError, match="exists already"):
        key_file.store(dangling, SECRET)
    with pytest.raises(StorageError, match="cannot be written") as caught:
        key_file.store(path / "below", SECRET)
    assert SECRET not in str(caught.value)


def test_a_full_disk_leaves_no_half_of_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StorageError, match="No space left"):
        key_file.store(tmp_path / "key", SECRET)
    assert not (tmp_path / "key").exists()


def test_proofs_are_deterministic_and_verify() -> None:
    document = credentials.unsigned()
    proofs = signing.prove(document, KEY, credentials.DID, credentials.STAMP)
    assert proofs == signing.prove(document, KEY, credentials.DID, credentials.STAMP)
    assert tuple(proofs) == data_integrity.SUITES
    for proof in proofs.values():
        did, key, signature = data_integrity.well_formed(document, proof)
        assert (did, key) == (credentials.DID, KEY.public)
        assert data_integrity.verify(document, proof, multikey.decode_public(key), signature)


def test_a_checkpoint_is_signed_under_its_origin() -> None:
    point = checkpoint.Checkpoint("certificates.example.org/log", 7, b"\x01" * 32)
    note = signed_note.parse(signing.sign_checkpoint(point, KEY))
    assert checkpoint.parse(note.text) == point
    assert signed_note.verify(note, point.origin, multikey.decode_public(KEY.public))
    assert not signed_note.verify(note, point.origin, multikey.decode_public(OTHER.public))
    assert ed25519.is_good_key(multikey.decode_public(KEY.public))
