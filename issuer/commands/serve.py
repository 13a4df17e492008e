"""Serving a built site on this machine, for looking at it. Not a command of its own: `issuer publish --serve` and `issuer demo` use it."""

from __future__ import annotations

import functools
import http.server
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit

from issuer.commands.session import Steps
from issuer.errors import NetworkError, UsageError

LOCAL = ("localhost", "127.0.0.1")


def serve(site: Path, base_url: str, steps: Steps) -> None:
    """Serve site at the port of base_url until Ctrl-C. Raises UsageError if that is not on this machine, NetworkError if it is taken."""
    with running(site, base_url), steps(f"Serving {base_url}/ (stop with Ctrl-C)"), suppress(KeyboardInterrupt):
        Event().wait()


@contextmanager
def running(site: Path, base_url: str) -> Iterator[None]:
    """Serve site at the port of base_url while the context lasts."""
    parts = urlsplit(base_url)
    if parts.hostname not in LOCAL or parts.path.strip("/"):
        raise UsageError(
            f"{base_url} is not on this machine",
            hint="a site is served here only if base_url in issuer.yml is such as http://localhost:8420",
        )
    handler = functools.partial(_Handler, directory=str(site))
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", parts.port or 80), handler)
    except OSError as error:
        raise NetworkError(
            f"port {parts.port or 80} cannot be used: {error.strerror}", hint="stop what listens there and try again"
        ) from None
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Static files, without a line on the terminal for each."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The site's own page for what is not there, as the hosts of static sites show it."""
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""
