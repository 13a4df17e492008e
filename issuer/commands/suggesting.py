"""issuer check --suggest: what batch.yml could say of the columns of its roster, and with --write, says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from issuer import batch, batch_edit, durable
from issuer.batch import Batch
from issuer.commands.session import Result, Session, counted
from issuer.roster import mapping, misplaced, suggesting
from issuer.roster.findings import Code
from issuer.roster.suggesting import Proposal, Suggestion


def suggest(session: Session, names: Iterable[str], *, write: bool, ask: bool) -> Result:
    """Show the lines for each batch, and write them. names: of batches that exist; ask: before anything is written, if a person is there.
    Raises RosterError, ConfigError."""
    found = [(loaded, _of(loaded)) for loaded in (batch.load(session.repository, name) for name in names)]
    lines = [line for loaded, made in found for line in _shown(loaded, made)]
    texts = {loaded.name: _text(loaded, made) for loaded, made in found if write}  # all of them before the first is written
    wanted = [loaded for loaded, _ in found if texts.get(loaded.name)]
    if wanted and session.interactive and ask:
        session.confirm("\n".join([*lines, f"Add these lines to {' and '.join(loaded.settings_path for loaded in wanted)}?"]))
    for loaded in wanted:
        durable.write(loaded.folder / "batch.yml", texts[loaded.name].encode())
    data = {"suggestions": [_json(loaded, made, written=loaded in wanted) for loaded, made in found]}
    if wanted:
        done = [f"wrote {_count(made)} to {loaded.settings_path}" for loaded, made in found if loaded in wanted]
        return Result((*lines, *done, "Next: look at batch.yml, then `issuer check`."), data)
    if write or all(made.is_empty for _, made in found):
        return Result((*lines, "Nothing was written: batch.yml says all this." if lines else "There is nothing to suggest."), data)
    return Result((*lines, "Nothing was written. `issuer check --suggest --write` adds these lines."), data)


def _of(loaded: Batch) -> Suggestion:
    table = batch.table(loaded)
    mapped = mapping.match(table, loaded.config, loaded.settings_path)
    if any(found.code is Code.COLUMN_MISSING for found in mapped.findings):
        elsewhere = misplaced.find(table, loaded.roster, loaded.config)
        if elsewhere is not None:  # what stands in the first line are no headers: nothing can be proposed for them
            return Suggestion(remarks=[f"{elsewhere.finding.place}: {elsewhere.finding.message}; {elsewhere.finding.hint}"])
    return suggesting.suggest(table, loaded.config, loaded.settings_path)


def _text(loaded: Batch, made: Suggestion) -> str:
    """The text of batch.yml with the lines; "" if it has them all."""
    if made.is_empty:
        return ""
    old = (loaded.folder / "batch.yml").read_bytes().decode()
    sure, opened = ([proposal.line for proposal in part] for part in (made.sure, made.open))
    new = batch_edit.with_columns(old, loaded.settings_path, sure, opened, preset=made.preset)
    return "" if new == old else new


def _shown(loaded: Batch, made: Suggestion) -> Iterator[str]:
    if not made.is_empty:
        yield f"{loaded.settings_path} could say:"
    if made.preset:
        yield f"  preset: {made.preset}"
    if made.sure or made.open:
        yield "  columns:" if made.sure else "  # columns:"
    width = max((len(proposal.line) for proposal in (*made.sure, *made.open)), default=0)
    for mark, proposals in (("    ", made.sure), ("    # ", made.open)):
        for proposal in proposals:
            yield f"{mark}{proposal.line}{' ' * (min(width, 60) - len(proposal.line) + 6 - len(mark))}   ({proposal.why})"
    if made.open:
        yield "  Take the # away from the lines that you want. What is not named stays out of the certificates."
    yield from made.remarks


def _count(made: Suggestion) -> str:
    settings = len(made.sure) + (made.preset is not None)
    parts = [counted(settings, "line")] * bool(settings) + [counted(len(made.open), "comment")] * bool(made.open)
    return " and ".join(parts)


def _json(loaded: Batch, made: Suggestion, *, written: bool) -> dict[str, Any]:
    def told(proposals: list[Proposal]) -> list[dict[str, str]]:
        return [{"field": proposal.field, "setting": proposal.setting, "why": proposal.why} for proposal in proposals]

    return {
        "batch": loaded.name,
        "preset": made.preset,
        "sure": told(made.sure),
        "open": told(made.open),
        "remarks": made.remarks,
        "written": written,
    }
