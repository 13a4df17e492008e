"""revocations.csv: what can be written there, what it comes to, and merges of it by Git."""

from __future__ import annotations

import datetime as dt
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuer import status
from issuer.errors import FormatError, RefusedError, StorageError
from issuer.formats import identifier
from issuer.roster.findings import Code
from issuer.status import Action, Decision
from issuer.status.revocations import HEADER
from tests.credentials import NOW
from tests.school import found

ONE, TWO, THREE = (identifier.encode(bytes([number]) * 16) for number in (1, 2, 3))
DAY = dt.date(2026, 6, 30)
TOP = ",".join(HEADER)


def csv_file(repository: Path, text: str | bytes) -> None:
    path = repository / status.REVOCATIONS
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def lines(repository: Path, *rows: str, top: str = TOP) -> None:
    csv_file(repository, "\n".join([top, *rows]) + "\n")


def test_what_is_read(tmp_path: Path) -> None:
    assert status.decisions(tmp_path) == {}
    rows = [f"\ufeff{TOP}", "", f'{ONE.upper()},revoke,"typing, twice",2026-06-30', f"{TWO} , suspend ,,2026-07-01"]
    csv_file(tmp_path, "\r\n".join([*rows, f"{ONE},revoke,again,2026-07-02", f"{THREE},revoke,a,2026-07-03,{TWO.upper()}"]))
    expected = {
        ONE: Decision(ONE, "revoked", "typing, twice", "2026-06-30", "", 3),
        TWO: Decision(TWO, "suspended", "", "2026-07-01", "", 4),
        THREE: Decision(THREE, "revoked", "a", "2026-07-03", TWO, 6),
    }
    assert status.decisions(tmp_path) == status.decisions(tmp_path, {ONE, TWO, THREE}) == expected
    assert status.states(tmp_path) == {ONE: "revoked", TWO: "suspended", THREE: "revoked"}


@pytest.mark.parametrize("text", ["", "\n\n", TOP, f"{TOP},replacement\n"])
def test_a_file_without_lines_decides_nothing(tmp_path: Path, text: str) -> None:
    csv_file(tmp_path, text)
    assert status.decisions(tmp_path) == {}


@pytest.mark.parametrize(
    ("actions", "state", "reason"),
    [
        ("suspend", "suspended", "0"),
        ("suspend suspend", "suspended", "0"),
        ("suspend reinstate", "active", "1"),
        ("reinstate suspend", "suspended", "1"),
        ("suspend reinstate suspend", "suspended", "2"),
        ("suspend reinstate reinstate", "active", "1"),
        ("reinstate", "active", "0"),
        ("revoke reinstate", "revoked", "0"),
        ("suspend revoke reinstate suspend revoke", "revoked", "1"),
    ],
)
def test_the_lines_of_an_id_are_followed_in_their_order(tmp_path: Path, actions: str, state: str, reason: str) -> None:
    lines(tmp_path, *(f"{ONE},{action},{number},2026-07-01" for number, action in enumerate(actions.split())))
    decision = status.decisions(tmp_path)[ONE]
    assert (decision.state, decision.reason, decision.line) == (state, reason, int(reason) + 2)
    assert status.states(tmp_path) == ({} if state == "active" else {ONE: state})


ACTIONS: tuple[Action, ...] = ("revoke", "suspend", "reinstate")
DONE = st.lists(st.tuples(st.sampled_from((ONE, TWO, THREE)), st.sampled_from(ACTIONS)), max_size=12)


def model(done: list[tuple[str, Action]]) -> dict[str, str]:
    """What the lines come to, id by id: revoked if that was ever said, else whatever was said last."""
    states: dict[str, str] = {}
    for number in {number for number, _ in done}:
        said = [action for other, action in done if other == number]
        last = {"suspend": "suspended", "reinstate": "active"}.get(said[-1], "")
        states[number] = "revoked" if "revoke" in said else last
    return states


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=DONE)
def test_any_lines_come_to_what_a_simple_model_says(tmp_path: Path, done: list[tuple[str, Action]]) -> None:
    lines(tmp_path, *(f"{number},{action},,2026-07-01" for number, action in done))
    decided = status.decisions(tmp_path)
    assert {number: decision.state for number, decision in decided.items()} == model(done)
    for number, decision in decided.items():
        assert done[decision.line - 2][0] == number


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=DONE, data=st.data())
def test_lines_given_twice_and_further_lines_never_take_a_revocation_back(
    tmp_path: Path, done: list[tuple[str, Action]], data: st.DataObject
) -> None:
    revoked = {number for number, action in done if action == "revoke"}
    twice = data.draw(st.permutations(done + done[: len(done) // 2]))
    lines(tmp_path, *(f"{number},{action},,2026-07-01" for number, action in twice))
    assert {number for number, state in status.states(tmp_path).items() if state == "revoked"} == revoked


def test_every_mistake_is_said_at_once_with_its_line(tmp_path: Path) -> None:
    rows = [
        f"{ONE},revoke,fine,2026-06-30",
        "nonsense,revoke,,2026-06-30",
        f'{TWO},revoke,"two',
        'lines",2026-06-30',
        f"{TWO},Suspend,,2026-06-30",
        f"{THREE},revoke,,2026-06-30",
        f"{TWO},revoke,,20260630",
        f"{TWO},revoke,,2026-W27-2",
        f"{TWO},revoke,,2026-02-30",
        f"{TWO},revoke,\u202eturned,2026-06-30",
        f"{TWO},revoke,a,b,2026-06-30,x",
        f"{TWO}",
        f"{TWO},suspend,,2026-06-30,{ONE}",
        f"{TWO},revoke,,2026-06-30,{TWO}",
        f"{TWO},revoke,,2026-06-30,{THREE}",
        f"{TWO},revoke,,2026-06-30,http://example.org/",
        "<<<<<<< HEAD",
        f"{TWO},revoke,fine,2026-07-01",
        "=======",
        ">>>>>>> branch",
    ]
    lines(tmp_path, *rows)
    decided, mistakes = status.read(tmp_path, {ONE, TWO})
    assert [str(mistake.place).removeprefix("records/revocations.csv:") for mistake in mistakes] == [
        '3 column "id"',
        '4 column "reason"',
        '6 column "action"',
        '7 column "id"',
        '8 column "date"',
        '9 column "date"',
        '10 column "date"',
        '11 column "reason"',
        "12",
        "13",
        *(f'{line} column "replacement"' for line in (14, 15, 16, 17)),
        "18",
        "20",
        "21",
    ]
    assert [mistake.code for mistake in mistakes].count(Code.REVOCATION_UNKNOWN) == 1
    assert all(mistake.blocks and mistake.hint for mistake in mistakes)
    assert {number: decision.line for number, decision in decided.items()} == {ONE: 2, TWO: 19}  # what can be read is read
    with pytest.raises(RefusedError) as caught:
        status.decisions(tmp_path, {ONE, TWO})
    assert [line.split(":")[1].split()[0] for line in str(caught.value).splitlines()] == [
        str(mistake.place).split(":")[1].split()[0] for mistake in mistakes
    ]
    assert caught.value.hint == mistakes[0].hint


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("id,reason\n", 1),
        ("\n\nID,action,reason,date\n", 3),
        (f"{ONE},revoke,,2026-06-30\n", 1),
        (b"id,action,reason,date\nM\xfcller\n", 1),
        (f'id,action,reason,date\n{ONE},revoke,"open,2026-06-30\n', 2),
    ],
)
def test_what_is_no_file_of_revocations(tmp_path: Path, text: str | bytes, line: int) -> None:
    csv_file(tmp_path, text)
    with pytest.raises(RefusedError) as caught:
        status.decisions(tmp_path)
    assert str(caught.value.place) == f"records/revocations.csv:{line}"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (TWO.upper(), TWO),
        ("https://other.example.org/certificate?id=7", "https://other.example.org/certificate?id=7"),
        (f"https://certificates.example.org/c/{TWO}/", f"https://certificates.example.org/c/{TWO}/"),
    ],
)
def test_what_replaces_a_certificate(text: str, kept: str) -> None:
    assert status.replacement_of(text, of=ONE, known={ONE, TWO}) == kept


@pytest.mark.parametrize("text", ["", "x", "https://", "https://exa mple.org/", "javascript:alert(1)", "ftp://example.org/", ONE, THREE])
def test_what_replaces_nothing(text: str) -> None:
    with pytest.raises(FormatError):
        status.replacement_of(text, of=ONE, known={ONE, TWO})


@pytest.mark.parametrize("text", ["two\nlines", "a\ttab", "\u202eturned", "half \udcff", "x" * 1001])
def test_what_is_no_reason(text: str) -> None:
    with pytest.raises(FormatError):
        status.reason_of(text)


def test_reasons() -> None:
    assert [status.reason_of(text) for text in (" a ", "", "x" * 1000, "理由 🙂 é")] == ["a", "", "x" * 1000, "理由 🙂 é"]


def test_append(tmp_path: Path) -> None:
    status.append(tmp_path, "suspend", [ONE], 'a "quoted", reason', DAY)
    path = tmp_path / status.REVOCATIONS
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    status.append(tmp_path, "revoke", [TWO], "=1+1", DAY, replacement=THREE)
    status.append(tmp_path, "revoke", [ONE, THREE], "x", DAY)
    assert path.read_text().startswith(f"{TOP}\n{ONE},")
    assert [(one.id, one.state, one.reason, one.replacement, one.line) for one in status.decisions(tmp_path).values()] == [
        (ONE, "revoked", "x", "", 4),
        (TWO, "revoked", "=1+1", THREE, 3),
        (THREE, "revoked", "x", "", 5),
    ]


@pytest.mark.parametrize("before", ["", "\ufeff", "\n"])
def test_append_to_a_file_without_a_header(tmp_path: Path, before: str) -> None:
    csv_file(tmp_path, before)
    status.append(tmp_path, "revoke", [ONE], "x", DAY)
    assert list(status.decisions(tmp_path)) == [ONE]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / status.REVOCATIONS).mkdir(parents=True)
    with pytest.raises(StorageError):
        status.decisions(tmp_path)
    with pytest.raises(StorageError):
        status.append(tmp_path, "revoke", [ONE], "", NOW.date())


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Ada Boole", "-c", "user.email=ada@example.org", "-c", "core.autocrlf=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def merged(folder: Path, base: str, ours: str, theirs: str) -> Path:
    """A repository as `issuer init` makes it, after Git merged two branches that both changed revocations.csv."""
    root = found(folder).root
    for branch, text in (("base", base), ("theirs", theirs), ("ours", ours)):
        git(root, "checkout", "-q", "-b", branch, *(() if branch == "base" else ("base",)))
        (root / status.REVOCATIONS).write_bytes(text.encode())
        git(root, "commit", "-q", "--allow-empty", "-a", "-m", branch)
    git(root, "merge", "-q", "--no-edit", "theirs")
    return root


CRLF = f"{TOP}\r\n{ONE},revoke,a,2026-07-01\r\n"


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "states"),
    [
        ((), ((ONE, "revoke"),), ((TWO, "suspend"),), {ONE: "revoked", TWO: "suspended"}),
        ((), ((ONE, "revoke"), (TWO, "revoke")), ((TWO, "revoke"), (THREE, "revoke")), dict.fromkeys((ONE, TWO, THREE), "revoked")),
        (((ONE, "suspend"),), ((ONE, "reinstate"),), ((ONE, "revoke"),), {ONE: "revoked"}),
        (((ONE, "suspend"),), ((ONE, "revoke"),), ((ONE, "reinstate"),), {ONE: "revoked"}),
        (((ONE, "suspend"),), ((ONE, "reinstate"),), ((ONE, "reinstate"), (TWO, "suspend")), {TWO: "suspended"}),
    ],
)
@pytest.mark.parametrize("end", ["\n", ""])
def test_git_merges_two_branches_and_loses_nothing(
    tmp_path: Path,
    base: tuple[tuple[str, str], ...],
    ours: tuple[tuple[str, str], ...],
    theirs: tuple[tuple[str, str], ...],
    states: dict[str, str],
    end: str,
) -> None:
    def text(done: tuple[tuple[str, str], ...]) -> str:
        return "\n".join([TOP, *(f"{number},{action},because,2026-07-01" for number, action in (*base, *done))]) + end

    assert status.states(merged(tmp_path, text(()), text(ours), text(theirs))) == states


def test_git_merges_a_header_that_one_branch_widened_and_line_ends_of_windows(tmp_path: Path) -> None:
    base = f"{TOP}\n"
    wide = merged(tmp_path / "wide", base, f"{TOP},replacement\n{ONE},revoke,a,2026-07-01,{THREE}\n", f"{base}{TWO},revoke,b,2026-07-01\n")
    assert set(status.states(wide)) == {ONE, TWO}
    windows = merged(tmp_path / "windows", base, CRLF, f"{base}{TWO},revoke,b,2026-07-01\n")
    assert set(status.states(windows)) == {ONE, TWO}
