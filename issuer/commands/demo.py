"""issuer demo: the whole line on sample data, on this machine, with the same functions as the commands."""

from __future__ import annotations

import csv
import dataclasses
import io
import resource
import shutil
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from issuer import credential, durable, git, records, signing
from issuer.commands import finding_lines
from issuer.commands.deciding import REVOKE, apply
from issuer.commands.init import Identity, create
from issuer.commands.issue import issue
from issuer.commands.planned import Checked, check
from issuer.commands.publish import publish
from issuer.commands.send import send
from issuer.commands.serve import serve
from issuer.commands.session import Result, Session
from issuer.config import SmtpServer
from issuer.errors import IssuerError, NetworkError, Place, UsageError
from issuer.evidence import Site
from issuer.mail.sink import Sink
from issuer.pages.portal import samples_folder
from issuer.verdict import Verdict, Verification
from issuer.verifying import everything

FOLDER = Path("build/demo")
COURSE, SUMMIT = "2026-05-python-101", "2026-06-world-summit"
ACADEMY = "Example Academy"
REASON = "Issued by mistake: the final project was another person's work"


@dataclass(slots=True)
class Stages:
    """What took how long. rows: stage, how many, seconds."""

    rows: list[tuple[str, int, float]] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str, count: int) -> Iterator[None]:
        """Time one stage that handles count certificates."""
        started = time.perf_counter()
        yield
        self.rows.append((name, count, time.perf_counter() - started))


@click.command()
@click.option("--rows", type=click.IntRange(1, 100_000), default=500, show_default=True, help="How many people are in the course's roster.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=FOLDER, show_default=True, help="The folder to make anew.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8420, show_default=True, help="Where the site is served, if that port is free."
)
@click.option("--serve-only", is_flag=True, help="Only serve the site of the last demo.")
@click.pass_obj
def command(session: Session, rows: int, out: Path, port: int, *, serve_only: bool) -> Result:
    """The whole line on sample data, on this machine.

    Makes an issuing repository with a key of its own, issues a course's certificates from a CSV and 30 speakers' from a spreadsheet,
    publishes, mails them to a mail server of its own, and verifies each as a stranger would. Then it revokes one and shows that it is
    refused. On a terminal it ends by serving the site.
    """
    if serve_only:
        there = dataclasses.replace(session, folder=out)
        site = (out / "_site").resolve()
        if not site.is_dir():
            raise UsageError("there is no demo site yet", place=Place(str(site)), hint="run `make demo` first")
        return Result(afterwards=lambda: serve(site, there.config.base_url, session.steps))
    demo, stages, revoked = run(session, rows, out, port)
    result = _summary(demo, stages, revoked, out)
    if session.interactive and result.exit_code == 0:
        site = (out / "_site").resolve()
        return dataclasses.replace(result, afterwards=lambda: serve(site, demo.config.base_url, session.steps))
    return result


def run(session: Session, rows: int, out: Path, port: int) -> tuple[Session, Stages, dict[str, Any]]:
    """check → issue → commit → publish → send → verify → revoke → publish → verify. Returns what the summary needs."""
    key_file = out.with_name(f"{out.name}.key")
    _clear(out, key_file)
    base_url = f"http://localhost:{_free_port(port)}"
    create(out, Identity(ACADEMY, "https://academy.example.org", base_url), key_file=key_file, example=False)
    (out / ".git/info/exclude").write_text("outbox/\n", "ascii")
    _copy_samples(out, rows)
    environment = {**session.environment, signing.ENVIRONMENT_FILE: str(key_file.resolve())}
    environment.pop(signing.ENVIRONMENT, None)
    demo = dataclasses.replace(session, folder=out, environment=environment)
    stages = Stages()
    checked = _check(demo, stages)
    total = sum(len(item.plan.rows) for item in checked)
    with stages.stage("issue (sign, log)", total):
        issue(demo, checked)
    git.commit(demo.repository, f"Issue {total} certificates", ["records"])
    _publish(demo, stages, total)
    _send(demo, stages, out)
    site = out / "_site"
    with stages.stage("verify as a stranger", total), session.steps("Verifying each certificate", total) as advance:
        verdicts = _verify(demo, site, advance)
    revoked = _revoke_one(demo, site)
    return demo, stages, {"total": total, "verdicts": verdicts, **revoked}


def _check(demo: Session, stages: Stages) -> list[Checked]:
    with stages.stage("check (read, plan)", 0):
        checked = check(demo, ())
    if any(item.plan.blocks for item in checked):
        findings = [finding for item in checked for finding in item.plan.findings if finding.blocks]
        raise IssuerError("the sample rosters have errors\n" + "\n".join(line.plain for line in finding_lines.render(findings)))
    name, _, seconds = stages.rows.pop()
    stages.rows.append((name, sum(len(item.plan.rows) for item in checked), seconds))
    return checked


def _publish(demo: Session, stages: Stages, total: int) -> None:
    done = publish(demo)
    stages.rows.append(("draw (SVG, PDF, PNG)", total, done.draw_seconds))
    stages.rows.append(("publish (pages)", total, done.build_seconds))


def _send(demo: Session, stages: Stages, out: Path) -> None:
    with Sink(out / "outbox") as sink, stages.stage("send (SMTP)", 0):
        done = send(demo, (), server=SmtpServer(host="127.0.0.1", port=sink.port, security="none"))
        count = sink.count
    if done.states["sent"] != count:
        raise IssuerError(f"{done.states['sent']} mails were sent, but {count} arrived")
    name, _, seconds = stages.rows.pop()
    stages.rows.append((name, count, seconds))
    git.commit(demo.repository, "Record deliveries", ["records"])


def _verify(demo: Session, site: Path, advance: Any) -> Counter[str]:
    verdicts: Counter[str] = Counter()
    for _, result in everything(Site(site), demo.now):
        verdicts[result.verdict.value] += 1
        advance(1)
    return verdicts


def _revoke_one(demo: Session, site: Path) -> dict[str, Any]:
    """Revoke the last certificate of the course, publish again, and look at it as a stranger would."""
    *_, last = records.current(demo.repository, COURSE)
    first = next(record for record in records.current(demo.repository, SUMMIT))
    apply(demo, REVOKE, (last.id,), REASON)
    git.commit(demo.repository, "Revoke a certificate", ["records"])
    publish(demo)
    after: Counter[str] = Counter()
    refusal: Verification | None = None
    for number, result in everything(Site(site), demo.now):
        after[result.verdict.value] += 1
        refusal = result if number == last.id else refusal
    if refusal is None:
        raise IssuerError(f"the certificate {last.id} is not in the site")
    return {
        "revoked": last.id,
        "revoked_name": credential.recipient(last.credential),
        "example": first.id,
        "after": after,
        "refusal": refusal,
    }


def _summary(demo: Session, stages: Stages, seen: dict[str, Any], out: Path) -> Result:
    table = Table("stage", "certificates", "seconds", "per second", box=None, pad_edge=False, header_style="bold")
    for column in table.columns[1:]:
        column.justify = "right"
    whole = sum(seconds for _, _, seconds in stages.rows)
    for name, count, seconds in [*stages.rows, ("together", seen["total"], whole)]:
        table.add_row(name, f"{count:,}", f"{seconds:.1f}", f"{count / seconds:,.0f}" if seconds else "")
    base = demo.config.base_url
    refusal: Verification = seen["refusal"]
    reason = refusal.reason.message if refusal.reason else ""
    good = (
        seen["verdicts"] == Counter({Verdict.VALID.value: seen["total"]})
        and refusal.verdict is Verdict.NOT_VALID
        and seen["after"] == Counter({Verdict.VALID.value: seen["total"] - 1, Verdict.NOT_VALID.value: 1})
    )
    lines = (
        "",
        table,
        "",
        f"Verified: {_counts(seen['verdicts'])}. Then {seen['revoked_name']}'s was revoked: {_counts(seen['after'])}.",
        f"  {seen['revoked']}: {refusal.verdict.value}. {reason}",
        f"Peak memory: {_peak_megabytes():.0f} MB in the largest process.",
        "",
        f"The repository   {out}   ({git.commits(demo.repository)} commits)",
        f"The site         {out / '_site'}",
        f"The mails        {out / 'outbox'}",
        "",
        "To open while the site is served (`make serve`):",
        f"  a certificate      {base}/c/{seen['example']}/",
        f"  the revoked one    {base}/c/{seen['revoked']}/",
        f"  the portal         {base}/",
    )
    data = {
        "certificates": seen["total"],
        "verified": dict(seen["verdicts"]),
        "after_revocation": dict(seen["after"]),
        "revoked": seen["revoked"],
        "example": seen["example"],
        "stages": [{"stage": name, "certificates": count, "seconds": round(seconds, 3)} for name, count, seconds in stages.rows],
        "site": str(out / "_site"),
        "base_url": base,
    }
    return Result(lines, data, exit_code=0 if good else 1)


def _counts(verdicts: Counter[str]) -> str:
    return ", ".join(f"{verdicts[verdict.value]} {verdict.value}" for verdict in Verdict if verdicts[verdict.value])


def _peak_megabytes() -> float:
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def _clear(out: Path, key_file: Path) -> None:
    """Remove the last demo, and nothing else."""
    if out.exists() and any(out.iterdir()) and not key_file.exists():
        raise UsageError("exists and is no demo of ours", place=Place(str(out)), hint="choose another folder with --out")
    shutil.rmtree(out, ignore_errors=True)
    key_file.unlink(missing_ok=True)


def _copy_samples(out: Path, rows: int) -> None:
    samples = samples_folder()
    for name in (COURSE, SUMMIT):
        shutil.copytree(samples / name, out / "records" / name, ignore=shutil.ignore_patterns("issued-*", "deliveries*"))
    roster = out / "records" / COURSE / "roster.csv"
    with roster.open(encoding="utf-8", newline="") as stream:
        header, *people = list(csv.reader(stream))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(_person(people, number) for number in range(rows))
    durable.write(roster, text.getvalue().encode())
    git.commit(out, "Add two batches", ["records"])


def _person(people: list[list[str]], number: int) -> list[str]:
    """Row number of the roster: the sample's people, then the same names at further addresses."""
    row, turn = people[number % len(people)], number // len(people)
    return [cell.replace("@", f"+{turn + 1}@", 1) if turn and "@" in cell else cell for cell in row]


def _free_port(wanted: int) -> int:
    """The wanted port of this machine, or the next one that is free: the site's address is part of what is signed."""
    for port in range(wanted, min(wanted + 100, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise NetworkError(f"no port from {wanted} on is free on this machine", hint="choose another with --port")
