"""One SMTP connection, driven phase by phase (RFC 5321, https://www.rfc-editor.org/rfc/rfc5321).

`smtplib.SMTP.sendmail` raises the same exception when the server dropped the connection in the middle of DATA (message not taken) and when
it took the message and then dropped (message taken). Here each phase is its own step, so that only "the end was sent and no answer came"
is open.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from issuer.config import SmtpServer
from issuer.errors import ConfigError, NetworkError
from issuer.mail.deliveries import Phase

PASSWORD_VARIABLE = "ISSUER_SMTP_PASSWORD"  # noqa: S105 - the variable's name
CLOSING = 421
_TOO_LARGE = 552


class ConnectionLostError(NetworkError):
    """The connection broke before the end of a message: it was not taken. code and text: a 421 that announced it, if there was one."""

    def __init__(self, phase: Phase, code: int | None = None, text: str = "") -> None:
        super().__init__("the mail server closed the connection")
        self.phase = phase
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class Answer:
    """The server's last answer on a message. code None: none came after the end was sent (phase end), or it cannot take it (phase mail)."""

    phase: Phase
    code: int | None
    text: str


class Connection:
    """A connection that is greeted, encrypted and logged in as the settings ask. `close` says QUIT."""

    def __init__(self, smtp: smtplib.SMTP, answer_timeout: float) -> None:
        self._smtp = smtp
        self._answer_timeout = answer_timeout
        self._used = False
        self.broken = False

    @classmethod
    def open(cls, server: SmtpServer, *, password: str | None, tls: ssl.SSLContext | None, timeout: float, answer_timeout: float) -> Self:
        """Connect, STARTTLS, log in. timeout, answer_timeout: seconds for a step, and for the answer to a message.
        Raises ConnectionLostError where another try may help, NetworkError or ConfigError where it does not."""
        context = tls or ssl.create_default_context()
        where = f"{server.host}:{server.port}"
        smtp: smtplib.SMTP | None = None
        try:
            smtp = _connect(server, context, timeout)
            _encrypt(smtp, server, context)
            _log_in(smtp, server, password)
        except ssl.SSLError as error:
            _drop(smtp)
            reason = getattr(error, "verify_message", "") or error.reason or "the handshake failed"
            raise NetworkError(f"{where}: no trusted TLS connection: {reason}", hint=_tls_hint(server)) from None
        except (smtplib.SMTPException, OSError) as error:
            _drop(smtp)
            code = getattr(error, "smtp_code", None)
            if isinstance(code, int) and code >= 500:
                raise NetworkError(f"{where}: the mail server answered {code}", hint="ask whoever runs the mail server") from None
            raise ConnectionLostError("mail", code if isinstance(code, int) and code >= 400 else None) from None
        except (NetworkError, ConfigError):
            _drop(smtp)
            raise
        return cls(smtp, answer_timeout)

    def hand_over(self, sender: str, recipient: str, content: bytes, *, before_end: Callable[[], None]) -> Answer:
        """Give one message to the server. content: the message with CRLF line ends; before_end: called when all but the final dot is out.
        Raises ConnectionLostError if the message was certainly not taken because the connection broke."""
        if b"\r" in content.replace(b"\r\n", b"") or b"\n" in content.replace(b"\r\n", b""):
            raise ValueError("a message has CRLF line ends")
        if self._used:
            self._step("mail", self._smtp.rset)
        self._used = True
        options = self._options(sender, recipient, content)
        if options is None:
            return Answer("mail", None, "the mail server takes no addresses outside ASCII (SMTPUTF8)")
        answer = self._step("mail", lambda: self._smtp.mail(sender, options))
        if answer.code is not None and answer.code >= 500 and answer.code != _TOO_LARGE:
            raise NetworkError(f"the mail server refuses the sender: {answer.code}", hint="check mail.from and mail.smtp in issuer.yml")
        if _taken(answer):
            answer = self._step("rcpt", lambda: self._smtp.rcpt(recipient))
        if _taken(answer):
            answer = self._step("data", lambda: self._smtp.docmd("DATA"))
            if answer.code == 354:
                return self._content(content, before_end)
            if _taken(answer):
                raise self._lost("data")
        return answer

    def close(self) -> None:
        """Say QUIT if the server still listens, and close the socket."""
        if not self.broken:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
        self.broken = True
        self._smtp.close()

    def _options(self, sender: str, recipient: str, content: bytes) -> list[str] | None:
        """The parameters of MAIL; None if the server cannot take this message at all."""
        options = []
        if self._smtp.has_extn("size"):
            options.append(f"SIZE={len(content)}")
        if not content.isascii() and self._smtp.has_extn("8bitmime"):
            options.append("BODY=8BITMIME")
        if not (sender + recipient).isascii():
            if not self._smtp.has_extn("smtputf8"):
                return None
            options.append("SMTPUTF8")
        return options

    def _step(self, phase: Phase, command: Callable[[], tuple[int, bytes]]) -> Answer:
        try:
            code, text = command()
        except (smtplib.SMTPException, OSError):
            raise self._lost(phase) from None
        if code == CLOSING or not 200 <= code <= 599:
            raise self._lost(phase, code, text)
        return Answer(phase, code, text.decode("utf-8", "replace"))

    def _content(self, content: bytes, before_end: Callable[[], None]) -> Answer:
        """Send the lines with dots doubled (RFC 5321 section 4.5.2), then the end, then wait for the answer."""
        lines = re.sub(rb"(?m)^\.", b"..", content)
        try:
            self._smtp.send(lines if lines.endswith(b"\r\n") else lines + b"\r\n")
        except (smtplib.SMTPException, OSError):
            raise self._lost("content") from None
        try:
            before_end()
            early = self._spoke_early()
        except BaseException:
            self._abandon()
            raise
        if early is not None:
            self._abandon()
            return early
        try:
            self._smtp.send(b".\r\n")
        except (smtplib.SMTPException, OSError):
            raise self._lost("content") from None
        return self._end()

    def _end(self) -> Answer:
        try:
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(self._answer_timeout)
            code, text = self._smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._abandon()
            return Answer("end", None, "no answer in time" if "timed out" in str(error) else "connection closed without an answer")
        except BaseException:
            self._abandon()
            raise
        if not (200 <= code <= 299 or 400 <= code <= 599):
            self._abandon()
            return Answer("end", None, "an answer that is none")
        if code == CLOSING:
            self._abandon()
        return Answer("end", code, text.decode("utf-8", "replace"))

    def _spoke_early(self) -> Answer | None:
        """A server that closes or answers before the end was sent has not taken the message. Raises ConnectionLostError if it closed."""
        sock = self._smtp.sock
        if sock is None:
            raise self._lost("content")
        timeout = sock.gettimeout()
        sock.settimeout(0)
        try:
            data = sock.recv(4096)
        except (BlockingIOError, ssl.SSLWantReadError):
            return None
        except OSError:
            data = b""
        finally:
            sock.settimeout(timeout)
        code = int(data[:3]) if re.match(rb"[45]\d\d", data) else None
        if code is None or code == CLOSING:
            raise self._lost("content", code, data[4:])
        return Answer("content", code, data[4:].decode("utf-8", "replace"))

    def _lost(self, phase: Phase, code: int | None = None, text: bytes = b"") -> ConnectionLostError:
        self._abandon()
        return ConnectionLostError(phase, code if code == CLOSING else None, text.decode("utf-8", "replace") if code == CLOSING else "")

    def _abandon(self) -> None:
        """Close without a word: after a half message, QUIT would be read as a line of it."""
        self.broken = True
        self._smtp.close()


def check_security(server: SmtpServer) -> None:
    """Refuse to send mail, names and links, unencrypted over a network. Raises ConfigError."""
    if server.security != "none" or server.host == "localhost":
        return
    with contextlib.suppress(ValueError):
        if ipaddress.ip_address(server.host.strip("[]")).is_loopback:
            return
    hint = "set security: starttls (port 587) or security: tls (port 465)"
    raise ConfigError(f"mail.smtp: security none is only for this machine itself, not for {server.host}", hint=hint)


def _connect(server: SmtpServer, context: ssl.SSLContext, timeout: float) -> smtplib.SMTP:
    # A name given here is replaced before it is used; without one, smtplib asks the DNS for this machine's name, which can hang.
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, local_hostname="localhost", timeout=timeout, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, local_hostname="localhost", timeout=timeout)
    if smtp.sock is not None:
        # The final dot is a small packet of its own; Nagle's algorithm would hold it back for 40 ms per message.
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        own = smtp.sock.getsockname()[0]
        smtp.local_hostname = f"[IPv6:{own}]" if ":" in own else f"[{own}]"  # RFC 5321 section 4.1.3
    return smtp


def _encrypt(smtp: smtplib.SMTP, server: SmtpServer, context: ssl.SSLContext) -> None:
    smtp.ehlo_or_helo_if_needed()
    if server.security == "starttls":
        try:
            smtp.starttls(context=context)
        except smtplib.SMTPNotSupportedError:
            hint = "use security: tls (often port 465), or another port of that server"
            raise NetworkError(f"{server.host}:{server.port}: the mail server offers no STARTTLS", hint=hint) from None
        smtp.ehlo_or_helo_if_needed()


def _log_in(smtp: smtplib.SMTP, server: SmtpServer, password: str | None) -> None:
    """The password is named in no error: what smtplib raises can hold it."""
    if server.user is None:
        return
    if not password:
        raise ConfigError(
            "mail.smtp.user is set, but there is no password", hint=f"put it into the environment variable {PASSWORD_VARIABLE}"
        )
    code: int | None = None
    try:
        smtp.login(server.user, password)
    except smtplib.SMTPAuthenticationError as error:
        code = error.smtp_code
    except smtplib.SMTPNotSupportedError:
        raise NetworkError(f"{server.host}:{server.port}: the mail server offers no login", hint="take mail.smtp.user out") from None
    except UnicodeError:
        raise ConfigError("user or password have characters outside ASCII", hint="choose a password of ASCII characters") from None
    if code is not None and 400 <= code < 500 and code != 432:
        raise ConnectionLostError("mail", code)
    if code is not None:
        hint = f"check mail.smtp.user and the environment variable {PASSWORD_VARIABLE}"
        raise NetworkError(f"{server.host}:{server.port}: the mail server refused the login ({code})", hint=hint)


def _tls_hint(server: SmtpServer) -> str:
    return f"the certificate must be for {server.host} and from an authority this machine trusts (SSL_CERT_FILE names another)"


def _taken(answer: Answer) -> bool:
    return answer.code is not None and answer.code < 400


def _drop(smtp: smtplib.SMTP | None) -> None:
    if smtp is not None:
        smtp.close()
