"""Secret keys in files: only their owner may read them, they lie outside every issuing repository, and a passphrase can seal them.

A file holds a ring of keys as text (issuer.key_ring), or the same text sealed:

    issuer-key-file-v1 argon2id 3 131072 mJ0vq1x0w3c8aT2kLQ0u5A==
    q83vEjRWeJ…
    sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

The first line names the key derivation, its passes, its memory in KiB and its salt (16 bytes, base64); then comes libsodium's secretbox
(24 bytes of nonce, 16 of authenticator, the text), base64; the last line is the SHA-256 of all before it, so that a file that was cut off
is told apart from a wrong passphrase.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import stat
import textwrap
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox

from issuer import durable
from issuer.config import ISSUER_YML
from issuer.errors import FormatError, KeyUnusableError, Place, StorageError, UsageError
from issuer.formats.signed_note import decode_base64

MAX_BYTES = 32 * 1024
MIN_PASSPHRASE = 8
"""Characters."""
PASSES, MEMORY = 3, 128 * 1024 * 1024
"""What we seal with (RFC 9106 section 4: 3 passes over 64 MiB or more); a quarter of a second."""
_MAX_PASSES, _MAX_MEMORY = 4, 256 * 1024 * 1024
"""What we take on to open a file that somebody else may have written; two thirds of a second."""
_SECRET = re.compile(r"(?<![A-Za-z0-9/._-])z3u2")
"""How a secret key begins, where a word begins: never in a path that we would have suggested."""
_MAGIC = "issuer-key-file-"
_HEADER = re.compile(r"issuer-key-file-v1 argon2id ([1-9][0-9]{0,9}) ([1-9][0-9]{0,9}) ([A-Za-z0-9+/]{22}==)")

Passphrase = Callable[[str], str]
"""Gives the passphrase for the file of this name. Raises KeyUnusableError if there is none."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A key file that was read. path: where it is; text: the ring in it; passphrase: what it is sealed with, None if it is not."""

    path: Path
    text: str = field(repr=False)
    passphrase: str | None = field(default=None, repr=False)


def read(name: str, repository: Path, passphrase: Passphrase, *, hint: str) -> KeyFile:
    """Read a key file. name: its path, as the user wrote it; repository: the tree that must not hold it; hint: what to do if it is not
    there. Raises KeyUnusableError, which names the path unless it is a secret key that somebody put in its place."""
    if _SECRET.search(name):
        raise KeyUnusableError("ISSUER_SIGNING_KEY_FILE holds a secret key, not a path", hint="put it into ISSUER_SIGNING_KEY")
    path = Path(name).expanduser().resolve()
    place = Place(name)
    if path.is_relative_to(repository.resolve()):
        raise KeyUnusableError(
            "lies inside the repository", place=place, hint="move it out: a secret key is never committed, not even by accident"
        )
    try:
        text = _bytes(path, name).decode("utf-8")
    except OSError as error:
        raise KeyUnusableError(f"cannot be read: {error.strerror}", place=place, hint=hint) from None
    except UnicodeDecodeError:
        raise KeyUnusableError("does not hold a secret key: it is not a text", place=place, hint=hint) from None
    if not text.startswith(_MAGIC):
        return KeyFile(path, text)
    given = passphrase(name)
    try:
        return KeyFile(path, unseal(text, given), given)
    except FormatError as error:
        raise KeyUnusableError(error.message, place=place, hint="try again, or take the copy of the file from its safe place") from None


def store(path: Path, text: str, passphrase: str | None = None) -> None:
    """Write a ring to a new file that only its owner can read (mode 600), sealed if there is a passphrase. Raises KeyUnusableError inside
    an issuing repository, StorageError, also if the file exists."""
    refuse_inside(path)
    _put(path, _on_disk(text, passphrase), _link)


def replace(file: KeyFile, text: str) -> KeyFile:
    """Put another ring into a file that was read, sealed as before. Raises StorageError; the file is then as before."""
    _put(file.path, _on_disk(text, file.passphrase), Path.replace)
    return KeyFile(file.path, text, file.passphrase)


def holds(path: Path, text: str, passphrase: str | None) -> bool:
    """Whether a file holds just this text, sealed with this passphrase if there is one."""
    try:
        found = _bytes(path, str(path)).decode("utf-8")
        return (found if passphrase is None else unseal(found, passphrase)) == text
    except (OSError, UnicodeDecodeError, FormatError, KeyUnusableError):
        return False


def refuse_inside(path: Path) -> None:
    """Raises KeyUnusableError if path lies inside an issuing repository."""
    for folder in path.resolve().parents:
        if (folder / ISSUER_YML).is_file():
            raise KeyUnusableError(
                "lies inside the issuing repository", place=Place(str(path)), hint="choose a folder outside it, such as ~/.config/issuer/"
            )


def refuse_weak(passphrase: str) -> None:
    """Raises UsageError unless a passphrase is long enough to seal with."""
    if len(passphrase) < MIN_PASSPHRASE:
        hint = "take five or six words that belong together for nobody else"
        raise UsageError(f"the passphrase has fewer than {MIN_PASSPHRASE} characters", hint=hint)


def seal(text: str, passphrase: str, *, passes: int = PASSES, memory: int = MEMORY) -> str:
    """The sealed form of a text. memory: bytes, a multiple of 1,024."""
    salt = os.urandom(argon2id.SALTBYTES)
    box = SecretBox(_derive(passphrase, salt, passes, memory)).encrypt(text.encode())
    lines = [f"issuer-key-file-v1 argon2id {passes} {memory // 1024} {base64.b64encode(salt).decode()}"]
    body = "\n".join(lines + textwrap.wrap(base64.b64encode(box).decode(), 76)) + "\n"
    return f"{body}{_checksum(body)}\n"


def unseal(data: str, passphrase: str) -> str:
    """The text in a sealed file. The error never repeats what is in it. Raises FormatError."""
    body, _, checksum = data.rstrip("\n").rpartition("\n")
    header, *lines = body.split("\n")
    if not data.startswith(f"{_MAGIC}v1 "):
        raise FormatError("was sealed by another version of Issuer")
    if _checksum(body + "\n") != checksum:
        raise FormatError("is cut off or was changed: its last line does not fit the rest")
    match = _HEADER.fullmatch(header)
    if match is None:
        raise FormatError("has a first line that cannot be read")
    passes, memory, salt = int(match[1]), int(match[2]) * 1024, decode_base64(match[3])
    if passes > _MAX_PASSES or not argon2id.MEMLIMIT_MIN <= memory <= _MAX_MEMORY:
        raise FormatError(f"asks for {passes} passes over {memory // 1024} KiB to try a passphrase, which we never do")
    try:
        return SecretBox(_derive(passphrase, salt, passes, memory)).decrypt(decode_base64("".join(lines))).decode("utf-8")
    except (CryptoError, ValueError):
        raise FormatError("cannot be opened: the passphrase is wrong") from None


def _derive(passphrase: str, salt: bytes, passes: int, memory: int) -> bytes:
    """The 32 bytes of the secretbox's key. The same passphrase may be typed composed on one machine and decomposed on another."""
    words = unicodedata.normalize("NFC", passphrase).encode()
    key: bytes = argon2id.kdf(SecretBox.KEY_SIZE, words, salt, opslimit=passes, memlimit=memory)
    return key


def _checksum(body: str) -> str:
    return f"sha256 {hashlib.sha256(body.encode()).hexdigest()}"


def _on_disk(text: str, passphrase: str | None) -> bytes:
    return (text if passphrase is None else seal(text, passphrase)).encode()


def _bytes(path: Path, name: str) -> bytes:
    with path.open("rb") as stream:
        if stat.S_IMODE(os.fstat(stream.fileno()).st_mode) & 0o077:
            raise KeyUnusableError("can be read by others", place=Place(name), hint=f"chmod 600 {name}")
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise KeyUnusableError("does not hold a secret key: it is too large", place=Place(name), hint="is it the right file?")
    return data


def _put(path: Path, data: bytes, into_place: Callable[[Path, Path], object]) -> None:
    """Write a file beside path and put it into place. Its name is always the same: what a killed run left there, secrets as well, goes when
    the next one writes."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary.unlink(missing_ok=True)
        try:
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            into_place(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        durable.sync_folder(path.parent)
    except OSError as error:
        hint = "check that the folder exists and that you may write there"
        raise StorageError(f"cannot be written: {error.strerror}", place=Place(str(path)), hint=hint) from None


def _link(temporary: Path, path: Path) -> None:
    """Give the file its name unless another has it. Raises StorageError."""
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise StorageError("exists already", place=Place(str(path)), hint="keys are never overwritten: choose another file") from None
