"""data-if: an element is left out unless its conditions hold. A condition is the name of a field, which must have a value; with "!" before
it, which must have none."""

from __future__ import annotations

from collections.abc import Callable, Iterable


def hold(conditions: Iterable[str], has: Callable[[str], object]) -> bool:
    """Whether all of them hold. has: whether a field has a value."""
    return all(bool(has(condition.removeprefix("!"))) != condition.startswith("!") for condition in conditions)


def names(conditions: Iterable[str]) -> frozenset[str]:
    """The fields that they are about."""
    return frozenset(condition.removeprefix("!") for condition in conditions)
