"""The commands `issuer init` and `issuer keygen`."""

from __future__ import annotations

import base64
import json
import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest

from issuer import cli, key_file, key_ring
from issuer.config import USES, read_issuer
from issuer.formats import multikey, openssh
from issuer.signing import SecretKey

WHO = ["--name", "Harbour School", "--url", "https://school.example.org", "--base-url", "https://certificates.example.org"]


def test_without_git_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert cli.run(["init", str(tmp_path / "school"), *WHO, "--key", str(tmp_path / "school.key")]) == 3
    assert "git is not installed" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_it_says_to_type_can_be_typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["init", str(tmp_path / "my school"), *WHO, "--key", str(tmp_path / "my keys/school.key")]) == 0
    said = capsys.readouterr().out
    assert f"cd '{tmp_path}/my school'" in said
    assert f"export ISSUER_SIGNING_KEY_FILE='{tmp_path}/my keys/school.key'" in said


def made(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, object]:
    """Run with --json. Returns the document."""
    capsys.readouterr()
    assert cli.run(["--json", *arguments]) == code
    document: dict[str, object] = json.loads(capsys.readouterr().out)
    return document


@pytest.mark.parametrize(("options", "uses"), [((), [("credentials",), ("status",), ("log",)]), (("--one-key",), [USES])])
def test_the_keys_of_the_file_are_those_of_issuer_yml(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], uses: list[tuple[str, ...]]
) -> None:
    path = tmp_path / "school.key"
    said = made(capsys, "init", str(tmp_path / "school"), *WHO, "--key", str(path), *options)
    windows = read_issuer(tmp_path / "school" / "issuer.yml").keys
    secrets = key_ring.parse(path.read_text())
    assert [window.use for window in windows] == uses
    assert [secret.labels or USES for secret in secrets] == uses
    assert [SecretKey(secret.seed).public for secret in secrets] == [window.key for window in windows]
    assert said["public_keys"] == [{"key": window.key, "use": list(window.use)} for window in windows]
    assert path.read_text().startswith("# Issuer signing keys of Harbour School\n")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_sealed_with_the_passphrase_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = "a harbour full of boats"
    monkeypatch.setenv("ISSUER_SIGNING_KEY_PASSPHRASE", words)
    for arguments, count in ((["init", str(tmp_path / "school"), *WHO, "--key"], 3), (["keygen", "--out"], 1)):
        path = tmp_path / f"{count}.key"
        assert cli.run([*arguments, str(path), "--passphrase"]) == 0
        assert len(key_ring.parse(key_file.unseal(path.read_text(), words))) == count


@pytest.mark.parametrize(("words", "said"), [("short", "fewer than 8"), (None, "nobody to ask")])
def test_without_a_good_passphrase_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: str | None, said: str
) -> None:
    monkeypatch.delenv("ISSUER_SIGNING_KEY_PASSPHRASE", raising=False)
    if words is not None:
        monkeypatch.setenv("ISSUER_SIGNING_KEY_PASSPHRASE", words)
    assert cli.run(["init", str(tmp_path / "school"), *WHO, "--key", str(tmp_path / "school.key"), "--passphrase"]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_passphrase_is_asked_twice_and_not_shown(tmp_path: Path) -> None:
    words = "a harbour full of boats"
    shown, code = at_terminal(["keygen", "--out", str(tmp_path / "good.key"), "--passphrase"], [words, words])
    assert code == 0, shown
    assert "New passphrase for the key file" in shown
    assert words not in shown
    assert key_ring.parse(key_file.unseal((tmp_path / "good.key").read_text(), words))
    shown, code = at_terminal(["keygen", "--out", str(tmp_path / "bad.key"), "--passphrase"], [words, words + "s"])
    assert code == 2
    assert "the two passphrases differ" in shown
    assert not (tmp_path / "bad.key").exists()


def at_terminal(arguments: list[str], answers: list[str]) -> tuple[str, int]:
    """Run `issuer` at a terminal of its own, and type an answer at each question. Returns what it showed, and its exit code."""
    keyboard, terminal = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ISSUER_")}
    command = [sys.executable, "-c", "import sys; from issuer import cli; sys.exit(cli.run(sys.argv[1:]))", *arguments]
    running = subprocess.Popen(
        command, stdin=terminal, stdout=terminal, stderr=terminal, env=environment, start_new_session=True, close_fds=True
    )
    os.close(terminal)
    shown = b""
    try:
        while True:
            part = os.read(keyboard, 4096)
            shown += part
            if answers and shown.rstrip().endswith(b":"):
                time.sleep(0.1)  # the echo is turned off after the question
                os.write(keyboard, answers.pop(0).encode() + b"\n")
                shown += b"\n"
    except OSError:  # the terminal is closed
        pass
    os.close(keyboard)
    return shown.decode(), running.wait(timeout=30)


def test_keygen_for_some_uses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = made(capsys, "keygen", "--out", str(tmp_path / "key"), "--use", "log", "--use", "status")
    (secret,) = key_ring.parse((tmp_path / "key").read_text())
    assert secret.labels == ("status", "log")
    assert said["use"] == ["status", "log"]
    assert said["public_key"] == SecretKey(secret.seed).public
    assert cli.run(["keygen", "--out", str(tmp_path / "other"), "--use", "log"]) == 0
    assert "    use: [log]" in capsys.readouterr().out


def test_keygen_prints_the_lines_of_an_openssh_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "the registrar", "-f", str(path)], check=True)
    public = path.with_suffix(".pub")
    said = made(capsys, "keygen", "--ssh", str(public), "--use", "credentials")
    assert said["public_key"] == multikey.encode_public(openssh.public_key_of_line(public.read_text()))
    assert sorted(tmp_path.iterdir()) == [path, public]
    assert made(capsys, "keygen", "--ssh", str(path), code=3)["error"] == "is not one line that begins with ssh-ed25519"
    assert "there is nothing to write" in str(made(capsys, "keygen", "--ssh", str(public), "--passphrase", code=2)["error"])
    assert "cannot be read" in str(made(capsys, "keygen", "--ssh", str(tmp_path / "none"), code=3)["error"])
    weak = tmp_path / "weak.pub"
    subprocess.run(["ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", str(tmp_path / "ec")], check=True)
    assert "ssh-ed25519" in str(made(capsys, "keygen", "--ssh", str(tmp_path / "ec.pub"), code=3)["error"])
    blob = base64.b64encode(openssh.key_blob(b"\1" + bytes(31))).decode()
    weak.write_text(f"ssh-ed25519 {blob} nobody")
    assert made(capsys, "keygen", "--ssh", str(weak), code=3)["error"] == "this key is weak"
