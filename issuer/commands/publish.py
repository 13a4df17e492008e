"""issuer publish: records → drawings → site."""

from __future__ import annotations

import logging
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from issuer import durable, log
from issuer.commands.agreement import unsigned, verify_start
from issuer.commands.serve import LOCAL, serve
from issuer.commands.session import Result, Session, counted
from issuer.errors import ConfigError, IntegrityError, IssuerError, Place, StorageError, UsageError
from issuer.evidence import Site
from issuer.formats import timestamp
from issuer.verdict import Outcome
from issuer.verifying import everything

if TYPE_CHECKING:
    from issuer.commands.redrawing import Redrawn

SITE = "_site"
_SHOWN = 20
_EXPECTED = frozenset({"revoked", "suspended", "key-compromised", "list-stale", "expired", "not-yet-valid"})


@dataclass(frozen=True, slots=True)
class Published:
    """site: the folder; drawn: certificates drawn in this run; pages: certificate pages in the site; seconds: drawing, building."""

    site: Path
    drawn: int
    pages: int
    draw_seconds: float
    build_seconds: float


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="The folder to write. Default: _site in the repository.")
@click.option("--serve", "serving", is_flag=True, help="Then serve the site on this machine until Ctrl-C.")
@click.option("--verify-artwork", is_flag=True, help="Draw everything again and compare it with the site, byte by byte; write nothing.")
@click.pass_obj
def command(session: Session, out: Path | None, *, serving: bool, verify_artwork: bool) -> Result:
    """Draw the certificates and write the site.

    Everything comes from records/, templates and site/; no key is needed, and the same records give the same bytes. What was drawn
    before is not drawn again. The site is plain files: upload the folder anywhere, below the base_url of issuer.yml.

    --verify-artwork is for those who want to know that nobody touched the drawings: exit code 1 names those that differ, and why.
    """
    if verify_artwork:
        if out and not Site.is_at(out):
            raise UsageError("is no site of ours", place=Place(str(out)), hint="name the folder that `issuer publish` wrote")
        from issuer.commands.redrawing import redraw

        return _compared(session, redraw(session, (out or session.repository / SITE).resolve()))
    done = publish(session, out)
    first = f"{counted(done.pages, 'certificate page')} in {done.site} ({done.drawn} drawn now)"
    second = "Look at it: issuer publish --serve"
    if urlsplit(session.config.base_url).hostname not in LOCAL:
        second = f"Upload that folder to {session.config.base_url}/"
    data = {"site": str(done.site), "pages": done.pages, "drawn": done.drawn}
    warnings = unsigned(session)
    if serving:
        return Result((first, *warnings), data, afterwards=lambda: serve(done.site, session.config.base_url, session.steps))
    return Result((first, second, *warnings), data)


def _compared(session: Session, done: Redrawn) -> Result:
    where, count = session.shown(done.where), len(done.differing)
    if not count:
        lines: tuple[str, ...] = (f"{counted(done.count, 'drawing')} made again: every byte is as in {where}.",)
    else:
        shown = [f"{session.shown(one.path or Path(one.file))} {one.how}: of {one.name}" for one in done.differing[:_SHOWN]]
        more = [f"… and {count - _SHOWN:,} more; --json lists them all"] if count > _SHOWN else []
        last = f"{count:,} of {counted(done.count, 'drawing')} {'is' if count == 1 else 'are'} not as in {where}:"
        lines = (*shown, *more, last, *(f"  {reason}" for reason in done.reasons), f"hint: {done.hint}")
    differing = [{"id": one.id, "name": one.name, "file": one.file, "how": one.how} for one in done.differing]
    data = {"compared": done.count, "with": where, "differing": differing, "reasons": list(done.reasons), "hint": done.hint}
    return Result(lines, data, exit_code=1 if count else 0)


def publish(session: Session, out: Path | None = None) -> Published:
    """Draw what is missing and build the site beside the old one, which it then replaces. A second run waits for the first.
    Raises IssuerError."""
    repository = session.repository
    site = (out or repository / SITE).resolve()
    with durable.exclusive(repository):
        _refuse_valuable(site, repository)
        verify_start(session)
        started = time.perf_counter()
        drawn, pages = _draw(session)
        middle = time.perf_counter()
        with session.steps("Building the site"):
            _build(session, site)
    return Published(site, drawn, pages, middle - started, time.perf_counter() - middle)


def _draw(session: Session) -> tuple[int, int]:
    """Draw what is missing. Returns how many certificates that were, and how many there are."""
    from issuer.artwork import drawing  # late: what draws takes half a second to load, and --help needs none of it

    repository = session.repository
    there = drawing.kept(repository)
    keep = {drawing.key(record) for record, _ in drawing.jobs(repository)}
    if missing := sum(1 for _ in drawing.undrawn(repository, there)):
        with session.steps("Drawing certificates", missing) as advance:
            drawing.draw_missing(repository, drawing.undrawn(repository, there), advance)
    drawing.prune(repository, keep)
    return missing, len(keep)


def _build(session: Session, site: Path) -> None:
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort, MkDocsException

    settings = session.repository / "mkdocs.yml"
    if not settings.is_file():
        raise UsageError(
            "there is no mkdocs.yml", place=Place("mkdocs.yml"), hint="`issuer init` writes one; copy it from a new repository"
        )
    _fix_time(session)
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    fresh, old = site.with_name(f".{site.name}.new"), site.with_name(f".{site.name}.old")
    if old.exists() and not site.exists():
        old.rename(site)  # a run was killed between the two renames
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    try:
        config: Any = load_config(str(settings), site_dir=str(fresh), site_url=session.config.base_url + "/")
        build(config)
        if not Site.is_at(fresh):
            raise ConfigError("does not name the plugin `issuer`", place=Place("mkdocs.yml"), hint="add it: plugins: [issuer]")
        _verify(session, fresh)
        _replace(site, fresh, old)
    except (MkDocsException, Abort) as error:
        raise _ours(error) or IssuerError(
            f"the site was not built: {error}", place=Place("mkdocs.yml"), hint="the old site is as it was"
        ) from None
    except OSError as error:
        raise StorageError(
            f"the site was not written: {error.strerror or error}", place=Place(str(site)), hint="free some space and publish again"
        ) from None
    finally:
        for leftover in (fresh, old):
            shutil.rmtree(leftover, ignore_errors=True)


def _replace(site: Path, fresh: Path, old: Path) -> None:
    """Put fresh in the place of site; if that fails, site is as it was."""
    if site.exists():
        site.rename(old)
    try:
        fresh.rename(site)
    except OSError:
        if old.exists():
            old.rename(site)
        raise


def _ours(error: BaseException | None) -> IssuerError | None:
    """What the plugin raised, which MkDocs hides behind errors of its own."""
    while error is not None and not isinstance(error, IssuerError):
        error = error.__cause__ or error.__context__
    return error


def _verify(session: Session, fresh: Path) -> None:
    """Look at the new site as a stranger would, before it replaces the old one. What the issuer revoked, suspended or let expire may be in
    it, what a stolen key signed, a list that is out of date (the next refresh mends it), and what the clock of another machine signed a
    moment ahead of ours; anything else would tell people that good certificates are not valid."""
    for number, result in everything(Site(fresh), session.now):
        for check in result.checks:
            if check.outcome is not Outcome.PASS and check.code not in _EXPECTED:
                raise IntegrityError(
                    f"would not be valid: {check.message}",
                    place=Place(f"c/{number}/"),
                    hint="the old site is as it was; run `issuer issue`, or `issuer verify .` to see all of it",
                )


def _fix_time(session: Session) -> None:
    """MkDocs writes a date into sitemap.xml: that of the last log entry, so that the same records give the same bytes."""
    moment = timestamp.parse(log.load(session.repository, session.config).time or "2000-01-01T00:00:00Z")
    os.environ["SOURCE_DATE_EPOCH"] = str(int(moment.timestamp()))


def _refuse_valuable(site: Path, repository: Path) -> None:
    """The folder is replaced as a whole: refuse one that is not a site of ours."""
    if site == repository or repository.is_relative_to(site):
        raise UsageError("is the repository itself", place=Place(str(site)), hint="choose another folder with --out")
    if site.exists() and any(site.iterdir()) and not (site / "trust" / "keys.json").exists():
        raise UsageError("exists and is no site of ours; publishing would replace it", place=Place(str(site)), hint="choose another folder")
