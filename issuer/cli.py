"""The command line: the only module that writes to the terminal."""

from __future__ import annotations

import datetime as dt
import importlib
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import chdir, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import click

from issuer import __version__
from issuer.errors import FormatError, IssuerError, StorageError, UsageError

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
"""What moves the cursor, sets colours or turns the direction of a text: a file that somebody sent must not write its own verdict."""
_WORD = re.compile(r"[^ ]+")
_ENDLESS = 1 << 20

COMMANDS = {
    "init": "make an issuing repository",
    "keygen": "make a signing key",
    "rotate": "replace signing keys, also those that leaked",
    "template": "make and check certificate templates of your own",
    "roster": "begin a roster, and add people to one",
    "check": "show what issuing would do, and everything that is wrong",
    "preview": "draw drafts of a batch, without a key",
    "issue": "sign what is new, extend the log",
    "publish": "draw the certificates and write the site",
    "send": "mail each recipient the link",
    "verify": "check a certificate as a stranger would",
    "bake": "put a credential into a picture",
    "audit": "prove the whole repository: records, log, status, history",
    "revoke": "take certificates back, for good",
    "suspend": "hold certificates back for a while",
    "reinstate": "end a suspension",
    "refresh": "sign the status lists anew before they run out",
    "expiring": "certificates that end soon, and a batch that renews them",
    "report": "counts, times and deliveries of a batch",
    "demo": "the whole line on sample data, on this machine",
}


class _Commands(click.Group):
    """Loads a command's module only when it is called, so that --help answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"issuer.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-C", "folder", type=click.Path(exists=True, file_okay=False), metavar="FOLDER", help="Run as if started in FOLDER.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of text.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
@click.version_option(__version__, prog_name="issuer")
@click.pass_context
def group(context: click.Context, folder: str | None, *, as_json: bool, quiet: bool) -> None:
    """Issue certificates that anyone can check.

    The usual order: init, check, preview, issue, publish, send. Exit codes: 0 yes; 1 the answer is no; 2 called wrongly; 3 could not
    do it.
    """
    from issuer.commands.session import Session

    if folder is not None:
        context.with_resource(chdir(folder))
    here = Path() if folder is None else Path.cwd()
    interactive = sys.stdout.isatty() and sys.stdin.isatty() and not as_json
    context.obj = Session(
        folder=here,
        now=now(),
        environment=dict(os.environ),
        steps=_quiet_steps if quiet else _steps,
        interactive=interactive,
        confirm=_confirm,
        ask_secret=_ask_secret if interactive else None,
    )
    context.meta["issuer.json"] = as_json


def _confirm(question: str) -> None:
    click.confirm(_harmless(question), abort=True, err=True)


def _ask_secret(question: str) -> str:
    answer: str = click.prompt(question, hide_input=True, err=True)
    return answer


def main() -> None:
    """Entry point of the command `issuer`."""
    _open_streams()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code."""
    as_json = "--json" in arguments
    # --json is a global option, but people write it last: both work.
    ordered = (["--json"] if as_json else []) + [argument for argument in arguments if argument != "--json"]
    try:
        return _run(ordered, as_json=as_json)
    except click.exceptions.NoArgsIsHelpError as help_wanted:
        click.echo(help_wanted.ctx.get_help())
        return 2
    except click.ClickException as error:
        _report(UsageError(_plain(error), hint="`issuer --help` and `issuer COMMAND --help` say how"), as_json=as_json)
        return 2
    except IssuerError as error:
        _report(error, as_json=as_json)
        return error.exit_code
    except BrokenPipeError:
        _nobody_reads()
        return 0
    except OSError as error:
        _report(StorageError(f"{error.filename or 'a file'}: {error.strerror}", hint="check the disk and the permissions"), as_json=as_json)
        return 3
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        return 130


def _run(arguments: list[str], *, as_json: bool) -> int:
    result = group.main(args=arguments, prog_name="issuer", standalone_mode=False)
    try:
        code = _print(result, as_json=as_json)
    except BrokenPipeError:  # as with `issuer verify … | head -1`: the answer is what it is
        _nobody_reads()
        code = result.exit_code
    if afterwards := getattr(result, "afterwards", None):
        sys.stdout.flush()
        afterwards()
    return code


def now() -> dt.datetime:
    """The one clock. ISSUER_NOW (2026-05-30T08:00:00Z) fixes it, for rehearsals and tests."""
    from issuer.formats import timestamp

    fixed = os.environ.get("ISSUER_NOW")
    try:
        return timestamp.parse(fixed) if fixed else dt.datetime.now(dt.UTC).replace(microsecond=0)
    except FormatError as error:
        raise UsageError(f"ISSUER_NOW: {error.message}", hint="write it as 2026-05-30T08:00:00Z, or unset it") from None


def _print(result: Any, *, as_json: bool) -> int:
    if result is None or isinstance(result, int):  # --help and --version, which load no module of ours
        return int(result or 0)
    if as_json:
        _print_json(result.data)
    elif result.lines:
        _print_lines(result.lines)
    return int(result.exit_code)


def _print_json(data: dict[str, Any]) -> None:
    """One document; in a terminal of another encoding every other character is an escape, which reads as the same."""
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    pieces = json.JSONEncoder(ensure_ascii=not unicode, indent=2).iterencode(data)  # a long list is made while it is written
    while text := "".join(islice(pieces, 4096)):
        click.echo(text, nl=False)
    click.echo()


def _print_lines(lines: Iterable[Any]) -> None:
    """On a terminal lines are broken at spaces; in a file or a pipe a line is a line."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    class Terminal(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # Rich would end the program with exit code 1

    console = Terminal(highlight=False, soft_wrap=True, emoji=False, markup=False)
    width = console.width if console.is_terminal else _ENDLESS
    for line in lines:
        if isinstance(line, Table):
            *others, last = line.columns
            for column in others:
                column.no_wrap = True  # only the last may be broken, at spaces, if it is no number
            needed = console.measure(line, options=console.options.update(width=_ENDLESS))
            console.width = max(width, needed.maximum if last.justify == "right" else needed.minimum)
            console.print(line)
            continue
        whole = Text(line) if isinstance(line, str) else line
        whole.plain = _harmless(whole.plain)
        for text in whole.split("\n", allow_blank=True):
            for number, piece in enumerate(text.divide(_breaks(text.plain, width))):
                piece.rstrip()
                console.print(Text(_indent(text.plain)) + piece if number else piece)
    sys.stdout.flush()


def _report(error: IssuerError, *, as_json: bool = False) -> None:
    if as_json:
        _print_json({"error": error.message, "place": str(error.place or ""), "hint": error.hint})
    _say("error:", "red", str(error))
    if error.hint:
        _say("hint:", "cyan", error.hint)


def _say(label: str, colour: str, text: str) -> None:
    """Something for standard error."""
    whole = f"{label} {_harmless(text)}"
    columns = os.get_terminal_size(sys.stderr.fileno()).columns if sys.stderr.isatty() else 0
    for place in reversed(_breaks(whole, columns or _ENDLESS)):  # 0: also a terminal that does not say
        whole = f"{whole[:place].rstrip()}\n{_indent(whole)}{whole[place:]}"
    colours = False if os.environ.get("NO_COLOR") else None  # None: on a terminal
    click.echo(click.style(label, fg=colour, bold=True) + whole.removeprefix(label), err=True, color=colours)


def _breaks(line: str, width: int) -> list[int]:
    """Where a line is broken for a terminal of this width: before words only, so that paths and ids can be copied. What is broken off
    is indented by _indent. What stands indented is there to be copied as a whole, unless it is a hint."""
    if len(line) * 2 <= width or (line.startswith(" ") and not line.lstrip().startswith("hint:")):
        return []
    from rich.cells import cell_len

    found: list[int] = []
    start, indent = 0, 0
    for word in _WORD.finditer(line):
        if line[start : word.start()].strip() and indent + cell_len(line[start : word.end()]) > width:
            found.append(word.start())
            start, indent = word.start(), len(_indent(line))
    return found


def _indent(line: str) -> str:
    return " " * (len(line) - len(line.lstrip(" ")) + 2)


def _harmless(text: str) -> str:
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def _open_streams() -> None:
    """A stream that is closed (`issuer check >&-`) becomes /dev/null, so that no file of ours gets its number; what the terminal's
    encoding lacks is written as an escape."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "w" if number else "r"))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _nobody_reads() -> None:
    """Whoever read our output is gone: Python must not complain of it once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _plain(error: click.ClickException) -> str:
    text = error.format_message().rstrip(".")
    return text[:1].lower() + text[1:]


@contextmanager
def _quiet_steps(title: str, total: int | None = None) -> Iterator[Callable[[int], None]]:  # noqa: ARG001 - the signature of Steps
    yield lambda _count: None


@contextmanager
def _steps(title: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    if not sys.stderr.isatty():
        click.echo(f"{title}…" if total is None else f"{title} ({total})…", err=True)
        yield lambda _count: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = [SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(title, total=total)
        yield lambda count: progress.advance(task, count)
        if total is None:
            progress.update(task, total=1, completed=1)
