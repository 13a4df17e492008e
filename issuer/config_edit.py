"""issuer.yml changed as text, so that comments, order and style stay as its owner wrote them.

What a key window looks like when we write it:

      - key: z6Mk…
        from: 530
        use: [credentials]
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from issuer.config import ISSUER_YML, USES, IssuerConfig, KeyWindow, read_issuer
from issuer.errors import ConfigError, Place

_HINT = "write the windows by hand as the guide says (site/guide/keys.md), then run `issuer issue`"


@dataclass(frozen=True, slots=True)
class _Insertion:
    """Text to put in. at: before this character, 0-based."""

    at: int
    text: str


def members(window: KeyWindow) -> list[str]:
    """The settings of a window as YAML, one each, without what is the default."""
    lines = [f"key: {window.key}", f"from: {window.from_}"]
    if window.until is not None:
        lines.append(f"until: {window.until}")
    if window.use != USES:
        lines.append(f"use: [{', '.join(window.use)}]")
    if window.compromised is not None:
        lines.append(f"compromised: {window.compromised.isoformat()}")
    return lines


def block(windows: Iterable[KeyWindow], indent: str = "  ") -> str:
    """Windows as items of a YAML list, one line for each setting."""
    return "".join(f"{indent}- " + f"\n{indent}  ".join(members(window)) + "\n" for window in windows)


def with_keys(text: str, before: IssuerConfig, after: IssuerConfig) -> str:
    """The text of issuer.yml with the windows of after in place of those of before. before: what text says. after: the same, except that
    windows may have ended and further ones may follow. Raises ConfigError if text is written in a way that we cannot change."""
    try:
        changed = _changed(text, before, after)
        good = _read(changed) == after
    except (yaml.YAMLError, ConfigError, ValueError):
        good = False
    if not good:
        raise ConfigError("is written in a way that no program can change", place=Place(ISSUER_YML), hint=_HINT)
    return changed


def _changed(text: str, before: IssuerConfig, after: IssuerConfig) -> str:
    tree = yaml.compose(text, Loader=yaml.SafeLoader) or yaml.MappingNode("", [])
    keys = next(value for name, value in tree.value if name.value == "keys")
    insertions: list[_Insertion] = []
    for node, old, new in zip(keys.value, before.keys, after.keys, strict=False):
        added = [line for line in members(new) if line not in members(old)]
        if added:
            insertions.append(_end_window(text, node, added))
    insertions.append(_new_windows(text, keys, after.keys[len(before.keys) :]))
    line_end = "\r\n" if "\r\n" in text else "\n"
    for insertion in reversed(insertions):  # from the end of the text: what is before keeps its place
        text = text[: insertion.at] + insertion.text.replace("\n", line_end) + text[insertion.at :]
    return text


def _end_window(text: str, node: yaml.MappingNode, lines: list[str]) -> _Insertion:
    """Further settings of a window that is there."""
    if node.flow_style:
        return _Insertion(node.value[-1][1].end_mark.index, "".join(f", {line}" for line in lines))
    at = line_end(text, last(node).end_mark.index)
    return _Insertion(at, "".join(f"\n{' ' * node.start_mark.column}{line}" for line in lines))


def _new_windows(text: str, keys: yaml.SequenceNode, windows: tuple[KeyWindow, ...]) -> _Insertion:
    """Further windows behind the last."""
    if keys.flow_style:
        return _Insertion(keys.value[-1].end_mark.index, "".join(f", {{{', '.join(members(window))}}}" for window in windows))
    at = line_end(text, last(keys).end_mark.index)
    written = block(windows, " " * keys.start_mark.column)
    return _Insertion(at, "\n" + written.removesuffix("\n") if written else "")


def last(node: yaml.Node) -> yaml.Node:
    """The scalar or flow collection in which a node ends: the end of a block collection is behind the comments that follow it."""
    while isinstance(node, (yaml.MappingNode, yaml.SequenceNode)) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(node, yaml.MappingNode) else last
    return node


def line_end(text: str, index: int) -> int:
    """Where the line of a character ends, before its line end."""
    end = text.find("\n", index)
    end = len(text) if end < 0 else end
    return end - 1 if text[:end].endswith("\r") else end


def _read(text: str) -> IssuerConfig:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ISSUER_YML
        path.write_bytes(text.encode())
        return read_issuer(path, shown_as=ISSUER_YML)
