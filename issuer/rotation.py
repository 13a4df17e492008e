"""Which keys end, which begin, and where their secrets go. Deciding touches no file; `issuer rotate` does in this order what is decided:

1. the key file holds the new secrets beside the old ones;
2. issuer.yml ends the old windows and begins the new ones;
3. status lists and log follow (issuer.commands.settling);
4. the old secrets move to a file of their own, for their owner to destroy.

A kill between two steps leaves a repository that can be used: after 1 the old keys are still in use and the new secrets wait to be taken,
after 2 both are at hand, after 3 only secrets are left to move. `pending` and `unfinished` say which of it is so. An old secret in the key
file alone does not: windows can be written by hand. So it counts only while the change of keys is the newest that the log knows; later
it moves with the next rotation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from issuer import key_file, key_ring
from issuer.config import USES, IssuerConfig, KeyWindow, Use
from issuer.errors import Place, StorageError
from issuer.key_file import KeyFile
from issuer.key_ring import Secret
from issuer.signing import SecretKey, generate, secrets_in


@dataclass(frozen=True, slots=True)
class Loss:
    """That keys are in other hands. first: the log entry from which on nothing that they signed counts; day: when it was found out."""

    first: int
    day: dt.date


@dataclass(frozen=True, slots=True)
class Rotation:
    """before, after: issuer.yml; secrets: those of the windows that after has more, in their order; loss: why the old ones end."""

    before: IssuerConfig
    after: IssuerConfig
    secrets: tuple[Secret, ...]
    loss: Loss | None = None

    @property
    def ended(self) -> tuple[KeyWindow, ...]:
        """The windows that end, as they are in after."""
        return tuple(new for old, new in zip(self.before.keys, self.after.keys, strict=False) if old != new)

    @property
    def begun(self) -> tuple[KeyWindow, ...]:
        """The windows that begin."""
        return self.after.keys[len(self.before.keys) :]


def plan(
    config: IssuerConfig, uses: Iterable[Use], size: int, *, apart: bool = False, loss: Loss | None = None, pending: Iterable[Secret] = ()
) -> Rotation:
    """End every key in use that is for one of uses, and begin one for each in its place: for the same uses, since a key has one window;
    with apart one for each use. A use without a key gets one. size: entries in the log. pending: secrets that an earlier run made."""
    chosen = tuple(uses)
    ending = [window for window in config.keys if window.until is None and set(chosen) & set(window.use)]
    groups: list[tuple[Use, ...]] = [window.use for window in ending]
    if apart:
        groups = [(use,) for group in groups for use in group]
    groups += [(use,) for use in chosen if config.key_for(use) is None]
    secrets = _secrets(groups, pending)
    begun = [
        KeyWindow.model_validate({"key": SecretKey(secret.seed).public, "from": _begin(config, group, size), "use": group})
        for group, secret in zip(groups, secrets, strict=True)
    ]
    kept = [_ended(window, size, loss) if window in ending else window for window in config.keys]
    return Rotation(config, config.model_copy(update={"keys": (*kept, *begun)}), secrets, loss)


def _secrets(groups: Iterable[tuple[Use, ...]], pending: Iterable[Secret]) -> tuple[Secret, ...]:
    spare = list(pending)
    chosen: list[Secret] = []
    for group in groups:
        found = next((secret for secret in spare if set(secret.labels or USES) == set(group)), None)
        if found is None:
            found = Secret(() if group == USES else group, generate()[1])
        spare = [secret for secret in spare if secret is not found]
        chosen.append(found)
    return tuple(chosen)


def _begin(config: IssuerConfig, group: tuple[Use, ...], size: int) -> int:
    """The next log entry, or where the last window for one of these uses ends if somebody wrote a later end."""
    return max([size, *(window.until for window in config.keys if window.until is not None and set(group) & set(window.use))])


def _ended(window: KeyWindow, size: int, loss: Loss | None) -> KeyWindow:
    until = max(window.from_, size if loss is None else loss.first)
    return window.model_copy(update={"until": until, "compromised": None if loss is None else loss.day})


def pending(file: KeyFile, config: IssuerConfig, logged: Iterable[str]) -> tuple[Secret, ...]:
    """The secrets in a key file that were never in use: neither issuer.yml nor the log knows of them. logged: Multikeys in the log's
    events. Raises KeyUnusableError."""
    known = {*(window.key for window in config.keys), *logged}
    return tuple(secret for secret in _in(file) if SecretKey(secret.seed).public not in known)


def retired(file: KeyFile, config: IssuerConfig) -> tuple[Secret, ...]:
    """The secrets in a key file whose window has ended. Raises KeyUnusableError."""
    ended = {window.key for window in config.keys if window.until is not None}
    return tuple(secret for secret in _in(file) if SecretKey(secret.seed).public in ended)


def unfinished(
    file: KeyFile, config: IssuerConfig, logged: Collection[str], newest: Collection[str], *, beside: bool = True
) -> tuple[KeyWindow, ...]:
    """The windows that an earlier run ended in issuer.yml without coming to its end: the log does not know of it yet, or knows of nothing
    newer; and this file has a secret that is in use in their place. logged: keys that the log says were retired; newest: those of them
    that its last entries say it of; beside: only windows whose own secret is still in the file as well. Raises KeyUnusableError."""
    held = {SecretKey(secret.seed).public for secret in _in(file)}
    taken = {use for window in config.keys if window.until is None and window.key in held for use in window.use}
    ended = [window for window in config.keys if window.until is not None and taken & set(window.use)]
    if beside:
        ended = [window for window in ended if window.key in held]
    late = tuple(window for window in ended if window.key not in logged)
    return late or tuple(window for window in ended if window.key in newest)


def add(file: KeyFile, secrets: Iterable[Secret], unwanted: Iterable[Secret], title: str) -> KeyFile:
    """Put secrets into a key file, behind those that it has, and take unwanted ones out. Raises StorageError."""
    there = _in(file)
    dropped = [secret for secret in unwanted if secret in there]
    text = key_ring.without(file.text, dropped, title) if dropped else file.text
    new = [secret for secret in secrets if secret not in there]
    return key_file.replace(file, key_ring.extended(text, new)) if new else file


def move_retired(file: KeyFile, config: IssuerConfig, day: dt.date) -> Path | None:
    """Move the retired secrets of a key file into a file beside it, NAME.retired-2026-11-21, sealed as it is. Returns its path, None if
    there are none to move, or no others beside them. Raises StorageError, KeyUnusableError."""
    old = retired(file, config)
    if not old or len(old) == len(_in(file)):
        return None
    path = _store_retired(file, key_ring.render(old, f"Retired on {day.isoformat()}: destroy this file"), day)
    key_file.replace(file, key_ring.without(file.text, old, f"Issuer signing keys of {config.name}"))
    return path


def _store_retired(file: KeyFile, text: str, day: dt.date) -> Path:
    """A run that was killed may have written the same file already."""
    for number in range(1, 100):
        path = file.path.with_name(f"{file.path.name}.retired-{day.isoformat()}" + (f"-{number}" if number > 1 else ""))
        if not path.exists():
            key_file.store(path, text, file.passphrase)
            return path
        if key_file.holds(path, text, file.passphrase):
            return path
    raise StorageError("has a hundred retired files of this day", place=Place(str(file.path)), hint="destroy them")


def _in(file: KeyFile) -> tuple[Secret, ...]:
    return secrets_in(file.text, str(file.path))
