"""Sending against a real SMTP server in this process: every way a dialogue can end, and that nobody gets a letter twice."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import mailbox
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from issuer.config import SmtpServer
from issuer.errors import ConfigError, NetworkError, StorageError
from issuer.mail.deliveries import Delivery, Journal
from issuer.mail.dialogue import check_security
from issuer.mail.headers import LetterPolicy
from issuer.mail.sending import Letter, Patience, deliver, not_before, should_send
from issuer.mail.sink import LocalServer, Sink

NOW = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)
QUICK = Patience(timeout=5, answer_timeout=2, pauses=(0.0, 0.0))
BODY = b"Message-ID: <c.%s.r@example.org>\r\nSubject: x\r\n\r\n.first line begins with a dot\r\n..second\r\n"


class Post:
    """An aiosmtpd handler that keeps what it takes, and answers by the recipient's address."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self.connections = 0
        self.options: list[list[str]] = []

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        self.options.append(options)
        if address.startswith("stranger"):
            return "550 5.7.1 not you"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:  # noqa: N802
        code = address[:3]
        if code in ("450", "421"):
            return f"{code} 4.2.1 {address} try later"
        if code == "550":
            return f"550 5.1.1 <{address}>: no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        recipient = envelope.rcpt_tos[0]
        if recipient.startswith("full"):
            return "452 4.3.1 no room"
        if recipient.startswith("spam"):
            return f"554 5.7.1 {recipient} refused"
        self.taken.append((recipient, envelope.content))
        if recipient.startswith("vanish"):
            server.transport.abort()
        if recipient.startswith("slow"):
            await asyncio.sleep(4)
        return "250 2.0.0 Ok"


class Session(SMTP):
    """aiosmtpd's session; for a recipient `drop@` it hangs up in the middle of DATA."""

    def connection_made(self, transport: Any) -> None:
        self.event_handler.connections += 1
        super().connection_made(transport)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if self.envelope is not None and self.envelope.rcpt_tos[0].startswith("drop"):
            await self.push("354 go on")
            await self._reader.readline()
            assert isinstance(self.transport, asyncio.Transport)
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


@pytest.fixture
def post() -> Post:
    return Post()


def _serve(post: Post, **options: Any) -> LocalServer:
    server: LocalServer

    def session() -> asyncio.Protocol:
        protocol: asyncio.Protocol = Session(post, hostname="localhost", loop=asyncio.get_event_loop(), **options)
        return protocol

    server = LocalServer(session)
    return server


@pytest.fixture
def port(post: Post) -> Iterator[int]:
    with _serve(post, enable_SMTPUTF8=True) as server:
        yield server.port


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "deliveries.jsonl") as journal:
        yield journal


def _letter(recipient: str, **more: Any) -> Letter:
    name = recipient.split("@")[0]
    values = {
        "id": name,
        "revision": "r",
        "message": BODY % name.encode(),
        "sender": "certificates@example.org",
        "recipient": recipient,
    } | more
    return Letter(**values)


def _server(port: int, **more: Any) -> SmtpServer:
    return SmtpServer.model_validate({"host": "127.0.0.1", "port": port, "security": "none"} | more)


def _send(port: int, journal: Journal, *recipients: str, **more: Any) -> list[Delivery]:
    options: dict[str, Any] = {"clock": lambda: NOW, "patience": QUICK} | more
    return list(deliver([_letter(recipient) for recipient in recipients], _server(port), journal, **options))


def _lines(journal: Journal) -> list[Delivery]:
    return [Delivery.from_line(line) for line in journal.path.read_bytes().splitlines()]


def test_many_letters_on_one_connection(port: int, post: Post, journal: Journal) -> None:
    deliveries = _send(port, journal, "ada@example.org", "550@example.org", "bob@example.org", "450@example.org", "eve@example.org")
    assert [delivery.state for delivery in deliveries] == ["sent", "failed", "sent", "deferred", "sent"]
    assert [recipient for recipient, _ in post.taken] == ["ada@example.org", "bob@example.org", "eve@example.org"]
    assert post.taken[0][1] == BODY % b"ada"
    assert post.connections == 1
    assert post.options[0] == [f"SIZE={len(BODY % b'ada')}"]


@pytest.mark.parametrize(
    ("recipient", "state", "phase", "code", "reply", "tries"),
    [
        ("ada@example.org", "sent", "end", 250, "2.0.0 Ok", 1),
        ("450@example.org", "deferred", "rcpt", 450, "4.2.1 … try later", 1),
        ("550@example.org", "failed", "rcpt", 550, "5.1.1 <…>: no such user", 1),
        ("421@example.org", "deferred", "rcpt", 421, "4.2.1 … try later", 2),
        ("full@example.org", "deferred", "end", 452, "4.3.1 no room", 1),
        ("spam@example.org", "failed", "end", 554, "5.7.1 … refused", 1),
        ("vanish@example.org", "unknown", "end", None, "connection closed without an answer", 1),
        ("slow@example.org", "unknown", "end", None, "no answer in time", 1),
    ],
)
def test_how_a_letter_can_end(
    port: int, post: Post, journal: Journal, recipient: str, state: str, phase: str, code: int | None, reply: str, tries: int
) -> None:
    first, after = _send(port, journal, recipient, "ada.after@example.org")
    assert (first.state, first.phase, first.code, first.reply) == (state, phase, code, reply)
    assert post.connections == tries + (tries > 1 or code is None)
    assert after.state == "sent"  # whatever happened to the first, the second has its turn
    assert _lines(journal)[-1] == after
    assert b"@example.org" not in journal.path.read_bytes().replace(b".r@example.org>", b"")


def test_a_drop_in_the_middle_of_data_is_not_taken_and_waits(port: int, post: Post, journal: Journal) -> None:
    big = _letter("drop@example.org", message=BODY % b"drop" + b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 60_000)
    (delivery,) = deliver([big], _server(port), journal, clock=lambda: NOW, patience=QUICK)
    assert (delivery.state, delivery.phase) == ("deferred", "content")
    assert post.taken == []
    assert post.connections == 2
    assert should_send(journal.state("drop", "r"), NOW + dt.timedelta(minutes=15))


def test_two_runs_send_once(port: int, post: Post, tmp_path: Path) -> None:
    path = tmp_path / "deliveries.jsonl"
    for _ in range(2):
        with Journal.open(path) as journal:
            _send(port, journal, "ada@example.org", "ada@example.org", "vanish@example.org", "550@example.org", "450@example.org")
    assert [recipient for recipient, _ in post.taken] == ["ada@example.org", "vanish@example.org"]
    assert post.connections == 2  # the second run had nothing to say


def test_nothing_due_opens_no_connection(journal: Journal) -> None:
    journal.append(Delivery("ada", "r", "<m@x>", "sent", "end", NOW, 1, 250, "Ok"))
    assert _send(1, journal, "ada@example.org") == []


def test_what_is_asked_for_is_sent_again(port: int, post: Post, journal: Journal) -> None:
    for name, state in (("u", "sending"), ("f", "failed"), ("d", "deferred")):
        journal.append(Delivery(name, "r", "<m@x>", state, "end", NOW, 1))  # type: ignore[arg-type]
    assert _send(port, journal, "u@example.org", "f@example.org", "d@example.org") == []
    again = _send(port, journal, "u@example.org", "f@example.org", "d@example.org", retry_unknown=True, retry_failed=True, force=True)
    assert [(delivery.id, delivery.state, delivery.attempt) for delivery in again] == [("u", "sent", 2), ("f", "sent", 2), ("d", "sent", 2)]


def test_a_corrected_certificate_is_another_letter(port: int, post: Post, journal: Journal) -> None:
    letters = [_letter("ada@example.org"), replace(_letter("ada@example.org"), revision="r2")]
    assert [delivery.state for delivery in deliver(letters, _server(port), journal, clock=lambda: NOW, patience=QUICK)] == ["sent", "sent"]
    assert len(post.taken) == 2


def test_killed_between_the_end_and_the_answer(port: int, post: Post, tmp_path: Path) -> None:
    """What a kill leaves: the line `sending`, on the disk before the server had the end of the message."""
    path = tmp_path / "deliveries.jsonl"
    seen: list[bytes] = []
    post.handle_DATA = _spy(post, lambda: seen.append(path.read_bytes()))  # type: ignore[method-assign]
    with Journal.open(path) as journal:
        _send(port, journal, "ada@example.org")
    path.write_bytes(seen[0])
    assert Delivery.from_line(seen[0]).state == "sending"
    with Journal.open(path) as journal:
        state = journal.state("ada", "r")
        assert state is not None
        assert state.state == "unknown"
        assert _send(port, journal, "ada@example.org") == []
    assert len(post.taken) == 1


def _spy(post: Post, look: Callable[[], None]) -> Any:
    original = post.handle_DATA

    async def handle(server: Any, session: Any, envelope: Any) -> str:
        look()
        return await original(server, session, envelope)

    return handle


def test_a_journal_that_cannot_be_written_stops_the_letter(port: int, post: Post, tmp_path: Path) -> None:
    path = tmp_path / "deliveries.jsonl"
    with Journal.open(path) as other, Journal.open(path) as journal:
        other.append(Delivery("x", "r", "<m@x>", "sent", "end", NOW, 1))
        with pytest.raises(StorageError):
            _send(port, journal, "ada@example.org")
    assert post.taken == []


def test_a_refused_sender_is_nobodys_failure(port: int, journal: Journal) -> None:
    letter = _letter("ada@example.org", sender="stranger@example.org")
    with pytest.raises(NetworkError, match="refuses the sender: 550"):
        list(deliver([letter], _server(port), journal, clock=lambda: NOW, patience=QUICK))
    assert not journal.path.exists()


def test_ten_refused_in_a_row_stop_the_run(port: int, journal: Journal) -> None:
    with pytest.raises(NetworkError, match="10 letters in a row"):
        _send(port, journal, *(f"550-{number}@example.org" for number in range(20)))
    assert len(_lines(journal)) == 10


def test_nobody_listens(journal: Journal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NetworkError, match=f"127.0.0.1:{port}: the mail server cannot be reached"):
        _send(port, journal, "ada@example.org")


def test_addresses_beyond_ascii(port: int, post: Post, journal: Journal, tmp_path: Path) -> None:
    (delivery,) = _send(port, journal, "jörg@example.org")
    assert delivery.state == "sent"
    assert "SMTPUTF8" in post.options[0]
    (delivery,) = _send(port, journal, "ada@bücher.example.org")
    assert post.taken[-1][0] == "ada@xn--bcher-kva.example.org"
    with _serve(post) as plain, Journal.open(tmp_path / "plain.jsonl") as other:
        (delivery,) = _send(plain.port, other, "jörg@example.org")
    assert (delivery.state, delivery.code) == ("failed", None)
    assert "SMTPUTF8" in delivery.reply


@pytest.mark.parametrize("host", ["mail.example.org", "192.0.2.1", "127.example.org"])
def test_mail_never_leaves_the_machine_unencrypted(journal: Journal, host: str) -> None:
    with pytest.raises(ConfigError, match=f"not for {host}"):
        deliver([], _server(25, host=host), journal, clock=lambda: NOW)
    check_security(_server(25, host=host, security="starttls"))
    check_security(_server(25, host="::1"))


def _certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A self-made certificate for localhost: the server's context, and the file that a client may trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + dt.timedelta(days=36500))
    builder = builder.add_extension(names, critical=False).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    path = folder / "certificate.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = folder / "key.pem"
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, private)
    return context, path


def _login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"issuer", b"correct horse"), handled=False)


@pytest.fixture
def secure(post: Post, tmp_path: Path) -> Iterator[tuple[SmtpServer, ssl.SSLContext]]:
    context, path = _certificate(tmp_path)
    with _serve(post, tls_context=context, require_starttls=True, auth_required=True, authenticator=_login) as server:
        yield _server(server.port, host="localhost", security="starttls", user="issuer"), ssl.create_default_context(cafile=path)


def test_starttls_and_login(secure: tuple[SmtpServer, ssl.SSLContext], post: Post, journal: Journal) -> None:
    server, tls = secure
    letters = [_letter("ada@example.org"), _letter("bob@example.org")]
    deliveries = list(deliver(letters, server, journal, clock=lambda: NOW, password="correct horse", tls=tls, patience=QUICK))
    assert [delivery.state for delivery in deliveries] == ["sent", "sent"]
    assert len(post.taken) == 2


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: tuple[SmtpServer, ssl.SSLContext], post: Post, journal: Journal) -> None:
    with pytest.raises(NetworkError, match="no trusted TLS connection: self-signed certificate") as caught:
        list(deliver([_letter("ada@example.org")], secure[0], journal, clock=lambda: NOW, password="correct horse", patience=QUICK))
    assert "SSL_CERT_FILE" in caught.value.hint
    assert post.taken == []


@pytest.mark.parametrize(
    ("password", "error"), [("wrong", NetworkError), ("pässword", ConfigError), (None, ConfigError), ("", ConfigError)]
)
def test_the_password_stays_out_of_errors(
    secure: tuple[SmtpServer, ssl.SSLContext], journal: Journal, password: str | None, error: type[Exception]
) -> None:
    server, tls = secure
    with pytest.raises(error) as caught:
        list(deliver([_letter("ada@example.org")], server, journal, clock=lambda: NOW, password=password, tls=tls, patience=QUICK))
    chain = [caught.value, caught.value.__cause__, None if caught.value.__suppress_context__ else caught.value.__context__]
    assert not password or not any(password in repr(link) for link in chain)


def test_a_server_without_starttls_is_refused(port: int, journal: Journal) -> None:
    with pytest.raises(NetworkError, match="offers no STARTTLS"):
        list(deliver([_letter("ada@example.org")], _server(port, security="starttls"), journal, clock=lambda: NOW, patience=QUICK))


def test_a_composed_letter_arrives_as_it_was_composed(port: int, post: Post, journal: Journal) -> None:
    message = EmailMessage(policy=LetterPolicy())
    message["Message-ID"] = "<c.ada.r@example.org>"
    message["To"] = "Ada <ada@example.org>"
    message.set_content("..\n.\nJosé\n", cte="quoted-printable")
    letter = _letter("ada@example.org", message=lambda: message)
    (delivery,) = deliver([letter], _server(port), journal, clock=lambda: NOW, patience=QUICK)
    assert delivery.message_id == "<c.ada.r@example.org>"
    assert post.taken == [("ada@example.org", message.as_bytes())]


def test_when_a_letter_is_due() -> None:
    def last(state: str, attempt: int = 1) -> Delivery:
        return Delivery("a", "r", "<m@x>", state, "end", NOW, attempt)  # type: ignore[arg-type]

    assert should_send(None, NOW)
    assert not should_send(last("sent"), NOW, retry_unknown=True, retry_failed=True, force=True)
    assert [not_before(last("deferred", attempt)) - NOW for attempt in (1, 2, 3, 9)] == [
        dt.timedelta(minutes=m) for m in (15, 60, 240, 1440)
    ]
    assert not should_send(last("deferred"), NOW + dt.timedelta(minutes=14))
    assert should_send(last("deferred"), NOW + dt.timedelta(minutes=15))
    assert should_send(last("deferred"), NOW, force=True)
    assert not should_send(last("deferred", 10), NOW + dt.timedelta(days=9))
    for state in ("unknown", "sending"):
        assert not should_send(last(state), NOW, force=True)
        assert should_send(last(state), NOW, retry_unknown=True)
    for state in ("failed", "bounced"):
        assert not should_send(last(state), NOW, force=True)
        assert should_send(last(state), NOW, retry_failed=True)


def test_the_sink_keeps_one_file_per_recipient(journal: Journal, tmp_path: Path) -> None:
    with Sink(tmp_path / "demo" / "outbox") as sink:
        _send(sink.port, journal, "ada@example.org", "bob@example.org", "ada@example.org")
        assert sink.count == 2
    messages = {str(message["Message-ID"]): str(message) for message in mailbox.Maildir(tmp_path / "demo" / "outbox", create=False)}
    assert set(messages) == {"<c.ada.r@example.org>", "<c.bob.r@example.org>"}
    assert "\n\n.first line begins with a dot\n..second" in messages["<c.ada.r@example.org>"]
    with pytest.raises(NetworkError, match="not running"):
        _ = sink.port
