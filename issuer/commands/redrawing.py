"""Drawing everything anew, to see whether what is published is what the records say. Not a command of its own: `issuer publish
--verify-artwork` uses it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from issuer import durable
from issuer.artwork import drawing, tools
from issuer.artwork.compiling.store import Store
from issuer.artwork.drawing import Job
from issuer.commands.session import Session
from issuer.errors import FormatError
from issuer.evidence import Site
from issuer.formats import strict_json

_CHANGED = "somebody changed it, or it was drawn from something else"


@dataclass(frozen=True, slots=True)
class Redrawn:
    """count: files that were drawn and compared; where: with what; differing: paths of those that are not the same, each with "is missing"
    or "is different"; reasons: why that can be."""

    count: int
    where: str
    differing: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]


def redraw(session: Session, site: Path) -> Redrawn:
    """Draw every current certificate and compare it with the site, or with the cache if there is none. Nothing is written there, and
    nothing that was compiled before is used: who could change the drawings could change that too. Raises IssuerError."""
    repository = session.repository
    published = site if Site.is_at(site) else None
    total = sum(1 for _ in drawing.jobs(repository))
    count, differing = 0, []
    with session.steps("Drawing certificates again", total) as advance, tempfile.TemporaryDirectory(prefix="issuer-") as folder:
        compare = partial(_compare, repository, published, Store(Path(folder)))
        for drawn, found in drawing.spread_out(compare, drawing.jobs(repository)):
            count += sum(len(formats) for _, formats in drawn)
            differing += found
            advance(len(drawn))
    reasons = tuple(_reasons(published)) if differing else ()
    return Redrawn(count, drawing.FOLDER if published is None else site.name, tuple(differing), reasons)


def _compare(repository: Path, site: Path | None, fresh: Store, jobs: list[Job]) -> tuple[list[Job], list[tuple[str, str]]]:
    """The jobs, and what of theirs is not the same. Runs in worker processes."""
    return jobs, [difference for job in jobs for difference in _differences(repository, site, fresh, job)]


def _differences(repository: Path, site: Path | None, fresh: Store, job: Job) -> Iterator[tuple[str, str]]:
    kept, key = drawing.kept(repository), drawing.key(job[0])
    for form, data in drawing.make(repository, job, compiled=fresh).items():
        name = f"c/{job[0].id}/{drawing.FILES[form]}"
        path = site / name if site else kept.path(key, drawing.ending(form))
        there = durable.read(path) if path else None
        if there != data:
            yield name, "is missing" if there is None else "is different"


def _reasons(site: Path | None) -> Iterable[str]:
    """Why drawings may differ: what the site says that it was drawn with, where that is not what draws here."""
    here = tools.here()
    try:
        there: dict[str, Any] = strict_json.parse(durable.read(site / drawing.ABOUT) or b"{}") if site else here
    except FormatError:
        there = {}
    if not there:
        return [f"the site does not say what drew it ({drawing.ABOUT} is missing)"]
    if there == here:
        return [f"the same version, fonts and tools drew it: {_CHANGED}"]
    return _unlike(there, here)


def _unlike(there: dict[str, Any], here: dict[str, Any]) -> Iterator[str]:
    if there.get("tool") != here["tool"]:
        yield f"it was drawn by Issuer {there.get('tool')}; this is {here['tool']}"
    if there.get("fonts") != here["fonts"]:
        yield f"it was drawn with other fonts: the list has SHA-256 {there.get('fonts')}; here {here['fonts']}"
    versions, ours = there.get("tools", {}), here["tools"]
    for name in sorted({*versions, *ours}):
        if versions.get(name) != ours.get(name):
            yield f"it was drawn with {name} {versions.get(name, '(none)')}; here {ours.get(name, '(none)')}"
