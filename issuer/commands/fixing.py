"""What `issuer check --fix` does: cells of rosters are written as they would be signed. Not a command of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from issuer import batch, durable
from issuer.batch import Batch
from issuer.commands.session import Session, counted
from issuer.roster import fixing, mapping, writing
from issuer.roster.checking import Checker
from issuer.roster.writing import Edited

_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Fixed:
    """A roster that is written as it is signed, or that a person has to change."""

    batch: Batch
    edited: Edited

    @property
    def written(self) -> bool:
        """Whether the file was changed."""
        return self.edited.data is not None

    @property
    def diff(self) -> list[str]:
        """What changes, at most _SHOWN lines of it."""
        lines = self.edited.lines
        return [*lines[:_SHOWN], *([f"… and {len(lines) - _SHOWN:,} more lines; --json lists every change"] if len(lines) > _SHOWN else [])]

    @property
    def lines(self) -> list[str]:
        """The changes and what became of them."""
        count, file = counted(len(self.edited.changes), "cell"), self.batch.roster_path
        if self.written:
            return [*self.diff, f"Fixed {count} in {file}."]
        kind = self.batch.roster.suffix[1:].upper()
        return [*self.diff, f"{file}: {count} to change by hand: {kind} files are not edited."]

    def document(self) -> dict[str, Any]:
        """The same for a program."""
        changes = [
            {
                "line": change.line,
                "column": change.place.column,
                "cell": change.place.cell,
                "field": change.field,
                "old": change.old,
                "new": change.new,
            }
            for change in self.edited.changes
        ]
        return {"batch": self.batch.name, "roster": self.batch.roster_path, "written": self.written, "changes": changes}


def fix(session: Session, names: Iterable[str], *, ask: bool) -> list[Fixed]:
    """Write the rosters of these batches as they are signed; those in which nothing changes are left out. ask: whether a person at a
    terminal is asked first. Raises RosterError, StorageError."""
    found = [fixed for name in names if (fixed := _fixed(session, batch.load(session.repository, name))) is not None]
    wanted = [fixed for fixed in found if fixed.edited.data is not None]
    if wanted and ask and session.interactive:
        count = counted(sum(len(fixed.edited.changes) for fixed in wanted), "cell")
        diff = "\n".join(line for fixed in wanted for line in fixed.diff)
        session.confirm(f"{diff}\nWrite {count} of {', '.join(fixed.batch.roster_path for fixed in wanted)}?")
    for fixed in wanted:
        path = fixed.batch.roster
        durable.write(path, fixed.edited.data or b"", mode=path.stat().st_mode & 0o777)
    return found


def render(fixed: list[Fixed]) -> list[str]:
    """What was done, in lines."""
    return [line for item in fixed for line in item.lines] or ["No cell needs to be fixed."]


def _fixed(session: Session, loaded: Batch) -> Fixed | None:
    table = batch.table(loaded, most=session.config.limits.rows)
    columns = mapping.match(table, loaded.config, loaded.settings_path)
    if not columns.complete:
        return None
    changes = tuple(fixing.changes(table, Checker(table, columns, loaded.config, session.now, again=partial(batch.table, loaded))))
    if not changes:
        return None
    edited = writing.edit(loaded.roster, table, changes, loaded.config.encoding)
    return Fixed(loaded, edited) if edited.changes else None
