"""batch.yml changed as text, so that comments, order and style stay as its owner wrote them. Only lines are added, none is changed.

What is added where nothing was:

    preset: moodle
    columns:
      email: Address
      # score: Points
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import yaml

from issuer.batch_config import BatchConfig, read_batch
from issuer.config_edit import last, line_end
from issuer.errors import ConfigError, Place


def with_columns(text: str, settings: str, lines: Iterable[str], remarks: Iterable[str] = (), *, preset: str | None = None) -> str:
    """The text of batch.yml with further lines under `columns:`. settings: its path in messages; lines: `field: setting`; remarks: the
    same, put in as comments unless they are there; preset: a setting to add, None for none. Raises ConfigError if text is written in a
    way that we cannot change."""
    ends = "\r\n" if "\r\n" in text else "\n"
    there = {line.strip("# \r") for line in text.split("\n")}
    active, comments = list(lines), [line for line in remarks if line not in there]
    try:
        before = _read(text)
        changed = _changed(text, active, [f"# {line}" for line in comments], preset, ends)
        after = _read(changed)
        good = _only_added(before, after, [line.partition(":")[0] for line in active], preset)
    except (yaml.YAMLError, ConfigError, ValueError):
        good = False
    if not good:
        hint = "write the lines by hand, as `issuer check --suggest` shows them"
        raise ConfigError("is written in a way that no program can change", place=Place(settings), hint=hint)
    return changed


def _changed(text: str, lines: list[str], comments: list[str], preset: str | None, ends: str) -> str:
    tree = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(tree, yaml.MappingNode) or tree.flow_style:
        raise ValueError("no block of settings")
    columns = next((value for key, value in tree.value if key.value == "columns"), None)
    tail = [] if preset is None else [f"preset: {preset}"]
    if columns is None:
        head = ["columns:"] if lines else ["# columns:"] if comments else []
        tail += [*head, *(f"  {line}" for line in lines), *(f"  {line}" if lines else f"#   {line[2:]}" for line in comments)]
    else:
        text = _within(text, columns, lines, comments, ends)
    if tail:
        text += ("" if text.endswith("\n") else ends) + "".join(f"{line}{ends}" for line in tail)
    return text


def _within(text: str, columns: yaml.Node, lines: list[str], comments: list[str], ends: str) -> str:
    """Lines put behind the last of a mapping that is there."""
    if not isinstance(columns, yaml.MappingNode):
        raise TypeError("no mapping")  # pragma: no cover - read_batch refuses it before
    if not columns.flow_style:
        at, indent = line_end(text, last(columns).end_mark.index), " " * columns.start_mark.column
        return text[:at] + "".join(f"{ends}{indent}{line}" for line in [*lines, *comments]) + text[at:]
    close = columns.end_mark.index - 1
    behind = line_end(text, close)
    if comments:
        notes = ["# under columns, there could also be:", *(f"#   {line[2:]}" for line in comments)]
        text = text[:behind] + "".join(f"{ends}{line}" for line in notes) + text[behind:]
    inside = text[:close].rstrip()
    joint = "" if inside.endswith("{") else " " if inside.endswith(",") else ", "
    return inside + joint + ", ".join(lines) + text[close:] if lines else text


def _only_added(before: BatchConfig, after: BatchConfig, fields: list[str], preset: str | None) -> bool:
    expected = before.model_copy(update={"columns": after.columns, **({} if preset is None else {"preset": preset})})
    kept = {field: column for field, column in after.columns.items() if field in before.columns}
    return after == expected and kept == before.columns and [*before.columns, *fields] == [*after.columns]


def _read(text: str) -> BatchConfig:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "batch.yml"
        path.write_bytes(text.encode())
        return read_batch(path)
