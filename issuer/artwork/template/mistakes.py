"""What is wrong with a template, collected, so that one run names all of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from issuer.errors import TemplateError

_MOST = 100  # who has so many reads no more of them


class Mistakes:
    """The mistakes of one template. What has one is left out, and reading goes on behind it."""

    def __init__(self) -> None:
        self._found: list[TemplateError] = []

    def add(self, mistake: TemplateError) -> None:
        """Keep a mistake."""
        if len(self._found) < _MOST:
            self._found.append(mistake)

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Keep the TemplateError that ends what is done inside."""
        try:
            yield
        except TemplateError as mistake:
            self.add(mistake)

    def in_order(self) -> tuple[TemplateError, ...]:
        """All of them, as their lines follow one another; what is about the whole file comes last."""
        return tuple(sorted(self._found, key=lambda mistake: (mistake.place is None or mistake.place.line is None, _line(mistake))))


def _line(mistake: TemplateError) -> int:
    return (mistake.place and mistake.place.line) or 0
