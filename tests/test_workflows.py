"""The workflows: thin, without standing permissions, pinned, and each step a command that exists."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from issuer.cli import COMMANDS

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
PUSH_RECORDS = ROOT / ".ci" / "push-records"


def read(path: Path) -> dict[Any, Any]:
    """One workflow as a dict. YAML 1.1 reads the key `on` as True."""
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(workflow, dict)
    return workflow


def steps(workflow: dict[Any, Any]) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job.get("steps", [])


def test_the_workflows_of_the_design_exist() -> None:
    assert {path.stem for path in WORKFLOWS} >= {"test", "check", "issue", "publish", "send"}


def test_zizmor_finds_nothing() -> None:
    zizmor = Path(sys.executable).with_name("zizmor")
    command = [str(zizmor), "--offline", "--quiet", "--no-progress", "--persona=auditor", str(ROOT / ".github")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_permissions_start_empty_and_each_grant_has_its_reason(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        assert isinstance(job["permissions"], dict)
    grants = [line for line in path.read_text(encoding="utf-8").splitlines() if re.search(r": (read|write)\b", line)]
    assert grants
    assert [line for line in grants if not re.search(r": (read|write) # \w+", line)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_by_its_hash(path: Path) -> None:
    used = [line.split("uses:", 1)[1].strip() for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert used
    assert [use for use in used if not PINNED.fullmatch(use) and not use.startswith("$/.github/workflows/")] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_jobs_are_bounded_and_keep_no_credentials(path: Path) -> None:
    workflow = read(path)
    assert "group" in workflow["concurrency"]
    assert not {"pull_request_target", "workflow_run"} & set(workflow[True])
    for job in workflow["jobs"].values():
        assert "uses" in job or job["timeout-minutes"] <= 60
    for step in steps(workflow):
        if "actions/checkout@" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False
        assert "${{" not in step.get("run", "")


def test_only_two_jobs_can_use_signing_keys() -> None:
    assert [path.stem for path in WORKFLOWS if "ISSUER_SIGNING_KEY" in path.read_text(encoding="utf-8")] == ["issue"]
    jobs = read(ROOT / ".github" / "workflows" / "issue.yml")["jobs"]
    holders = {name: job for name, job in jobs.items() if "ISSUER_SIGNING_KEY" in yaml.safe_dump(job)}
    # an environment of its own guards the keys of each, and a job that holds some can neither publish nor start the mail
    assert {name: job["environment"] for name, job in holders.items()} == {"issue": "issue", "refresh": "refresh"}
    assert all(job["permissions"] == {"contents": "write"} for job in holders.values())


def test_the_daily_run_needs_no_key_for_credentials() -> None:
    jobs = read(ROOT / ".github" / "workflows" / "issue.yml")["jobs"]
    assert "github.event_name != 'schedule'" in jobs["issue"]["if"]
    assert [step["run"] for step in jobs["refresh"]["steps"] if "ISSUER_SIGNING_KEY" in step.get("env", {})] == [
        '.ci/push-records "Refresh the status lists" .venv/bin/issuer refresh'
    ]


def test_pull_requests_see_no_secret() -> None:
    for path in WORKFLOWS:
        if "pull_request" in read(path)[True]:
            assert "secrets." not in path.read_text(encoding="utf-8")


def test_every_step_is_a_command_that_exists() -> None:
    runs = [step["run"] for path in WORKFLOWS for step in steps(read(path)) if "run" in step]
    assert len(runs) >= 5
    verbs = set()
    for run in runs:
        words = shlex.split(run)
        assert "\n" not in run.strip(), "one step, one command"
        if words[0].startswith(".ci/"):
            assert (ROOT / words[0]).is_file()
        if ".venv/bin/issuer" in words:
            verbs.add(words[words.index(".venv/bin/issuer") + 1])
    assert verbs >= {"check", "issue", "publish", "send"}
    assert verbs <= set(COMMANDS)


def test_two_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    server = tmp_path / "server.git"
    git("init", "--quiet", "--bare", "--initial-branch=main", server)
    first, second = clone(server, tmp_path / "first"), clone(server, tmp_path / "second")
    (first / "records").mkdir()
    (first / "records" / "log").write_text("", encoding="utf-8")
    push_first(first)
    git("-C", second, "pull", "--quiet", "origin", "main")

    def write(folder: Path) -> None:
        for number in range(3):
            push(folder, "Issue", "bash", "-c", f"echo {folder.name} {number} >> records/log")

    with ThreadPoolExecutor() as pool:
        list(pool.map(write, [first, second]))
    log = git("-C", server, "show", "main:records/log").splitlines()
    assert sorted(log) == [f"{name} {number}" for name in ("first", "second") for number in range(3)]


def test_the_journal_of_sent_mail_goes_on_top_of_what_others_pushed(tmp_path: Path) -> None:
    server = tmp_path / "server.git"
    git("init", "--quiet", "--bare", "--initial-branch=main", server)
    here, there = clone(server, tmp_path / "here"), clone(server, tmp_path / "there")
    (here / "records").mkdir()
    (here / "records" / "log").write_text("one\n", encoding="utf-8")
    push_first(here)
    git("-C", there, "pull", "--quiet", "origin", "main")
    push(there, "Issue", "bash", "-c", "echo two >> records/log")
    (here / "records" / "deliveries.jsonl").write_text("sent\n", encoding="utf-8")
    push(here, "Record deliveries")
    assert git("-C", server, "show", "main:records/log") == "one\ntwo\n"
    assert git("-C", server, "show", "main:records/deliveries.jsonl") == "sent\n"


def test_the_key_and_the_token_do_not_meet(tmp_path: Path) -> None:
    server = tmp_path / "server.git"
    git("init", "--quiet", "--bare", "--initial-branch=main", server)
    here = clone(server, tmp_path / "here")
    (here / "records").mkdir()
    (here / "records" / "log").write_text("", encoding="utf-8")
    push_first(here)
    hook = here / ".git" / "hooks" / "pre-commit"
    hook.write_text(
        '#!/bin/sh\necho "hook ${ISSUER_SIGNING_KEY:-none}${ISSUER_SIGNING_KEY_PASSPHRASE}" > ../seen-by-git\n', encoding="utf-8"
    )
    hook.chmod(0o755)
    secrets = {"ISSUER_SIGNING_KEY": "the-key", "ISSUER_SIGNING_KEY_PASSPHRASE": "the-words", "GITHUB_TOKEN": "the-token"}
    push(here, "Issue", "bash", "-c", 'echo "$ISSUER_SIGNING_KEY ${GITHUB_TOKEN:-none}" > records/log', **secrets)
    assert git("-C", server, "show", "main:records/log") == "the-key none\n"
    assert (tmp_path / "seen-by-git").read_text(encoding="utf-8") == "hook none\n"


def environment(**more: str) -> dict[str, str]:
    """What git needs and nothing of the machine's own settings."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8", **more}


def git(*words: str | Path) -> str:
    return subprocess.run(["git", *words], capture_output=True, text=True, check=True, env=environment()).stdout


def clone(server: Path, folder: Path) -> Path:
    git("clone", "--quiet", server, folder)
    git("-C", folder, "config", "user.name", folder.name)
    git("-C", folder, "config", "user.email", f"{folder.name}@example.org")
    return folder


def push_first(folder: Path) -> None:
    git("-C", folder, "add", "records")
    git("-C", folder, "commit", "--quiet", "--message", "begin")
    git("-C", folder, "push", "--quiet", "origin", "HEAD:main")


def push(folder: Path, message: str, *command: str, **more: str) -> None:
    subprocess.run([PUSH_RECORDS, message, *command], cwd=folder, check=True, env=environment(**more), capture_output=True)
