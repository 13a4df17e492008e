"""Keys in an ssh-agent: OpenSSH's own, and agents that answer nonsense."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer import signing, ssh_agent
from issuer.errors import FormatError, KeyUnusableError
from issuer.formats import ed25519, multikey, openssh
from tests import credentials


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A running ssh-agent without keys: the environment that names it."""
    path = tmp_path / "agent"
    started = subprocess.run(["ssh-agent", "-s", "-a", str(path)], capture_output=True, text=True, check=True).stdout
    number = re.search(r"SSH_AGENT_PID=(\d+)", started)
    assert number
    environment = {"SSH_AUTH_SOCK": str(path), "SSH_AGENT_PID": number[1]}
    yield environment
    subprocess.run(["ssh-agent", "-k"], env={**os.environ, **environment}, capture_output=True, check=True)


def add(agent: dict[str, str], folder: Path, kind: str = "ed25519", *options: str) -> Path:
    """Make a key with ssh-keygen and add it to the agent. Returns its public file."""
    path = folder / f"id_{kind}"
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "registrar@example.org", "-f", str(path)], check=True)
    subprocess.run(["ssh-add", "-q", *options, str(path)], env={**os.environ, **agent}, check=True)
    return path.with_suffix(".pub")


@contextmanager
def answering(folder: Path, answer: Callable[[bytes], bytes]) -> Iterator[Path]:
    """An agent that reads one request for each connection and answers with these bytes."""
    path = folder / "false-agent"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection, suppress(OSError):
                    connection.sendall(answer(connection.recv(65536)))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield path
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_openssh_signs(agent: dict[str, str], tmp_path: Path) -> None:
    add(agent, tmp_path, "ecdsa")
    public = multikey.encode_public(openssh.public_key_of_line(add(agent, tmp_path).read_text()))
    (key,) = ssh_agent.keys(agent)
    assert key.public == public
    for message in (b"", b"x", os.urandom(100_000)):
        assert ed25519.verify(multikey.decode_public(public), message, key.sign(message))
    document = credentials.unsigned()
    assert signing.prove(document, key, credentials.DID, credentials.STAMP) == signing.prove(
        document, key, credentials.DID, credentials.STAMP
    )


def test_only_the_keys_of_issuer_yml_are_taken(agent: dict[str, str], tmp_path: Path) -> None:
    environment = {"ISSUER_SIGNING_KEY": "ssh-agent", **agent}
    key = multikey.encode_public(openssh.public_key_of_line(add(agent, tmp_path).read_text()))
    mine = credentials.config().model_copy(update={"keys": (credentials.config().keys[0].model_copy(update={"key": key}),)})
    assert signing.load_keys(environment, tmp_path, mine).log.public == key
    with pytest.raises(KeyUnusableError, match="none of the keys in the ssh-agent"):
        signing.load_keys(environment, tmp_path, credentials.config())


def test_a_key_of_the_agent_and_one_of_a_file(agent: dict[str, str], tmp_path: Path) -> None:
    public = multikey.encode_public(openssh.public_key_of_line(add(agent, tmp_path).read_text()))
    windows = credentials.config().keys
    both = credentials.config().model_copy(
        update={
            "keys": (
                windows[0].model_copy(update={"use": ("status", "log")}),
                windows[0].model_copy(update={"key": public, "use": ("credentials",)}),
            )
        }
    )
    path = tmp_path / "key"
    path.write_text(f"status log {multikey.encode_secret(credentials.SEED)}")
    path.chmod(0o600)
    environment = {"ISSUER_SIGNING_KEY": "ssh-agent", "ISSUER_SIGNING_KEY_FILE": str(path), **agent}
    keys = signing.load_keys(environment, tmp_path / "repository", both)
    assert (keys.credentials.public, keys.status.public, keys.log.public) == (public, credentials.KEY.public, credentials.KEY.public)


def test_a_locked_or_emptied_agent_says_so(agent: dict[str, str], tmp_path: Path) -> None:
    add(agent, tmp_path)
    (key,) = ssh_agent.keys(agent)
    subprocess.run(["ssh-add", "-q", "-D"], env={**os.environ, **agent}, check=True, capture_output=True)
    assert ssh_agent.keys(agent) == ()
    with pytest.raises(KeyUnusableError, match="refused to sign"):
        key.sign(b"x")


def test_no_agent(tmp_path: Path) -> None:
    with pytest.raises(KeyUnusableError, match="SSH_AUTH_SOCK is not set"):
        ssh_agent.keys({})
    with pytest.raises(KeyUnusableError, match="cannot be reached: AF_UNIX path too long"):
        ssh_agent.keys({"SSH_AUTH_SOCK": str(tmp_path / ("x" * 200))})
    with pytest.raises(KeyUnusableError, match="cannot be reached: No such file"):
        ssh_agent.keys({"SSH_AUTH_SOCK": str(tmp_path / "nothing")})


def message(*content: bytes) -> bytes:
    return openssh.string(b"".join(content))


BLOB = openssh.key_blob(b"\x07" * 32)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\0\0\0",
        b"\0\0\0\0",
        b"\xff\xff\xff\xff\x0c",
        message(b"\x0c"),
        message(b"\x0c", b"\0\0\0\1"),
        message(b"\x0c", b"\0\0\0\1", openssh.string(BLOB)),
        message(b"\x0c", b"\0\0\0\0", openssh.string(BLOB), openssh.string(b"")),
        message(b"\x0c", b"\0\0\0\1", openssh.string(BLOB[:-1]), openssh.string(b"")),
        message(b"\x0c", b"\0\0\0\1", openssh.string(BLOB + b"\0"), openssh.string(b"")),
        message(b"\x0c", b"\0\0\0\1", openssh.string(BLOB), b"\0\0\1\0"),
        message(b"\x0e", openssh.string(BLOB)),
        message(b"\x05"),
        b"HTTP/1.1 200 OK\r\n\r\n",
    ],
)
def test_a_nonsensical_answer_is_refused(tmp_path: Path, answer: bytes) -> None:
    with answering(tmp_path, lambda _: answer) as path, pytest.raises(KeyUnusableError, match="the ssh-agent's answer"):
        ssh_agent.keys({"SSH_AUTH_SOCK": str(path)})


def test_a_weak_key_is_not_offered(tmp_path: Path) -> None:
    weak = openssh.key_blob(b"\1" + bytes(31))
    answer = message(b"\x0c", b"\0\0\0\1", openssh.string(weak), openssh.string(b"comment"))
    with answering(tmp_path, lambda _: answer) as path:
        assert ssh_agent.keys({"SSH_AUTH_SOCK": str(path)}) == ()


def test_a_wrong_signature_is_refused(tmp_path: Path) -> None:
    other = credentials.OTHER.sign(b"x")
    for signature, said in (
        (other, "signature with .* is wrong"),
        (other[:63], "is not an Ed25519 signature"),
        (b"", "is not an Ed25519 signature"),
    ):
        answer = message(b"\x0e", openssh.string(openssh.string(b"ssh-ed25519") + openssh.string(signature)))
        folder = tmp_path / f"{len(signature)}"
        folder.mkdir()
        with answering(folder, lambda _, answer=answer: answer) as path, pytest.raises(KeyUnusableError, match=said):  # type: ignore[misc]
            ssh_agent.AgentKey(credentials.KEY.public, path).sign(b"x")


def test_an_agent_that_never_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh_agent, "SECONDS", 0.2)
    done = threading.Event()

    def wait(_: bytes) -> bytes:
        done.wait(5)
        return b""

    with answering(tmp_path, wait) as path:
        with pytest.raises(KeyUnusableError, match="did not answer"):
            ssh_agent.keys({"SSH_AUTH_SOCK": str(path)})
        done.set()


@given(st.lists(st.binary(max_size=40), max_size=5))
def test_strings_survive(parts: list[bytes]) -> None:
    assert openssh.strings(b"".join(map(openssh.string, parts))) == parts


@given(st.binary(max_size=60))
def test_any_bytes_give_strings_or_a_format_error(data: bytes) -> None:
    for read in (openssh.strings, openssh.public_key, openssh.signature):
        with suppress(FormatError):
            read(data)


@pytest.mark.parametrize(
    "text", ["", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa AAAAC3NzaC1lZDI1NTE5", "ssh-ed25519 é", "ssh-ed25519 A\nB"]
)
def test_what_is_no_public_key_line(text: str) -> None:
    with pytest.raises(FormatError):
        openssh.public_key_of_line(text)
