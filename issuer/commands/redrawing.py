"""Drawing everything anew, to see whether what is published is what the records say. Not a command of its own: `issuer publish
--verify-artwork` uses it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from issuer import credential, durable
from issuer.artwork import drawing, tools
from issuer.artwork.compiling.store import Store
from issuer.artwork.drawing import Job
from issuer.commands.session import Session
from issuer.errors import FormatError
from issuer.evidence import Site
from issuer.formats import strict_json

MISSING, DIFFERENT = "is missing", "is different"
_CHANGED = "what is different was changed by somebody, or drawn from something else: the same version, fonts and tools drew the site"
_REMOVED = "what is missing was removed, or the site is older than the certificate or the `formats:` of its batch"
_UNDRAWN = "what is missing was never drawn here, or was removed"
_PUBLISH = "`issuer publish` writes the site with the right drawings; then upload it again"
_UPGRADED = "`issuer publish` draws everything with what is here; or compare with what drew the site"


@dataclass(frozen=True, slots=True)
class Difference:
    """A drawing that is not the same. id, name: whose certificate; file: below the site, c/<id>/certificate.svg; path: the file that was
    looked at, if there is one to look at; how: MISSING or DIFFERENT."""

    id: str
    name: str
    file: str
    path: Path | None
    how: str


@dataclass(frozen=True, slots=True)
class Redrawn:
    """count: files that were drawn and compared; where: the folder that they were compared with; differing: those that are not the same;
    reasons: why that can be; hint: what to do, or nothing."""

    count: int
    where: Path
    differing: tuple[Difference, ...]
    reasons: tuple[str, ...]
    hint: str


def redraw(session: Session, site: Path) -> Redrawn:
    """Draw every current certificate and compare it with the site, or with the cache if there is none. Nothing is written there, and
    nothing that was compiled before is used: who could change the drawings could change that too. Raises IssuerError."""
    repository = session.repository
    published = site if Site.is_at(site) else None
    total = sum(1 for _ in drawing.jobs(repository))
    count = 0
    differing: list[Difference] = []
    with session.steps("Drawing certificates again", total) as advance, tempfile.TemporaryDirectory(prefix="issuer-") as folder:
        compare = partial(_compare, repository, published, Store(Path(folder)))
        for drawn, found in drawing.spread_out(compare, drawing.jobs(repository)):
            count += sum(len(formats) for _, formats in drawn)
            differing += found
            advance(len(drawn))
    unlike = list(_unlike(published)) if differing else []
    reasons = unlike or _reasons(published, {difference.how for difference in differing})
    hint = (_UPGRADED if unlike else _PUBLISH) if differing else ""
    return Redrawn(count, published or repository / drawing.FOLDER, tuple(differing), tuple(reasons), hint)


def _compare(repository: Path, site: Path | None, fresh: Store, jobs: list[Job]) -> tuple[list[Job], list[Difference]]:
    """The jobs, and what of theirs is not the same. Runs in worker processes."""
    return jobs, [difference for job in jobs for difference in _differences(repository, site, fresh, job)]


def _differences(repository: Path, site: Path | None, fresh: Store, job: Job) -> Iterator[Difference]:
    record = job[0]
    kept, key, name = drawing.kept(repository), drawing.key(record), credential.recipient(record.credential)
    for form, data in drawing.make(repository, job, compiled=fresh).items():
        file = f"c/{record.id}/{drawing.FILES[form]}"
        path = site / file if site else kept.path(key, drawing.ending(form))
        there = durable.read(path) if path else None
        if there != data:
            yield Difference(record.id, name, file, path, MISSING if there is None else DIFFERENT)


def _reasons(site: Path | None, hows: set[str]) -> Iterator[str]:
    """Why drawings may be missing or different although the same tools drew them."""
    if DIFFERENT in hows:
        yield _CHANGED
    if MISSING in hows:
        yield _REMOVED if site else _UNDRAWN


def _unlike(site: Path | None) -> Iterator[str]:
    """What the site says that it was drawn with, where that is not what draws here."""
    here = tools.here()
    try:
        there: dict[str, Any] = strict_json.parse(durable.read(site / drawing.ABOUT) or b"{}") if site else here
    except FormatError:
        there = {}
    if not there:
        yield f"the site does not say what drew it ({drawing.ABOUT} is missing)"
        return
    if there.get("tool") != here["tool"]:
        yield f"it was drawn by Issuer {there.get('tool')}; this is {here['tool']}"
    if there.get("fonts") != here["fonts"]:
        yield f"it was drawn with other fonts: the list has SHA-256 {there.get('fonts')}; here {here['fonts']}"
    versions, ours = there.get("tools", {}), here["tools"]
    for name in sorted({*versions, *ours}):
        if versions.get(name) != ours.get(name):
            yield f"it was drawn with {name} {versions.get(name, '(none)')}; here {ours.get(name, '(none)')}"
