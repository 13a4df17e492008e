"""Secret keys as text: one or more, each with what it is for, in a key file or an environment variable.

    # Harbour School, made on 2026-11-21
    credentials z3u2…
    status      z3u2…
    log         z3u2…

Words are separated by white space. A secret key (z3u2…, Multikey) may have labels before it: credentials, status, log. What a key may
sign follows from issuer.yml; a label is a note for people, and one that contradicts issuer.yml is an error. A word that begins with #
begins a comment, to the end of its line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile

from issuer.config import USES, Use
from issuer.errors import FormatError
from issuer.formats import multikey

MAX_SECRETS = 64


@dataclass(frozen=True, slots=True)
class Secret:
    """One secret key of a ring. labels: what it is said to be for, empty if nothing is said; seed: 32 bytes, never shown."""

    labels: tuple[Use, ...]
    seed: bytes = field(repr=False)


def parse(text: str) -> tuple[Secret, ...]:
    """The secrets in text, in order, at least one and at most 64. The error names a line, never what stands there. Raises FormatError."""
    secrets: list[Secret] = []
    labels: list[Use] = []
    line = 0
    for line, word in _words(text):
        label = next((use for use in USES if use == word), None)
        if label is not None and label in labels:
            raise FormatError(f"line {line} has a label twice")
        if label is not None:
            labels.append(label)
            continue
        seed = _seed(word, line)
        if any(seed == secret.seed for secret in secrets):
            raise FormatError(f"line {line} has a key that was there before")
        secrets.append(Secret(tuple(labels), seed))
        labels = []
    if labels:
        raise FormatError(f"line {line} ends with a label and no key behind it")
    if not secrets:
        raise FormatError("there is no key in it")
    if len(secrets) > MAX_SECRETS:
        raise FormatError(f"there are more than {MAX_SECRETS} keys in it")
    return tuple(secrets)


def render(secrets: Iterable[Secret], title: str) -> str:
    """The text of a ring: a comment, and one line for each secret. title: one line."""
    return f"# {title}\n" + "".join(map(_line, secrets))


def extended(text: str, secrets: Iterable[Secret]) -> str:
    """The text of a ring with further secrets behind those that it has."""
    return text + ("" if text.endswith("\n") else "\n") + "".join(map(_line, secrets))


def without(text: str, unwanted: Iterable[Secret], title: str) -> str:
    """The text of a ring without these secrets; comments stay, unless several secrets share a line: then it is written anew, with title."""
    gone = {secret.seed for secret in unwanted}
    kept = tuple(secret for secret in parse(text) if secret.seed not in gone)
    words = {multikey.encode_secret(seed) for seed in gone}
    shorter = "".join(line for line in text.splitlines(keepends=True) if not words & set(line.split()))
    try:
        return shorter if parse(shorter) == kept else render(kept, title)
    except FormatError:
        return render(kept, title)


def _line(secret: Secret) -> str:
    return " ".join([*secret.labels, multikey.encode_secret(secret.seed)]) + "\n"


def _words(text: str) -> Iterator[tuple[int, str]]:
    """Every word outside comments, with its 1-based line."""
    for number, line in enumerate(text.split("\n"), start=1):
        for word in takewhile(lambda word: not word.startswith("#"), line.split()):
            yield number, word


def _seed(word: str, line: int) -> bytes:
    try:
        return multikey.decode_secret(word)
    except FormatError:
        raise FormatError(f"line {line} has a word that is neither a secret key nor credentials, status or log") from None
