"""Secret keys → proofs and signed notes. No other module signs.

The keys come from the environment (ISSUER_SIGNING_KEY: the secrets themselves, or ssh-agent), from files outside the issuing repository
(ISSUER_SIGNING_KEY_FILE), or from both. They never reach a log, an exception, a representation or a file in the tree.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from nacl.signing import SigningKey as _Ed25519

from issuer import key_file, key_ring, ssh_agent
from issuer.config import ISSUER_YML, IssuerConfig, Use
from issuer.errors import FormatError, KeyUnusableError, Place
from issuer.formats import checkpoint, data_integrity, ed25519, multikey, signed_note

ENVIRONMENT = "ISSUER_SIGNING_KEY"
ENVIRONMENT_FILE = "ISSUER_SIGNING_KEY_FILE"
ENVIRONMENT_PASSPHRASE = "ISSUER_SIGNING_KEY_PASSPHRASE"  # noqa: S105 - the name of a variable
AGENT = "ssh-agent"
"""As ISSUER_SIGNING_KEY: the keys are in the ssh-agent."""
_HINT = f"set {ENVIRONMENT} to the secret key, or {ENVIRONMENT_FILE} to the path of its file; `issuer keygen` makes one"
_FORM = "it must be one line that begins with z3u2, or one such line for each key with what it is for: credentials z3u2…"
_SIGNS = {"credentials": "credentials", "status": "the status lists", "log": "the log"}
"""What a key of each use signs, in words."""

Ask = Callable[[str], str]
"""Asks a person for a passphrase, without echo, and returns it. None where nobody can be asked."""


class SigningKey(Protocol):
    """An Ed25519 key that can sign here, wherever its secret half is."""

    @property
    def public(self) -> str:
        """The public key as Multikey, z6Mk…."""

    def sign(self, message: bytes) -> bytes:
        """The 64 signature bytes on message, RFC 8032. Raises KeyUnusableError if the key is gone."""


class SecretKey:
    """An Ed25519 secret key in memory, which shows only its public half."""

    __slots__ = ("_key", "public")

    def __init__(self, seed: bytes) -> None:
        self._key = _Ed25519(seed)
        raw = bytes(self._key.verify_key)
        if not ed25519.is_good_key(raw):
            raise KeyUnusableError("this key is weak", hint="make another with `issuer keygen`")
        self.public = multikey.encode_public(raw)

    def __repr__(self) -> str:
        return f"SecretKey({self.public})"

    def __reduce__(self) -> str:
        raise KeyUnusableError("a secret key is not copied or pickled")

    def sign(self, message: bytes) -> bytes:
        """The 64 signature bytes on message, RFC 8032."""
        return self._key.sign(message).signature


class Keys:
    """The keys that are at hand, each for what issuer.yml lets it sign."""

    def __init__(self, config: IssuerConfig, at_hand: Iterable[SigningKey]) -> None:
        self._config = config
        self._at_hand = {key.public: key for key in at_hand}

    def __repr__(self) -> str:
        return f"Keys({', '.join(self._at_hand)})"

    @property
    def credentials(self) -> SigningKey:
        """The key in use for credentials. Raises KeyUnusableError."""
        return self._for("credentials")

    @property
    def status(self) -> SigningKey:
        """The key in use for status lists and register. Raises KeyUnusableError."""
        return self._for("status")

    @property
    def log(self) -> SigningKey:
        """The key in use for checkpoints. Raises KeyUnusableError."""
        return self._for("log")

    @property
    def log_signers(self) -> tuple[SigningKey, ...]:
        """Every key that signs a checkpoint now: first the one in use for the log, then the retired ones at hand that were not
        compromised, so that readers who know only an old key can follow. Raises KeyUnusableError."""
        retired = [
            window.key for window in self._config.keys if window.until is not None and "log" in window.use and not window.compromised
        ]
        return (self.log, *(self._at_hand[key] for key in retired if key in self._at_hand))

    def has(self, use: Use) -> bool:
        """Whether the key in use for this is at hand."""
        return self._config.key_for(use) in self._at_hand

    def require(self, *uses: Use) -> None:
        """Raises KeyUnusableError unless the keys in use for all of these are at hand: before anything is written."""
        for use in uses:
            self._for(use)

    def _for(self, use: Use) -> SigningKey:
        wanted = self._config.key_for(use)
        if wanted is None:
            raise KeyUnusableError(
                f"no key is in use for {_SIGNS[use]}", place=Place(ISSUER_YML), hint=f"`issuer rotate --use {use}` makes one"
            )
        if wanted not in self._at_hand:
            raise KeyUnusableError(
                f"the key for {_SIGNS[use]}, {wanted}, is not at hand",
                hint=f"add it to {ENVIRONMENT} or {ENVIRONMENT_FILE}; at hand: {', '.join(self._at_hand)}",
            )
        return self._at_hand[wanted]


def generate() -> tuple[SecretKey, bytes]:
    """A new key, and its 32 seed bytes to write down."""
    seed = os.urandom(32)
    return SecretKey(seed), seed


@dataclass(frozen=True, slots=True)
class AtHand:
    """What the environment names. keys: all of them, also those that are not in use; files: the key files among it, opened."""

    keys: tuple[SigningKey, ...]
    files: tuple[key_file.KeyFile, ...]


def at_hand(environment: Mapping[str, str], repository: Path, config: IssuerConfig, *, ask: Ask | None = None) -> AtHand:
    """The keys that the environment names. repository: the tree that must not hold them; ask: for the passphrase of a sealed file.
    Raises KeyUnusableError if there are none."""
    said = environment.get(ENVIRONMENT, "")
    names = [name for name in environment.get(ENVIRONMENT_FILE, "").split(os.pathsep) if name]
    passphrase = passphrase_from(environment, ask)
    files = tuple(key_file.read(name, repository, passphrase, hint=hint(environment, repository)) for name in names)
    keys: list[SigningKey] = []
    texts = [(str(file.path), file.text) for file in files]
    if said.strip() == AGENT:
        keys += _agent_keys(environment, config)
    elif said:
        texts.insert(0, (ENVIRONMENT, said))
    for origin, text in texts:
        for secret in secrets_in(text, origin):
            key = SecretKey(secret.seed)
            _refuse_wrong_label(config, key.public, secret.labels, origin)
            keys.append(key)
    if not keys:
        raise KeyUnusableError("there is no signing key", hint=hint(environment, repository))
    return AtHand(tuple(keys), files)


def load_keys(environment: Mapping[str, str], repository: Path, config: IssuerConfig, *, ask: Ask | None = None) -> Keys:
    """The signing keys that the environment names, at least one of them in use. The arguments are those of at_hand.
    Raises KeyUnusableError."""
    keys = at_hand(environment, repository, config, ask=ask).keys
    used = [window.key for window in config.keys if window.until is None]
    if not any(key.public in used for key in keys):
        found = ", ".join(key.public for key in keys)
        raise KeyUnusableError(
            f"the signing key {found} is not in use according to issuer.yml ({', '.join(used) or 'no key is'})",
            place=Place(ISSUER_YML),
            hint=_unused_hint(config, keys),
        )
    return Keys(config, keys)


def _unused_hint(config: IssuerConfig, keys: Iterable[SigningKey]) -> str:
    """What to do with keys of which none is in use."""
    held = {key.public for key in keys}
    retired = [f"{window.key} is retired since log entry {window.until}" for window in config.keys if window.key in held]
    if not retired:
        return "use the key that issuer.yml names, or add this one to `keys` there in a pull request"
    used = any(window.until is None for window in config.keys)
    return f"{', '.join(retired)}: " + ("use the key in use" if used else "`issuer rotate` makes a new one")


def hint(environment: Mapping[str, str], repository: Path) -> str:
    """How to name the signing key of this repository; with its path, if it is where `issuer init` put it."""
    made = default_file(repository.resolve().name, environment)
    return f"export {ENVIRONMENT_FILE}={made}, the key that `issuer init` made" if made.is_file() else _HINT


def default_file(name: str, environment: Mapping[str, str]) -> Path:
    """Where secret keys go unless somebody says otherwise: ~/.config/issuer/<name>.key."""
    home = environment.get("XDG_CONFIG_HOME") or Path(environment.get("HOME", "~")).expanduser() / ".config"
    return Path(home) / "issuer" / f"{name}.key"


def prove(credential: dict[str, Any], key: SigningKey, did: str, created: str) -> dict[str, dict[str, Any]]:
    """Both proofs on an unsigned credential, by cryptosuite. created: dateTimeStamp with Z. Raises FormatError for undefined terms."""
    return {suite: prove_with(suite, credential, key, did, created) for suite in data_integrity.SUITES}


def prove_with(suite: str, document: dict[str, Any], key: SigningKey, did: str, created: str) -> dict[str, Any]:
    """One Data Integrity proof on a document."""
    proof = data_integrity.options(suite, f"{did}#{key.public}", created, document)
    return data_integrity.with_signature(proof, key.sign(data_integrity.hash_data(document, proof)))


def sign_checkpoint(point: checkpoint.Checkpoint, *keys: SigningKey) -> bytes:
    """The checkpoint as a signed note under the name of its origin, one signature line for each key in their order."""
    text = point.text()
    lines = [signed_note.signature_line(point.origin, multikey.decode_public(key.public), key.sign(text.encode())) for key in keys]
    return (text + "\n" + "".join(lines)).encode()


def secrets_in(text: str, origin: str) -> tuple[key_ring.Secret, ...]:
    """The secrets of a ring. origin: where the text is from, for the error. Raises KeyUnusableError."""
    try:
        return key_ring.parse(text)
    except FormatError as error:
        raise KeyUnusableError(f"{origin} does not hold a secret key: {error.message}", hint=_FORM) from None


def passphrase_from(environment: Mapping[str, str], ask: Ask | None) -> key_file.Passphrase:
    """Where the passphrase of a sealed file comes from: ISSUER_SIGNING_KEY_PASSPHRASE, else the person at the terminal."""

    def passphrase(name: str) -> str:
        if given := environment.get(ENVIRONMENT_PASSPHRASE):
            return given
        if ask is None:
            hint = f"set {ENVIRONMENT_PASSPHRASE}, or run the command at a terminal: it asks"
            raise KeyUnusableError("is sealed with a passphrase", place=Place(name), hint=hint)
        return ask(f"Passphrase of {name}")

    return passphrase


def _agent_keys(environment: Mapping[str, str], config: IssuerConfig) -> list[ssh_agent.AgentKey]:
    """The keys in the ssh-agent that issuer.yml names: an agent also holds keys for other things."""
    named = {window.key for window in config.keys}
    held = [key for key in ssh_agent.keys(environment) if key.public in named]
    if not held:
        hint = "add the key with ssh-add; `issuer keygen --ssh FILE.pub` prints its line for issuer.yml"
        raise KeyUnusableError("none of the keys in the ssh-agent is in issuer.yml", hint=hint)
    return held


def _refuse_wrong_label(config: IssuerConfig, public: str, labels: tuple[Use, ...], origin: str) -> None:
    window = next((window for window in config.keys if window.key == public), None)
    wrong = [label for label in labels if window is not None and label not in window.use]
    if window is not None and wrong:
        raise KeyUnusableError(
            f"{origin} labels the key {public} {' '.join(wrong)}, but issuer.yml uses it for {', '.join(window.use)}",
            place=Place(ISSUER_YML),
            hint="correct the label: what a key may sign is what issuer.yml says",
        )
