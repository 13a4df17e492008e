"""The checks of an audit, one after another."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from issuer import log
from issuer.audit import (
    bits,
    checkpoint,
    checkpoints,
    decided,
    entries,
    growth,
    lists,
    logged,
    past,
    people,
    rewriting,
    succession,
    templates,
    windows,
)
from issuer.audit.checks import Check, Checking, Outcome
from issuer.audit.material import Material
from issuer.audit.report import Report
from issuer.audit.scanning import Scan, scan_all
from issuer.config import IssuerConfig
from issuer.credential import did
from issuer.errors import IntegrityError, Place
from issuer.formats import timestamp

_ISSUED = re.compile(r"issued-([0-9]{4,})\.jsonl")


def audit(
    repository: Path,
    config: IssuerConfig,
    now: dt.datetime,
    *,
    jobs: int = 1,
    since: str | None = None,
    folder: Path = Path(),
    advance: Callable[[int], None] = lambda _records: None,
) -> Report:
    """Prove a whole issuing repository. now: aware, for the freshness of lists; jobs: processes at most; since: a revision of Git or a file
    with a saved checkpoint, relative to folder; advance: is told how many lines of records were read. Whatever is in the repository ends
    in a report. Raises UsageError for a since that is neither, IntegrityError for a link that leads out of records/, StorageError, and
    IssuerError if git cannot be run."""
    _refuse_traps(repository)
    whole, log_whole = Checking("records"), Checking("log")
    paths = record_files(repository, whole)
    stated = checkpoint.stated(repository)
    read = entries.read(repository, None if stated.point is None else stated.point.size, log_whole)
    history = past.read(repository)
    rewritten = rewriting.read(history)
    scans = list(_told(scan_all(repository, paths, did(config), jobs=jobs), advance))
    material = Material(repository, config, now, scans, read)
    standings = decided.standings(material)
    stated_check, is_stated = checkpoint.check(material, stated)
    checks = [
        *_scanned(whole, scans),
        windows.check_records(material, standings),
        logged.check(material),
        succession.check(material),
        templates.check(material),
        bits.check(material),
        log_whole.done(),
        stated_check,
        windows.check_log(material),
        *_status(material, standings, rewritten),
    ]
    report = Report(
        config,
        timestamp.serialise(now),
        tuple(checks),
        log.origin(config),
        read.size,
        read.tree.root().hex(),
        signed=Counter(key for record in material.records() for key in record.row.keys),
        decided=standings,
    )
    report = _with_history(report, material, history, rewritten, log_is_stated=is_stated)
    if since is None:
        return report
    return replace(report, checks=(*report.checks, checkpoints.check_since(material, history, since, folder, log_is_stated=is_stated)))


def _with_history(report: Report, material: Material, history: past.Past, rewritten: rewriting.Rewriting, *, log_is_stated: bool) -> Report:
    """The report with the checks of the Git history behind those of what lies on the disk. log_is_stated: whether the log is what its
    checkpoint states."""
    earlier_check, earlier = checkpoints.check_history(material, history, log_is_stated=log_is_stated)
    committers_check, committers = people.check_committers(history, None if material.config.audit is None else material.config.audit.ci)
    approvals_check, approvals = people.check_approvals(history)
    checks = (*report.checks, past.check(history), earlier_check, growth.check(history, rewritten), committers_check, approvals_check)
    wrong = {finding.place.file for check in checks for finding in check.findings if finding.place and finding.outcome is Outcome.FAIL}
    return replace(
        report,
        checks=(*checks, people.check_working_tree(history, wrong)),
        head=history.head if history.commits else None,
        checkpoints=earlier,
        committers=committers,
        approvals=approvals,
    )


def _told(scans: Iterable[Scan], advance: Callable[[int], None]) -> Iterator[Scan]:
    for scan in scans:
        advance(scan.lines)
        yield scan


def _refuse_traps(repository: Path) -> None:
    """A link could lead to a file of the auditor's, or to a device that never ends."""
    root = (repository / "records").resolve()
    for folder, folders, files in os.walk(repository / "records"):
        for name in (*folders, *files):
            path = Path(folder, name)
            trap = path.is_symlink() and not path.resolve().is_relative_to(root)
            if trap or not (path.is_file() or path.is_dir()):
                place = Place(path.relative_to(repository).as_posix())
                raise IntegrityError(
                    "is neither a file nor a folder of records/", place=place, hint="find out who put it there, and take it out"
                )


def record_files(repository: Path, whole: Checking) -> list[str]:
    """The files of records, batch by batch in name order. whole: the check of the records, which learns of a file that is missing."""
    found: dict[str, list[int]] = {}
    for path in (repository / "records").glob("*/issued-*.jsonl"):
        if match := _ISSUED.fullmatch(path.name):
            found.setdefault(path.parent.name, []).append(int(match[1]))
    paths: list[str] = []
    for batch, numbers in sorted(found.items()):
        for expected in sorted(set(range(1, max(numbers) + 1)) - set(numbers)):
            whole.add("file-missing", place=Place(_path(batch, expected)))
        paths.extend(_path(batch, number) for number in sorted(numbers))
    return paths


def _path(batch: str, number: int) -> str:
    return f"records/{batch}/issued-{number:04d}.jsonl"


def _scanned(whole: Checking, scans: list[Scan]) -> tuple[Check, Check]:
    """The two checks that are made line by line while the files are read."""
    proofs = Checking("proofs")
    for scan in scans:
        for mistake in scan.mistakes:
            check = whole if mistake.check == whole.name else proofs
            check.add(mistake.code, place=scan.place(mistake.line), **mistake.detail)
    count = sum(len(scan.rows) for scan in scans)
    whole.counts = {"records": count, "files": len(scans)}
    proofs.counts = {"records": count, "signatures": 2 * count}
    return whole.done(), proofs.done()


def _status(material: Material, standings: dict[str, decided.Standing], rewritten: rewriting.Rewriting) -> tuple[Check, ...]:
    """What was decided of certificates: in the log, in revocations.csv, in the lists and in the register."""
    revocations, decisions = decided.check(material, standings, rewritten.lost)
    expected = lists.happened(material, standings)
    status_lists, signed_lists = lists.check_lists(material, expected)
    register, signed_register = lists.check_register(material, expected, decisions)
    return revocations, status_lists, register, lists.check_freshness(material, [*signed_lists, *signed_register])
