"""Where a review goes besides the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from issuer import durable
from issuer.commands.session import Session
from issuer.review import Review
from issuer.review import markdown as markdown_text


def write(review: Review, *, markdown: str | None, page: Path | None, session: Session) -> None:
    """Write the files that were asked for. markdown: a path, "-" for none; page: where the HTML report goes, which its owner alone may
    read. Raises StorageError."""
    if markdown not in (None, "-"):
        durable.write(Path(markdown), markdown_text.render(review).encode())
    if page is not None:
        from issuer.pages.review import render  # late: what makes pages takes long to load

        durable.write(page, render(review, session.config, session.now), mode=0o600)


def markdown_lines(review: Review) -> Iterator[str]:
    """The Markdown as lines of the terminal."""
    yield from markdown_text.render(review).splitlines()
