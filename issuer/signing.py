"""Secret keys → proofs and signed notes. No other module touches a secret key.

The secret comes from the environment (ISSUER_SIGNING_KEY, a Multikey secret) or from a file outside the issuing repository
(ISSUER_SIGNING_KEY_FILE). It never reaches a log, an exception, a representation or a file in the tree.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nacl.signing import SigningKey as _Ed25519

from issuer.config import IssuerConfig
from issuer.errors import FormatError, KeyUnusableError, Place, StorageError
from issuer.formats import checkpoint, data_integrity, ed25519, multikey, signed_note

ENVIRONMENT = "ISSUER_SIGNING_KEY"
ENVIRONMENT_FILE = "ISSUER_SIGNING_KEY_FILE"
_MAX_FILE = 4096
_HINT = f"set {ENVIRONMENT} to the secret key, or {ENVIRONMENT_FILE} to the path of its file; `issuer keygen` makes one"


class SigningKey:
    """An Ed25519 secret key that signs and shows only its public half."""

    __slots__ = ("_key", "public")

    def __init__(self, seed: bytes) -> None:
        self._key = _Ed25519(seed)
        raw = bytes(self._key.verify_key)
        if not ed25519.is_good_key(raw):
            raise KeyUnusableError("this key is weak", hint="make another with `issuer keygen`")
        self.public = multikey.encode_public(raw)

    def __repr__(self) -> str:
        return f"SigningKey({self.public})"

    def __reduce__(self) -> str:
        raise KeyUnusableError("a secret key is not copied or pickled")

    def sign(self, message: bytes) -> bytes:
        """The 64 signature bytes on message, RFC 8032."""
        return self._key.sign(message).signature


def generate() -> tuple[SigningKey, str]:
    """A new key, and its secret in Multikey form for `issuer keygen` to write down."""
    seed = os.urandom(32)
    return SigningKey(seed), multikey.encode_secret(seed)


def store(path: Path, secret: str) -> None:
    """Write a secret key to a new file that only its owner can read (mode 600). Raises StorageError, also if the file exists."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = _create(path)
        try:
            with os.fdopen(handle, "w") as stream:
                stream.write(secret + "\n")
                stream.flush()
                os.fsync(stream.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
    except OSError as error:
        hint = "check that the folder exists and that you may write there"
        raise StorageError(f"cannot be written: {error.strerror}", place=Place(str(path)), hint=hint) from None


def _create(path: Path) -> int:
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise StorageError("exists already", place=Place(str(path)), hint="keys are never overwritten: choose another file") from None


def load(environment: Mapping[str, str], repository: Path) -> SigningKey:
    """The signing key that the environment names. repository: the tree that must not hold it. Raises KeyUnusableError."""
    if text := environment.get(ENVIRONMENT):
        return _decode(text, ENVIRONMENT)
    if name := environment.get(ENVIRONMENT_FILE):
        path = Path(name).expanduser().resolve()
        if path.is_relative_to(repository.resolve()):
            raise KeyUnusableError(
                "lies inside the repository", place=Place(name), hint="move it out: a secret key is never committed, not even by accident"
            )
        return _decode(_read(path, name, hint(environment, repository)), name)
    raise KeyUnusableError("there is no signing key", hint=hint(environment, repository))


def hint(environment: Mapping[str, str], repository: Path) -> str:
    """How to name the signing key of this repository; with its path, if it is where `issuer init` put it."""
    made = default_file(repository.resolve().name, environment)
    return f"export {ENVIRONMENT_FILE}={made}, the key that `issuer init` made" if made.is_file() else _HINT


def default_file(name: str, environment: Mapping[str, str]) -> Path:
    """Where a secret key goes unless somebody says otherwise: ~/.config/issuer/<name>.key."""
    home = environment.get("XDG_CONFIG_HOME") or Path(environment.get("HOME", "~")).expanduser() / ".config"
    return Path(home) / "issuer" / f"{name}.key"


def load_current(environment: Mapping[str, str], repository: Path, config: IssuerConfig) -> SigningKey:
    """The signing key, which must be the key in use according to issuer.yml. Raises KeyUnusableError."""
    key = load(environment, repository)
    current = [window.key for window in config.keys if window.until is None]
    if key.public not in current:
        raise KeyUnusableError(
            f"the signing key {key.public} is not in use according to issuer.yml ({', '.join(current) or 'no key is'})",
            place=Place("issuer.yml"),
            hint="use the key that issuer.yml names, or add this one to `keys` there in a pull request",
        )
    return key


def prove(credential: dict[str, Any], key: SigningKey, did: str, created: str) -> dict[str, dict[str, Any]]:
    """Both proofs on an unsigned credential, by cryptosuite. created: dateTimeStamp with Z. Raises FormatError for undefined terms."""
    return {suite: prove_with(suite, credential, key, did, created) for suite in data_integrity.SUITES}


def prove_with(suite: str, document: dict[str, Any], key: SigningKey, did: str, created: str) -> dict[str, Any]:
    """One Data Integrity proof on a document."""
    proof = data_integrity.options(suite, f"{did}#{key.public}", created, document)
    return data_integrity.with_signature(proof, key.sign(data_integrity.hash_data(document, proof)))


def sign_checkpoint(point: checkpoint.Checkpoint, key: SigningKey) -> bytes:
    """The checkpoint as a signed note under the name of its origin."""
    text = point.text()
    raw = multikey.decode_public(key.public)
    return (text + "\n" + signed_note.signature_line(point.origin, raw, key.sign(text.encode()))).encode()


def _decode(text: str, origin: str) -> SigningKey:
    try:
        return SigningKey(multikey.decode_secret(text.strip()))
    except FormatError:
        raise KeyUnusableError(f"{origin} does not hold a secret key", hint="it must be one line that begins with z3u2") from None


def _read(path: Path, name: str, hint: str) -> str:
    try:
        with path.open("rb") as stream:
            if stat.S_IMODE(os.fstat(stream.fileno()).st_mode) & 0o077:
                raise KeyUnusableError("can be read by others", place=Place(name), hint=f"chmod 600 {name}")
            return stream.read(_MAX_FILE).decode("ascii")
    except OSError as error:
        raise KeyUnusableError(f"cannot be read: {error.strerror}", place=Place(name), hint=hint) from None
    except UnicodeDecodeError:
        raise KeyUnusableError("does not hold a secret key", place=Place(name), hint="it must be one line that begins with z3u2") from None
