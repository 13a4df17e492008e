"""Findings as workflow commands of GitHub Actions, which shows them beside the lines of a pull request.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import chain, zip_longest

from issuer.review.grouping import Group, grouped
from issuer.review.markup import without_addresses
from issuer.review.positions import positions
from issuer.review.reviewing import Review
from issuer.roster.findings import Finding, Severity

SHOWN = 10
"""GitHub shows so many errors, so many warnings and so many notices of one step."""
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def render(review: Review) -> Iterator[str]:
    """The lines to print: errors, then warnings, at most SHOWN of each, of every code the first before the second of any. What is left
    out is counted in the last of them. Notes are left out. No e-mail address is in them."""
    groups = grouped(review.findings(), keep=SHOWN)
    for severity, command in _COMMANDS.items():
        yield from _commands(command, [group for group in groups if group.severity is severity], review)


def _commands(command: str, groups: list[Group], review: Review) -> Iterator[str]:
    total = sum(group.total for group in groups)
    first = [found for found in chain.from_iterable(zip_longest(*(group.kept for group in groups))) if found is not None]
    shown = first if total <= SHOWN else first[: SHOWN - 1]
    known = positions(review.parts, shown)
    yield from (_command(command, found, known.get(found)) for found in shown)
    if len(shown) < total:
        codes = ", ".join(f"{group.total:,} of {group.code}" for group in groups)
        yield f"::{command} title=And {total - len(shown):,} more::{_data(f'{codes}: issuer check lists them')}"


def _command(command: str, found: Finding, position: tuple[int, int] | None) -> str:
    """position: line and character of the cell, None if it has none in a text."""
    place = found.place
    properties = [("file", place.file)]
    if position is not None:
        properties += ("line", str(position[0])), ("col", str(position[1]))
    elif place.line is not None and place.sheet is None:
        properties.append(("line", str(place.line)))
    properties.append(("title", found.code.value))
    where = without_addresses(str(dataclasses.replace(place, file="", line=None if place.sheet is None else place.line)).lstrip("! "))
    where += ": " if where else ""
    hint = f"\n{found.hint}" if found.hint else ""
    message = where + without_addresses(found.message, about_mail=found.code.startswith("email-"))
    given = ",".join(f"{name}={_property(text)}" for name, text in properties)
    return f"::{command} {given}::{_data(message + without_addresses(hint))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
