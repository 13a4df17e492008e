"""The Unicode bidirectional algorithm, UAX #9: rules P2-P3, W1-W7, N0-N2, I1-I2, L1 and L2.

Explicit embeddings, overrides and isolates (rules X1-X8) are left out on purpose: rosters refuse these characters, and
`undrawable` reports them, so that nobody can turn a name around in a certificate. They are skipped here like BN (rule X9).
What must be isolated is a span of its own: see `itemising`.
python-bidi is the oracle of the tests; it returns text, and shaping needs levels.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from issuer.artwork.text.characters import CLOSING

CONTROLS = frozenset("LRE RLE LRO RLO PDF LRI RLI FSI PDI".split())
_MATTERS = CONTROLS | {"R", "AL", "AN"}
_FIRST = "\u0590"  # no character before this one matters
_SKIPPED = CONTROLS | {"BN"}
_NEUTRAL = frozenset("B S WS ON".split())
_CLOSING = frozenset(CLOSING.values())
_DEEPEST = 63  # BD16 gives up beyond this many open brackets


def matters(text: str) -> bool:
    """Whether a text has characters that may run from right to left."""
    return max(text, default="") >= _FIRST and any(unicodedata.bidirectional(character) in _MATTERS for character in text)


def base_level(text: str) -> int:
    """The level of the paragraph, P2 and P3: 1 if its first strong character is Hebrew, Arabic or the like, else 0."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("L", "R", "AL"):
            return 0 if kind == "L" else 1
    return 0


def levels(text: str, base: int) -> list[int]:
    """The resolved level of every character. base: 0 left to right, 1 right to left. Even levels run to the right, odd ones to the left."""
    original = [unicodedata.bidirectional(character) or "L" for character in text]
    kept = [index for index, kind in enumerate(original) if kind not in _SKIPPED]
    kinds = [original[index] for index in kept]
    edge = "R" if base else "L"
    _resolve_weak(kinds, edge)
    _resolve_brackets(kinds, [text[index] for index in kept], [original[index] for index in kept], edge)
    _resolve_neutral(kinds, edge)
    resolved = [base] * len(text)
    for index, kind in zip(kept, kinds, strict=True):
        resolved[index] = base + _implicit(kind, base)
    _follow_neighbours(resolved, original)
    _reset_whitespace(resolved, original, base)
    return resolved


def visual_order(run_levels: Sequence[int]) -> list[int]:
    """Rule L2: the indexes of the items in the order in which they are drawn from left to right."""
    order = list(range(len(run_levels)))
    if not order:
        return order
    lowest_odd = min((level for level in run_levels if level % 2), default=max(run_levels) + 1)
    for level in range(max(run_levels), lowest_odd - 1, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and run_levels[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = max(end, start + 1)
    return order


def _resolve_weak(kinds: list[str], edge: str) -> None:
    before = edge
    for index, kind in enumerate(kinds):  # W1
        if kind == "NSM":
            kinds[index] = before
        before = kinds[index]
    strong = edge
    for index, kind in enumerate(kinds):  # W2
        if kind in ("L", "R", "AL"):
            strong = kind
        elif kind == "EN" and strong == "AL":
            kinds[index] = "AN"
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]  # W3
    _resolve_separators(kinds, edge)
    strong = edge
    for index, kind in enumerate(kinds):  # W7
        if kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[index] = "L"


def _resolve_separators(kinds: list[str], edge: str) -> None:
    for index in range(1, len(kinds) - 1):  # W4
        left, kind, right = kinds[index - 1 : index + 2]
        if left == right and ((kind in ("ES", "CS") and left == "EN") or (kind == "CS" and left == "AN")):
            kinds[index] = left
    for start, end in _runs(kinds, frozenset({"ET"})):  # W5
        if "EN" in (kinds[start - 1] if start else edge, kinds[end] if end < len(kinds) else edge):
            kinds[start:end] = ["EN"] * (end - start)
    kinds[:] = ["ON" if kind in ("ET", "ES", "CS") else kind for kind in kinds]  # W6


def _direction(kind: str) -> str:
    """Numbers count as R when neutrals are resolved (N0 and N1)."""
    return "R" if kind in ("EN", "AN", "R") else kind


def _pairs(characters: list[str], kinds: list[str]) -> list[tuple[int, int]]:
    """Bracket pairs, BD16, sorted by the opening one."""
    stack: list[tuple[str, int]] = []
    found = []
    for index, character in enumerate(characters):
        if kinds[index] != "ON":
            continue
        if character in CLOSING:
            if len(stack) == _DEEPEST:
                return []
            stack.append((CLOSING[character], index))
        elif character in _CLOSING:
            for depth in range(len(stack) - 1, -1, -1):
                if stack[depth][0] == character:
                    found.append((stack[depth][1], index))
                    del stack[depth:]
                    break
    return sorted(found)


def _resolve_brackets(kinds: list[str], characters: list[str], original: list[str], edge: str) -> None:
    """Rule N0: a pair of brackets takes one direction."""
    for opening, closing in _pairs(characters, kinds):
        inside = {_direction(kind) for kind in kinds[opening + 1 : closing]} & {"L", "R"}
        if not inside:
            continue
        chosen = edge
        if edge not in inside:
            before = next((way for kind in reversed(kinds[:opening]) if (way := _direction(kind)) in ("L", "R")), edge)
            chosen = before if before != edge else edge
        for index in (opening, closing):
            kinds[index] = chosen
            mark = index + 1
            while mark < len(kinds) and original[mark] == "NSM":
                kinds[mark] = chosen
                mark += 1


def _resolve_neutral(kinds: list[str], edge: str) -> None:
    for start, end in _runs(kinds, _NEUTRAL):  # N1, N2
        left = _direction(kinds[start - 1]) if start else edge
        right = _direction(kinds[end]) if end < len(kinds) else edge
        kinds[start:end] = [left if left == right else edge] * (end - start)


def _implicit(kind: str, base: int) -> int:
    """What rules I1 and I2 add to the level."""
    if base % 2:
        return 0 if kind == "R" else 1
    return {"R": 1, "AN": 2, "EN": 2}.get(kind, 0)


def _runs(kinds: list[str], wanted: frozenset[str]) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(kinds):
        end = start
        while end < len(kinds) and kinds[end] in wanted:
            end += 1
        if end > start:
            yield start, end
        start = end + 1


def _follow_neighbours(resolved: list[int], original: list[str]) -> None:
    """Skipped characters take the level of what stands before them, so that they split no run."""
    for index in range(1, len(resolved)):
        if original[index] in _SKIPPED:
            resolved[index] = resolved[index - 1]


def _reset_whitespace(resolved: list[int], original: list[str], base: int) -> None:
    """Rule L1: separators, and white space before them or at the end, have the level of the paragraph."""
    trailing = True
    for index in range(len(resolved) - 1, -1, -1):
        kind = original[index]
        if kind in ("B", "S"):
            trailing = True
        elif kind not in _SKIPPED and kind != "WS":
            trailing = False
        if trailing:
            resolved[index] = base
