"""Handing letters to a mail server: each at most once, each outcome in the journal before the next letter begins.

| what happened                                       | state    | later                                             |
|-----------------------------------------------------|----------|---------------------------------------------------|
| 2xx after the end of the message                    | sent     | never again                                       |
| 4xx at any step, or the connection broke before end | deferred | by a later `issuer send`, after a wait            |
| 5xx about the recipient or the message              | failed   | only when asked for                               |
| the end was sent, no answer came                    | unknown  | only when asked for: it may have arrived          |
| 5xx about the sender, the login, TLS                | (none)   | NetworkError: nothing here is about one recipient |
"""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from email.message import EmailMessage
from typing import Literal

from issuer.config import SmtpServer
from issuer.errors import NetworkError
from issuer.mail.address import on_the_wire
from issuer.mail.deliveries import Delivery, Journal, without_addresses
from issuer.mail.dialogue import Answer, Connection, ConnectionLostError, check_security

FIRST_WAIT = dt.timedelta(minutes=15)
LONGEST_WAIT = dt.timedelta(hours=24)
MOST_ATTEMPTS = 10
_TRIES_PER_LETTER = 2
_MOST_IN_A_ROW = 10


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one recipient. message: its bytes with CRLF line ends, or a call that composes it when its turn comes.
    sender, recipient: the addresses of the envelope; they are not kept anywhere."""

    id: str
    revision: str
    message: Callable[[], EmailMessage] | bytes
    sender: str
    recipient: str


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: timeout for a step, answer_timeout for the answer to a message (RFC 5321 section 4.5.3.2.6 asks for ten minutes),
    pauses before the second and each further try to connect."""

    timeout: float = 60.0
    answer_timeout: float = 600.0
    pauses: tuple[float, ...] = (1.0, 5.0)


def should_send(
    previous: Delivery | None, now: dt.datetime, *, retry_unknown: bool = False, retry_failed: bool = False, force: bool = False
) -> bool:
    """Whether a letter is due. previous: `Journal.state`; force: do not wait for a deferred one, nor give up on it after ten attempts."""
    if previous is None:
        return True
    if previous.state == "deferred":
        return force or (previous.attempt < MOST_ATTEMPTS and now >= not_before(previous))
    if previous.state in ("failed", "bounced"):
        return retry_failed
    return retry_unknown and previous.state in ("unknown", "sending")


def not_before(previous: Delivery) -> dt.datetime:
    """When a deferred letter is due again: 15 minutes after the first attempt, four times as long after each further one, at most a day."""
    factor: int = 4 ** min(previous.attempt - 1, 10)
    return previous.time + min(FIRST_WAIT * factor, LONGEST_WAIT)


def deliver(
    letters: Iterable[Letter],
    server: SmtpServer,
    journal: Journal,
    *,
    clock: Callable[[], dt.datetime],
    password: str | None = None,
    tls: ssl.SSLContext | None = None,
    patience: Patience | None = None,
    retry_unknown: bool = False,
    retry_failed: bool = False,
    force: bool = False,
) -> Iterator[Delivery]:
    """Send every letter that is due by the journal, over as few connections as the server allows; the others are passed over in silence.

    clock: gives an aware UTC time. tls: the context to trust instead of the machine's own. Yields what became of each letter, when the
    journal has it. Raises ConfigError at once for settings that must not be used; NetworkError when the server cannot be reached or
    refuses us rather than a recipient; StorageError when the journal cannot be written (the letter is then not sent). What was yielded
    before stays true, and the next run goes on from there.
    """
    check_security(server)

    def connect(wait: Patience) -> Connection:
        return Connection.open(server, password=password, tls=tls, timeout=wait.timeout, answer_timeout=wait.answer_timeout)

    def due(letter: Letter) -> bool:
        previous = journal.state(letter.id, letter.revision)
        return should_send(previous, clock(), retry_unknown=retry_unknown, retry_failed=retry_failed, force=force)

    return _Round(connect, f"{server.host}:{server.port}", journal, clock, patience or Patience()).run(letters, due)


class _Round:
    """One run of deliver: the open connection, and how many letters in a row went wrong."""

    def __init__(
        self, connect: Callable[[Patience], Connection], where: str, journal: Journal, clock: Callable[[], dt.datetime], patience: Patience
    ) -> None:
        self._connect = connect
        self._where = where
        self._journal = journal
        self._clock = clock
        self._patience = patience
        self._connection: Connection | None = None
        self._wrong_in_a_row = 0

    def run(self, letters: Iterable[Letter], due: Callable[[Letter], bool]) -> Iterator[Delivery]:
        try:
            for letter in letters:
                if not due(letter):
                    continue
                delivery = self._send(letter)
                yield delivery
                self._stop_if_hopeless(delivery)
        finally:
            if self._connection is not None:
                self._connection.close()

    def _send(self, letter: Letter) -> Delivery:
        """Send one letter and write down what became of it."""
        content, message_id = _content(letter)
        previous = self._journal.state(letter.id, letter.revision)
        sending = Delivery(
            id=letter.id,
            revision=letter.revision,
            message_id=message_id,
            state="sending",
            phase="content",
            time=self._clock(),
            attempt=1 if previous is None else previous.attempt + 1,
        )
        answer = self._hand_over(letter, content, sending)
        reply = without_addresses(answer.text, (letter.sender, letter.recipient))
        state = _state(answer)
        delivery = replace(sending, state=state, phase=answer.phase, code=answer.code, reply=reply, time=self._clock())
        self._journal.append(delivery)
        return delivery

    def _hand_over(self, letter: Letter, content: bytes, sending: Delivery) -> Answer:
        """The server's answer. A connection that breaks before the end is opened again once; then the letter waits for a later run."""
        sender, recipient = on_the_wire(letter.sender), on_the_wire(letter.recipient)
        lost: ConnectionLostError | None = None
        for _ in range(_TRIES_PER_LETTER):
            connection = self._connected()
            try:
                return connection.hand_over(
                    sender, recipient, content, before_end=lambda: self._journal.append(replace(sending, time=self._clock()))
                )
            except ConnectionLostError as error:
                lost = error
        if lost is None:
            raise AssertionError("unreachable: a letter is tried at least once")
        return Answer(lost.phase, lost.code or 421, lost.text or "connection closed before the end of the message")

    def _connected(self) -> Connection:
        if self._connection is not None and not self._connection.broken:
            return self._connection
        code = ""
        for pause in (0.0, *self._patience.pauses):
            time.sleep(pause)
            try:
                self._connection = self._connect(self._patience)
            except ConnectionLostError as error:
                code = "" if error.code is None else f" (it answered {error.code})"
            else:
                return self._connection
        hint = "check mail.smtp in issuer.yml and the network; what was sent is in the journal, run `issuer send` again later"
        raise NetworkError(f"{self._where}: the mail server cannot be reached{code}", hint=hint)

    def _stop_if_hopeless(self, delivery: Delivery) -> None:
        """Ten letters refused or lost in a row say something about the server or the roster, and the eleventh would not fare better."""
        wrong = delivery.state in ("failed", "unknown") or (delivery.state == "deferred" and self._connection_broke())
        self._wrong_in_a_row = self._wrong_in_a_row + 1 if wrong else 0
        if self._wrong_in_a_row >= _MOST_IN_A_ROW:
            hint = "read the replies in deliveries.jsonl; then run `issuer send` again, it goes on with the next letter"
            raise NetworkError(f"{self._where}: {_MOST_IN_A_ROW} letters in a row were refused or lost", hint=hint)

    def _connection_broke(self) -> bool:
        return self._connection is None or self._connection.broken


def _state(answer: Answer) -> Literal["sent", "deferred", "failed", "unknown"]:
    if answer.code is None:
        return "unknown" if answer.phase == "end" else "failed"
    if answer.code >= 500:
        return "failed"
    return "sent" if answer.code < 300 and answer.phase == "end" else "deferred"


def _content(letter: Letter) -> tuple[bytes, str]:
    """The bytes of the message and its Message-ID."""
    if isinstance(letter.message, bytes):
        headers = email.message_from_bytes(letter.message, policy=email.policy.SMTPUTF8)
        return letter.message, str(headers["Message-ID"] or "").strip()
    message = letter.message()
    return message.as_bytes(), str(message["Message-ID"] or "")
