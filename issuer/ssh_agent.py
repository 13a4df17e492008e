"""Ed25519 keys that an ssh-agent holds: it signs, and the secret never comes here.

The protocol is https://datatracker.ietf.org/doc/draft-ietf-sshm-ssh-agent/: a message is its length, 4 bytes, a type, one byte, and the
rest. Two requests are all that is needed: which keys there are, and a signature. Each is a connection of its own.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from issuer.errors import FormatError, KeyUnusableError, Place
from issuer.formats import ed25519, multikey, openssh

ENVIRONMENT = "SSH_AUTH_SOCK"
MAX_ANSWER = 256 * 1024
"""Bytes; what OpenSSH's own agent takes at most."""
SECONDS = 60.0
"""For one answer: an agent may ask its owner first (`ssh-add -c`)."""
_REQUEST_IDENTITIES, _IDENTITIES, _SIGN, _SIGNATURE, _FAILURE = 11, 12, 13, 14, 5
Answer = TypeVar("Answer")
_HINT = 'start one with: eval "$(ssh-agent)", then ssh-add FILE'


@dataclass(frozen=True, slots=True)
class AgentKey:
    """A key that the agent signs with. public: Multikey; socket: the agent's path."""

    public: str
    socket: Path

    def sign(self, message: bytes) -> bytes:
        """The 64 signature bytes on message, checked here. Raises KeyUnusableError."""
        raw = multikey.decode_public(self.public)
        request = bytes([_SIGN]) + openssh.string(openssh.key_blob(raw)) + openssh.string(message) + bytes(4)  # no flags
        signature = _ask(self.socket, request, _signature)
        if signature is None:
            hint = "is it locked, or did someone say no?"
            raise KeyUnusableError(f"the ssh-agent refused to sign with {self.public}", place=Place(str(self.socket)), hint=hint)
        if not ed25519.verify(raw, message, signature):
            raise KeyUnusableError(f"the ssh-agent's signature with {self.public} is wrong", place=Place(str(self.socket)), hint=_HINT)
        return signature


def keys(environment: Mapping[str, str]) -> tuple[AgentKey, ...]:
    """Every good Ed25519 key that the agent at SSH_AUTH_SOCK holds, in its order. Raises KeyUnusableError."""
    if not (name := environment.get(ENVIRONMENT)):
        raise KeyUnusableError(f"there is no ssh-agent: {ENVIRONMENT} is not set", hint=_HINT)
    path = Path(name)
    held = _ask(path, bytes([_REQUEST_IDENTITIES]), _identities)
    return tuple(AgentKey(multikey.encode_public(raw), path) for raw in held if ed25519.is_good_key(raw))


def _identities(answer: bytes) -> list[bytes]:
    """The Ed25519 keys in an SSH_AGENT_IDENTITIES_ANSWER: how many, then a key blob and a comment for each."""
    count, parts = answer[1:5], openssh.strings(answer[5:])
    if answer[0] != _IDENTITIES or len(count) != 4 or len(parts) != 2 * int.from_bytes(count, "big"):
        raise FormatError("is not a list of keys")
    return [raw for blob in parts[::2] if (raw := openssh.public_key(blob)) is not None]


def _signature(answer: bytes) -> bytes | None:
    """The signature in an SSH_AGENT_SIGN_RESPONSE, None for SSH_AGENT_FAILURE."""
    if answer[0] == _FAILURE:
        return None
    parts = openssh.strings(answer[1:])
    if answer[0] != _SIGNATURE or len(parts) != 1:
        raise FormatError("is not a signature")
    return openssh.signature(parts[0])


def _ask(path: Path, request: bytes, read: Callable[[bytes], Answer]) -> Answer:
    """One request, and what read makes of the answer. Raises KeyUnusableError."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            return read(_exchange(connection, path, request))
    except FormatError as error:
        raise KeyUnusableError(f"the ssh-agent's answer {error.message}", place=Place(str(path)), hint="is it an ssh-agent?") from None
    except TimeoutError:
        raise KeyUnusableError(f"the ssh-agent did not answer in {SECONDS:.0f} seconds", place=Place(str(path)), hint=_HINT) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise KeyUnusableError(f"the ssh-agent cannot be reached: {reason}", place=Place(str(path)), hint=_HINT) from None


def _exchange(connection: socket.socket, path: Path, request: bytes) -> bytes:
    """The answer without its length: its type, one byte, and what follows."""
    deadline = time.monotonic() + SECONDS
    connection.settimeout(SECONDS)
    connection.connect(str(path))
    connection.sendall(openssh.string(request))
    size = int.from_bytes(_receive(connection, 4, deadline), "big")
    if not 0 < size <= MAX_ANSWER:
        raise FormatError(f"has {size} bytes")
    return _receive(connection, size, deadline)


def _receive(connection: socket.socket, size: int, deadline: float) -> bytes:
    data = bytearray()
    while len(data) < size:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        part = connection.recv(size - len(data))
        if not part:
            raise FormatError("is cut off")
        data += part
    return bytes(data)
