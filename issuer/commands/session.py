"""What a command is called with, and what it gives back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from issuer import config
from issuer.config import ISSUER_YML, IssuerConfig
from issuer.errors import UsageError

if TYPE_CHECKING:
    from issuer.signing import Keys


class Steps(Protocol):
    """Shows progress. `with steps("Signing", 500) as advance:` and then advance(1) for each."""

    def __call__(self, title: str, total: int | None = None) -> AbstractContextManager[Callable[[int], None]]: ...


@dataclass(frozen=True, slots=True)
class Result:
    """lines: what a person reads, strings or rich renderables, made while they are printed if there are many; data: the same for --json;
    exit_code: 0 yes, 1 the answer is no; afterwards: what goes on when all that is printed, such as serving a site."""

    lines: Iterable[Any] = ()
    data: dict[str, Any] = field(default_factory=dict)
    exit_code: int = 0
    afterwards: Callable[[], None] | None = None


def counted(number: int, noun: str) -> str:
    """1 credential, 2 credentials."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


@dataclass(frozen=True)
class Session:
    """One run: where, when, with which environment. folder: where it was started or -C; now: aware, fixed for the run;
    interactive: whether a person is at a terminal; confirm: asks yes or no there, and stops the command on no; ask_secret: asks for a
    passphrase without echo, None if nobody is there."""

    folder: Path
    now: dt.datetime
    environment: Mapping[str, str] = field(repr=False)
    steps: Steps
    interactive: bool = False
    confirm: Callable[[str], None] = field(default=lambda _question: None, repr=False)
    ask_secret: Callable[[str], str] | None = field(default=None, repr=False)

    @cached_property
    def repository(self) -> Path:
        """The issuing repository: the nearest folder upwards that holds issuer.yml. Raises UsageError."""
        start = self.folder.resolve()
        for candidate in (start, *start.parents):
            if (candidate / ISSUER_YML).is_file():
                return candidate
        raise UsageError(
            f"there is no issuer.yml in {start} or in a folder above",
            hint="go to your issuing repository, or make one with `issuer init FOLDER`",
        )

    def shown(self, path: Path) -> str:
        """A path as one would type it here."""
        here = self.folder.resolve()
        return str(path.relative_to(here) if path.is_relative_to(here) else path)

    @cached_property
    def config(self) -> IssuerConfig:
        """issuer.yml of the repository. Raises ConfigError."""
        return config.read_issuer(self.repository / ISSUER_YML, shown_as=ISSUER_YML)

    @cached_property
    def keys(self) -> Keys:
        """The signing keys that the environment names. Raises KeyUnusableError."""
        from issuer.signing import load_keys  # late: the libraries for signing take long to load, and most commands sign nothing

        return load_keys(self.environment, self.repository, self.config, ask=self.ask_secret)
