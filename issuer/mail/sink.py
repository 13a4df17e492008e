"""A mail server for demos and tests: real SMTP on 127.0.0.1, and every message becomes a file in a Maildir that any mail reader opens."""

from __future__ import annotations

import asyncio
import contextlib
import mailbox
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from aiosmtpd.smtp import SMTP

from issuer.errors import NetworkError, Place, StorageError

HOST = "127.0.0.1"
_STOP_SECONDS = 5.0


class LocalServer:
    """A protocol served from a thread on a free port of 127.0.0.1, for the length of a `with` block. protocol: called per connection."""

    def __init__(self, protocol: Callable[[], asyncio.Protocol]) -> None:
        self._protocol = protocol
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="local-mail-server", daemon=True)
        self._listener: socket.socket
        self._port: int | None = None

    @property
    def port(self) -> int:
        """The port it listens on. Raises NetworkError outside the `with` block."""
        if self._port is None:
            raise NetworkError("the local mail server is not running")
        return self._port

    def __enter__(self) -> Self:
        # Bound and listening before the thread starts: nobody can take the port in between, and a client may connect at once.
        try:
            self._listener = socket.create_server((HOST, 0))
        except OSError as error:
            self._loop.close()
            raise NetworkError(f"{HOST}: cannot listen: {error.strerror}", hint="check that programs may open local ports") from None
        self._port = self._listener.getsockname()[1]
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_STOP_SECONDS)
        self._port = None

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        transports: set[asyncio.BaseTransport] = set()
        listening = self._loop.create_server(lambda: _watched(self._protocol(), transports), sock=self._listener)
        server = self._loop.run_until_complete(listening)
        try:
            self._loop.run_forever()
        finally:
            server.close()
            for transport in transports:
                transport.close()
            self._loop.run_until_complete(_end_tasks())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()


class Sink(LocalServer):
    """`with Sink(Path("build/demo/outbox")) as sink:` takes every message at 127.0.0.1:sink.port. Files of an earlier run stay."""

    def __init__(self, maildir: Path) -> None:
        super().__init__(self._session)
        try:
            maildir.parent.mkdir(parents=True, exist_ok=True)
            self._box = mailbox.Maildir(maildir, create=True)
        except OSError as error:
            raise StorageError(f"cannot be used: {error.strerror}", place=Place(str(maildir)), hint="name a folder you may write") from None
        self._count = 0

    @property
    def count(self) -> int:
        """How many messages it took since it started."""
        return self._count

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Store a message as it came; a full disk is the sender's 452, not a lost message."""
        try:
            self._box.add(envelope.content)
        except OSError:
            return "452 4.3.1 Insufficient system storage"
        self._count += 1
        return "250 2.0.0 Ok"

    def _session(self) -> asyncio.Protocol:
        protocol: asyncio.Protocol = SMTP(self, enable_SMTPUTF8=True, hostname="localhost", ident="Issuer demo", loop=self._loop)
        return protocol


def _watched(protocol: asyncio.Protocol, transports: set[asyncio.BaseTransport]) -> asyncio.Protocol:
    """protocol, whose connections are in transports while they are open, so that none is left to the garbage collector."""
    made = protocol.connection_made

    def connection_made(transport: asyncio.BaseTransport) -> None:
        transports.difference_update([old for old in transports if old.is_closing()])
        transports.add(transport)
        made(transport)

    protocol.connection_made = connection_made  # type: ignore[method-assign]
    return protocol


async def _end_tasks() -> None:
    """Let closing connections finish, then end what is left."""
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    if not tasks:
        await asyncio.sleep(0)
        return
    _, late = await asyncio.wait(tasks, timeout=1.0)
    for task in late:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*late, return_exceptions=True)
