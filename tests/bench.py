"""`make bench`: certificates per second for each stage and in total, beside the naive way, measured in the same run.

Timings depend on the machine and decide no test; the ratios hold better. BENCH_ROWS sets how many certificates (default 500);
BENCH_PARTS names what to measure: `pipeline` for the stages below, any other word for tests/bench_<word>.py (default: all).
"""

from __future__ import annotations

import importlib
import io
import logging
import os
import resource
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config
from rich.console import Console
from rich.table import Table

from issuer import cli, credential, records
from issuer.config import read_issuer
from issuer.evidence import Repository
from issuer.formats import timestamp
from issuer.mail.sink import Sink
from issuer.pages.certificate import environment
from issuer.pages.writing import write_site
from issuer.verdict import Verdict
from issuer.verification import Evidence, verify
from tests.measuring import Row, measure, rate
from tests.school import School, found

ROWS = int(os.environ.get("BENCH_ROWS", "500"))


def main() -> None:
    """Measure and print."""
    logging.getLogger("mkdocs").setLevel(logging.ERROR)
    console = Console(file=sys.stdout, width=120)
    found_parts = ["pipeline", *sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))]
    for part in os.environ.get("BENCH_PARTS", " ".join(found_parts)).split():
        if part == "pipeline":
            show(console, "Stages of a run", rows())
            show_memory(console)
        else:
            module = importlib.import_module(f"tests.bench_{part}")
            show(console, (module.__doc__ or part).partition("\n")[0], module.rows())


def rows() -> list[Row]:
    """The stages of a run, in their order."""
    with tempfile.TemporaryDirectory() as place:
        school = found(Path(place))
        school.people(ROWS)
        measured = [
            measure("check: read, plan, glyphs", ROWS, lambda: school.issuer("--quiet", "check")),
            measure("issue: both proofs, records, log", ROWS, lambda: school.issuer("--quiet", "issue")),
        ]
        sample = next(iter(records.read(school.root)))
        measured.append(measure("publish: SVG, PDF, PNG and pages, all cores", ROWS, lambda: school.issuer("--quiet", "publish")))
        measured.append(measure("pages: publish again, all drawn", ROWS, lambda: school.issuer("--quiet", "publish")))
        naive_pages = markdown(Path(place), sample)
        site = Path(place) / "pages"
        measured.append(measure("· pages and data files", ROWS, lambda: write_site(school.root, site, environment()), naive_pages))
        with Sink(Path(place) / "outbox") as sink:
            port = f"127.0.0.1:{sink.port}"
            measured.append(measure("send: SMTP to this machine", ROWS, lambda: school.issuer("--quiet", "send", "--smtp", port)))
        measured.append(measure("verify: all seven checks, one core", ROWS, lambda: verify_all(school)))
    whole = sum(row.seconds for row in measured if not row.stage.startswith(("·", "pages")))
    return [*measured, Row("together", ROWS, whole)]


def markdown(place: Path, record: records.Record) -> float:
    """Pages per second when every certificate is a Markdown page of MkDocs, in its own theme's navigation."""
    docs = place / "naive" / "docs"
    docs.mkdir(parents=True)
    shown = credential.fields(record.credential)
    for number in range(ROWS):
        (docs / f"c{number}.md").write_text(
            f"# {shown['name']}\n\n" + "\n".join(f"* {key}: {text}" for key, text in shown.items()), "utf-8"
        )
    (docs / "index.md").write_text("# Certificates\n", "utf-8")
    (place / "naive" / "mkdocs.yml").write_text("site_name: naive\ntheme: mkdocs\nplugins: []\n", "utf-8")
    with quietly():
        return rate(ROWS, lambda: build(load_config(str(place / "naive" / "mkdocs.yml"))))


def verify_all(school: School) -> None:
    """Every certificate, as `issuer verify .` does."""
    source = Repository(school.root, read_issuer(school.root / "issuer.yml"))
    about, expected, now = source.about_issuer(), source.expected(), timestamp.parse(cli_now())
    for number, record, proof in source.everything():
        evidence = Evidence(record, now, about, proof=proof, expected=expected, wanted=number)
        assert verify(evidence).verdict is Verdict.VALID


def cli_now() -> str:
    """The time of the command line's clock."""
    return timestamp.serialise(cli.now())


@contextmanager
def quietly() -> Iterator[None]:
    """Nothing on the terminal."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        yield


def show(console: Console, title: str, measured: list[Row]) -> None:
    """One table. A row without a count of its own says only how fast the other way is."""
    table = Table("stage", "items", "seconds", "per second", "other way", "ratio", "", title=title, box=None, header_style="bold")
    for column in table.columns[1:6]:
        column.justify = "right"
    for row in measured:
        ours = f"{row.per_second:,.0f}" if row.seconds else ""
        other = f"{row.naive:,.0f}" if row.naive else ""
        ratio = f"{row.per_second / row.naive:,.1f}×" if row.naive and row.seconds else ""
        table.add_row(row.stage, f"{row.count:,}", f"{row.seconds:.2f}", ours, other, ratio, row.beside)
    console.print(table)


def show_memory(console: Console) -> None:
    """What the stages needed, and what they are compared with."""
    own, children = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    console.print(f"Peak memory: {own:.0f} MB in this process, {children:.0f} MB in the largest of {os.cpu_count()} drawing processes.")
    console.print("The other way: a MkDocs page in Markdown for each certificate.\n")


if __name__ == "__main__":
    main()
