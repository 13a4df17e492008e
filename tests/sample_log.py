"""Logs of invented entries that the tests of the log share."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from issuer import log
from issuer.config import IssuerConfig
from issuer.signing import Keys
from tests.credentials import KEY, NOW, OTHER, config

CONFIG = config()
KEYS = Keys(CONFIG, [KEY])


def digest(number: int) -> str:
    """The SHA-256 of a record that does not exist, hex."""
    return hashlib.sha256(str(number).encode()).hexdigest()


def issued(numbers: Iterable[int]) -> list[bytes]:
    """The entries that issued the records of these numbers."""
    return [log.entry("issued", NOW, record=digest(number)) for number in numbers]


def filled(repository: Path, count: int) -> log.Log:
    """A log of so many entries."""
    log.start(repository, CONFIG, KEYS)
    assert log.append(repository, CONFIG, KEYS, issued(range(count))) == count
    return log.load(repository, CONFIG)


def two(until: int = 3, **old: object) -> IssuerConfig:
    """issuer.yml after a rotation from KEY to OTHER."""
    windows = [{"key": KEY.public, "from": 0, "until": until, **old}, {"key": OTHER.public, "from": until}]
    return IssuerConfig.model_validate({**CONFIG.model_dump(by_alias=True), "keys": windows})
