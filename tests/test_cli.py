"""The command line around the commands: streams, exit codes, and one document on standard output."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import shlex
import struct
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path

import pytest
from rich.cells import cell_len

from issuer import cli
from issuer.formats import jcs, strict_json
from tests.school import School, found


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    school = found(tmp_path_factory.mktemp("a school"))
    school.people(2)
    school.issuer("--quiet", "issue")
    return school


def shell(school: School, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line of bash in the repository, where `issuer` is this one."""
    command = f'issuer() {{ "{sys.executable}" -c "import sys; from issuer.cli import main; main()" "$@"; }}; {script}'
    return subprocess.run(
        ["/bin/bash", "-c", command],
        cwd=school.root,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--json", "nonsense"), 2),
        (("check", "--bogus", "--json"), 2),
        (("--json",), 2),
        (("--json", "verify"), 2),
        (("--json", "check", "no-batch"), 2),
        (("--json", "-C", "/nowhere", "check"), 2),
    ],
)
def test_json_is_one_document_also_for_an_error(school: School, arguments: tuple[str, ...], code: int) -> None:
    output, error = school.outputs(*arguments, code=code)
    assert set(json.loads(output)) == {"error", "place", "hint"}
    assert error.startswith("error: ")


def test_a_clock_that_cannot_be_read_is_a_mistake_of_the_call(school: School) -> None:
    assert "ISSUER_NOW" in school.issuer("check", code=2, now="rubbish")


def test_the_exit_code_is_the_answer_though_nobody_reads(school: School) -> None:
    number = school.json("verify", ".")["results"][0]["target"]
    good = shell(school, f"issuer verify {number} | true; exit ${{PIPESTATUS[0]}}")
    assert (good.returncode, good.stderr) == (0, "")
    bad = shell(school, "issuer verify issuer.yml | true; exit ${PIPESTATUS[0]}")
    assert (bad.returncode, bad.stderr) == (1, "")
    assert shell(school, "issuer --json verify issuer.yml | true; exit ${PIPESTATUS[0]}").returncode == 1


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_do_no_harm(school: School, closed: str) -> None:
    done = shell(school, f"issuer --quiet verify . {closed}")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_of_another_encoding_gets_escapes(school: School, encoding: str) -> None:
    number = school.json("verify", ".")["results"][0]["target"]
    done = shell(school, f"issuer verify {number}", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    school.roster("Zoë 𓀀,ada@example.org,Morning")
    said = shell(school, "issuer --quiet --json check", PYTHONIOENCODING=encoding).stdout
    school.people(2)
    assert any("𓀀" in finding["message"] for finding in json.loads(said)["batches"][0]["findings"])


@pytest.mark.parametrize("columns", [40, 71, 200])
def test_lines_on_a_terminal_end_at_words(school: School, columns: int) -> None:
    name = "Wolfeschlegelsteinhausenbergerdorff " * 3
    school.roster(f"{name},ada@example.org,Morning", f"渡辺 千尋 {name},no-address,Morning")
    piped, shown = school.outputs("--quiet", "check", code=1)[0], "\n".join(on_a_terminal(school.root, "check", columns=columns))
    school.people(2)
    said = [line for line in piped.splitlines() if line.lstrip().startswith(("error:", "hint:", "warning:"))]
    assert max(map(len, said)) > 120, "whole, where a program reads"
    for line in said:
        assert line.split() in [part.split() for part in re.split(r"\n(?= *(?:error|hint|warning):|\S)", shown)], shown
    longest = max(len(word) for line in said for word in line.split())
    sentences = [line for line in shown.splitlines() if "  " not in line.strip()]  # and not the table
    assert max(map(cell_len, sentences)) <= max(columns, longest + 6)


def test_an_error_on_a_terminal_ends_at_words_too(school: School) -> None:
    shown = on_a_terminal(school.root, "preview", "no-such-batch", columns=28)
    assert shown == ["error: there is no batch", "  'no-such-batch'", "hint: batches:", "  2026-01-first-batch"]


def test_what_is_there_to_be_copied_stays_whole(school: School) -> None:
    key = str(school.root.parent / "keys" / "wide.key")
    given = ["--name", "A", "--url", "https://a.example.org", "--base-url", "http://localhost:8420", "--key", key]
    shown = on_a_terminal(school.root, "init", "../wide", *given, columns=40)
    assert f"  export ISSUER_SIGNING_KEY_FILE={shlex.quote(key)}" in shown


def test_a_file_cannot_write_its_own_verdict(school: School, tmp_path: Path) -> None:
    line = (school.batch / "issued-0001.jsonl").read_bytes().splitlines()[0]
    record = strict_json.parse(line, max_bytes=len(line))
    credential = {**record["credential"], "proof": record["proofs"]["eddsa-jcs-2022"]}
    credential["credentialSubject"]["identifier"][0]["identityHash"] = "Mallory\x1b[2J\x1b[1;32mvalid\x1b[8m"
    file = tmp_path / "record.json"
    file.write_bytes(jcs.canonical(credential))
    said = school.issuer("verify", str(file), code=1)
    assert "\x1b" not in said
    assert "Mallory\N{REPLACEMENT CHARACTER}[2J" in said


def test_folder_is_where_every_path_begins(school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    there = school.root.parent
    elsewhere = School(tmp_path, school.key_file)
    assert elsewhere.json("-C", str(there), "verify", "school")["verdicts"]["valid"] == 2
    assert "there is no issuer.yml" in elsewhere.issuer("-C", str(there), "check", code=2)
    assert Path.cwd() == tmp_path


def test_no_color_is_honoured(school: School) -> None:
    script = "script -qec 'issuer_ nonsense' /dev/null"
    command = f'"{sys.executable}" -c "import sys; from issuer.cli import main; main()"'
    for setting, coloured in (("", True), ("1", False)):
        said = shell(school, script.replace("issuer_", command), NO_COLOR=setting, TERM="xterm").stdout
        assert "no such command" in said
        assert ("\x1b[" in said) is coloured


def test_a_dry_run_prints_letters_line_by_line(school: School) -> None:
    said = school.issuer("--quiet", "send", "--dry-run")
    assert "2 mails due" in said
    assert "\r" not in said
    assert "\N{REPLACEMENT CHARACTER}" not in said


def on_a_terminal(folder: Path, *arguments: str, columns: int = 80) -> list[str]:
    """The lines that `issuer` writes on a real terminal of this width, without colours."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, "-c", "from issuer.cli import main; main()", "--quiet", *arguments]
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    with subprocess.Popen(command, cwd=folder, stdin=its, stdout=its, stderr=its, env={**environment, "TERM": "xterm"}) as running:
        os.close(its)
        said = b""
        with suppress(OSError):  # which ends it on Linux
            while part := os.read(ours, 4096):
                said += part
        os.close(ours)
    assert running.returncode in (0, 1, 2)
    return re.sub(r"\x1b\[[0-9;]*m", "", said.decode()).replace("\r", "").splitlines()


LONG = "2026-01-a-batch-whose-name-is-nearly-as-long-as-a-terminal-of-eighty-columns"


@pytest.fixture
def wide(tmp_path: Path) -> School:
    """A repository whose findings, tables, paths and errors are wider than a terminal."""
    school = found(tmp_path)
    school.roster("Ada Lovelace of Ockham Park,ada.example.org,Morning", "Amina Yusuf,amina@example.org,Evening")
    school.batch.rename(school.batch.with_name(LONG))
    return school


@pytest.mark.parametrize(
    "arguments",
    [("check",), ("report",), ("preview", LONG), ("verify", "gone.json"), ("publish", "--verify-artwork", "--out", f"a/{LONG}")],
)
def test_lines_are_broken_at_spaces_on_a_terminal_and_nowhere_in_a_pipe(wide: School, arguments: tuple[str, ...]) -> None:
    piped = shell(wide, f"issuer --quiet {' '.join(arguments)} 2>&1").stdout.splitlines()
    seen = on_a_terminal(wide.root, *arguments)
    assert "\n".join(seen).split() == "\n".join(piped).split()
    tables = [line for line in piped if "  " in line.strip()]
    assert all(len(line) <= 80 or len(line.split()) == 1 or line in tables for line in seen)
    assert set(tables) <= set(seen)
    assert len(on_a_terminal(wide.root, *arguments, columns=400)) == len(piped)


def test_a_finding_is_one_line_in_a_pipe(wide: School) -> None:
    finding = f'error: records/{LONG}/roster.csv:2 column "E-mail": no "@" in \'ada.example.org\' [email-invalid]'
    assert finding in shell(wide, "issuer --quiet check").stdout.splitlines()
    assert f"  records/{LONG}/roster.csv:2" in on_a_terminal(wide.root, "check")


def loaded(*arguments: str) -> set[str]:
    """The modules that a command line loads, in a process of its own."""
    program = "import sys; from issuer import cli; cli.run(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    assert "issuer" in done.stdout
    return set(done.stderr.split())


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_loads_nothing_that_takes_long(option: str) -> None:
    assert not loaded(option) & {"pydantic", "rich", "issuer.commands", "issuer.config"}


DRAWS = {"numpy", "pikepdf", "uharfbuzz", "fontTools", "PIL", "icu4py", "cairosvg", "segno", "zopfli", "issuer.artwork"}
HEAVY = {"babel", "mkdocs", "github3", "pyld", "requests", "jinja2", "css_inline", "jsonschema_rs", "multiprocessing"}


@pytest.mark.parametrize("name", sorted(set(cli.COMMANDS) - {"preview", "template", "demo"}))
def test_the_help_of_a_command_loads_none_of_the_libraries_that_take_long(name: str) -> None:
    assert not loaded(name, "--help") & (DRAWS | HEAVY)


@pytest.mark.parametrize("name", ["preview", "template"])
def test_the_help_of_a_command_that_draws_loads_only_a_part_of_them(name: str) -> None:
    assert not loaded(name, "--help") & (HEAVY | {"numpy", "cairosvg"})
