"""issuer verify: the numbered checks, as a stranger would make them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from issuer import publication, signed_fields
from issuer.commands import advice
from issuer.commands.session import Result, Session
from issuer.commands.targets import Answer, Asked, answers
from issuer.errors import FormatError, IssuerError, Place, UsageError
from issuer.evidence import Site
from issuer.formats import multikey, timestamp
from issuer.verdict import Check, Outcome, Verdict, Verification

_DAY = len("2026-09-01")
_SIGN = {Outcome.PASS: ("✓", "green"), Outcome.FAIL: ("✗", "red"), Outcome.UNKNOWN: ("?", "yellow")}
_COLOUR = {Verdict.VALID: "bold green", Verdict.NOT_VALID: "bold red", Verdict.CANNOT_TELL: "bold yellow"}


@click.command()
@click.argument("targets", nargs=-1, required=True, metavar="FILE|URL|ID|FOLDER...")
@click.option("--site", type=click.Path(path_type=Path), help="The published site to check against.")
@click.option("--online", is_flag=True, help="Fetch what is missing from the issuer's public site, and nothing from elsewhere.")
@click.option("--issuer", "expected", metavar="DID", help="The issuer that you expect, such as did:web:certificates.example.org.")
@click.option("--as-of", "as_of", metavar="DATE", help="Was it valid then? A day (its end in UTC) or a moment: 2026-09-01T12:00:00Z.")
@click.pass_obj
def command(
    session: Session, targets: tuple[str, ...], site: Path | None, expected: str | None, as_of: str | None, *, online: bool
) -> Result:
    """Check certificates as a stranger would.

    FILE is a record.json or credential.json, ours or of another issuer, or the SVG, PNG or PDF that carries one; URL is a certificate's
    address; ID is the 26 characters at its end; FOLDER is a whole published site, an issuing repository, or holds files.

    Without --online nothing is fetched: the evidence comes from --site, or from the issuing repository around you. A site that came
    together with FILE proves nothing unless you name it. A file only says who its issuer claims to be: name the one that you expect
    with --issuer.

    Exit code: 0 all are valid; 1 one is not valid, or nobody can tell; 2 called wrongly, or a named file is not there; 3 something
    could not be read or fetched.
    """
    if site is not None:
        _refuse_no_site(site)
    asked = Asked(site, expected, online, _moment(as_of, session.now))
    tally = _Tally(asked, as_json=bool(click.get_current_context().meta.get("issuer.json")), then=_then(as_of, asked.at))
    for answer in _all(session, targets, asked):
        tally.add(answer)
    data = {
        "as_of": None if asked.at is None else timestamp.serialise(asked.at),
        "verdicts": {verdict.value: tally.verdicts[verdict] for verdict in Verdict},
        "results": tally.results,
    }
    return Result(lines=tally.lines(), data=data, exit_code=tally.exit_code())


def _all(session: Session, targets: tuple[str, ...], asked: Asked) -> Iterator[Answer]:
    """What each target says. Of several, one that cannot be read does not keep the others from being looked at."""
    for target in targets:
        try:
            yield from answers(session, target, asked)
        except IssuerError as error:
            if len(targets) == 1:
                raise
            yield Answer(target, error=error)


def _refuse_no_site(folder: Path) -> None:
    """Raises UsageError."""
    if not folder.is_dir():
        hint = "--site takes the folder of a published site, such as _site"
        raise UsageError("there is no such folder", place=Place(str(folder)), hint=hint)
    if not Site.is_at(folder):
        hint = f"it has no {publication.KEYS}; name the folder that `issuer publish` writes, or a copy of the whole site"
        raise UsageError("is no published site", place=Place(str(folder)), hint=hint)


def _then(text: str | None, at: dt.datetime | None) -> str:
    """What a verdict says of the moment that was asked about: nothing for now. text: as the reader wrote it."""
    if text is None or at is None:
        return ""
    return f" on {text}" if len(text) == _DAY else f" at {timestamp.serialise(at)}"


def _moment(text: str | None, now: dt.datetime) -> dt.datetime | None:
    """A day means its end, and today means now. Raises UsageError."""
    if text is None:
        return None
    try:
        day = len(text) == _DAY
        moment = timestamp.parse(f"{text}T23:59:59Z" if day else text)
    except FormatError:
        raise UsageError(f"--as-of: {text!r} is no date", hint="write it as 2026-09-01 or 2026-09-01T12:00:00Z") from None
    if day and moment.date() == now.astimezone(dt.UTC).date():
        return now
    if moment > now:
        raise UsageError(f"--as-of: {text} is not yet", hint="the log tells the past; leave --as-of out for today")
    return moment


@dataclass
class _Tally:
    """Only what will be printed is kept: a site can have 100,000 certificates. asked: how to check; as_json: which of the two is printed;
    then: the moment that was asked about, behind a verdict; nothing for now."""

    asked: Asked
    as_json: bool
    then: str
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    results: list[dict[str, Any]] = field(default_factory=list)
    _count: int = 0
    _first: Answer | None = None
    _told: list[Text] = field(default_factory=list)
    _errors: list[int] = field(default_factory=list)
    _is_blind: bool = False
    _lacks_evidence: bool = False

    def add(self, answer: Answer) -> None:
        """Take one answer."""
        self._first = None if self._count else answer
        self._count += 1
        self.verdicts[answer.verdict] += 1
        if answer.error is not None:
            self._errors.append(answer.error.exit_code)
        elif answer.notes and answer.verdict is Verdict.CANNOT_TELL:
            self._is_blind = True
        if answer.result and answer.result.reason and advice.lacks_evidence(answer.result.reason):
            self._lacks_evidence = True
        if self.as_json:
            self.results.append(_json(answer, self.asked))
        elif answer.verdict is not Verdict.VALID:
            self._told += [_short(answer.target, answer.verdict, _reason(answer), self.then), *_notes(answer)]
        elif not answer.in_folder:
            self._told.append(_short(answer.target, answer.verdict, _whose(answer), self.then))

    def lines(self) -> Iterator[Text]:
        """What a person reads: of one certificate everything, of several a line each, of a whole site or repository
        those that are not valid, and how many are."""
        if self._first is not None and self._first.error is None and not self._first.in_folder:
            yield from _lines(self._first, self.asked, self.then)
            return
        yield from self._told
        counts = ", ".join(f"{self.verdicts[verdict]:,} {verdict.value}" for verdict in Verdict if self.verdicts[verdict])
        yield Text(f"{counts}{self.then}" if counts else "there is no certificate")
        if self._lacks_evidence and (hint := advice.evidence(self.asked)):
            yield Text.assemble(("hint: ", "bold cyan"), hint)

    def exit_code(self) -> int:
        """A no weighs more than what could not be looked at."""
        if self.verdicts[Verdict.NOT_VALID] or not self._count:
            return 1
        if self._errors:
            return max(self._errors)
        if self.verdicts[Verdict.CANNOT_TELL]:
            return 3 if self._is_blind else 1
        return 0


def _lines(answer: Answer, asked: Asked, then: str) -> Iterator[Text]:
    result = answer.result
    if result is None:
        return
    yield Text(answer.target, style="bold")
    if result.credential is not None:
        yield Text(_headline(result.credential))
    for check in result.checks:
        sign, colour = _SIGN[check.outcome]
        yield Text.assemble(f"{check.number} ", (sign, f"bold {colour}"), f" {check.title}: {check.message} [{check.code}]")
        hint = advice.hint(check, asked)
        if hint and check.outcome is not Outcome.PASS:
            yield Text.assemble(("    hint: ", "bold cyan"), hint)
    yield from _notes(answer)
    if result.verdict is Verdict.VALID:
        yield Text(f"Compare with what the issuer tells you elsewhere: {_issuer(result)}, key {_fingerprint(result)}")
    yield _short("", result.verdict, _reason(answer), then)


def _notes(answer: Answer) -> list[Text]:
    notes = [Text.assemble(("note: ", "bold cyan"), note) for note in answer.notes]
    return [*notes, Text.assemble(("hint: ", "bold cyan"), answer.advice)] if answer.advice else notes


def _fingerprint(result: Verification) -> str:
    """The fingerprint of the key that signed, as the issuer's trust page shows it. result: one whose signature is good."""
    return multikey.fingerprint(result.checks[1].detail["key"])


def _issuer(result: Verification) -> str | None:
    """The DID that a credential names, None if there is none that could be read."""
    stated = (result.credential or {}).get("issuer")
    return stated.get("id") if isinstance(stated, dict) else stated


def _headline(found: dict[str, Any]) -> str:
    """Who was awarded what, by whom and when: as much of it as a credential says, ours or not."""
    issuer = found["issuer"]
    by = issuer.get("name") or issuer["id"] if isinstance(issuer, dict) else issuer
    return _joined(*_who_and_what(found), by, _when(found))


def _whose(answer: Answer) -> str:
    """Who was awarded what, of a valid one."""
    return _joined(*_who_and_what(answer.result.credential)) if answer.result and answer.result.credential else ""


def _joined(*parts: Any) -> str:
    return " — ".join(str(part)[:200] for part in parts if part)


def _who_and_what(found: dict[str, Any]) -> tuple[str | None, Any]:
    subject = found["credentialSubject"]
    subject = subject[0] if isinstance(subject, list) else subject
    achievement = subject.get("achievement")
    what = achievement.get("name") if isinstance(achievement, dict) else found.get("name")
    return _who(subject), what or "a credential"


def _who(subject: dict[str, Any]) -> str | None:
    """The name of a person, as Open Badges writes it, or what the subject calls itself."""
    identifiers = subject.get("identifier")
    for item in identifiers if isinstance(identifiers, list) else []:
        if isinstance(item, dict) and item.get("identityType") == "name" and isinstance(item.get("identityHash"), str):
            return str(item["identityHash"])
    name = subject.get("name", subject.get("id"))
    return name if isinstance(name, str) else None


def _when(found: dict[str, Any]) -> str | None:
    day = found.get("awardedDate")
    try:
        return None if day is None else signed_fields.long_date(day[:10])
    except (ValueError, TypeError):
        return None


def _reason(answer: Answer) -> str:
    """What stands against it, nothing for a valid one."""
    if answer.result is None:
        return answer.error.message if answer.error else ""
    reason = answer.result.reason
    return "" if reason is None else reason.message


def _short(name: str, verdict: Verdict, more: str, then: str) -> Text:
    return Text.assemble(f"{name}: " if name else "", (verdict.value, _COLOUR[verdict]), then, f": {more}" if more else "")


def _json(answer: Answer, asked: Asked) -> dict[str, Any]:
    result = answer.result
    if result is None:
        error = answer.error
        found: dict[str, Any] = {"error": str(error) if error else "", "hint": error.hint if error else ""}
        return {"target": answer.target, "verdict": answer.verdict.value, "id": None, "issuer": None, **found}
    checks = [check for check in result.checks if not (answer.in_folder and check.outcome is Outcome.PASS)]
    found = {"issuer": _issuer(result), "checks": [_check(check, asked) for check in checks], "notes": list(answer.notes)}
    return {"target": answer.target, "verdict": answer.verdict.value, "id": _id(result), **found}


def _id(result: Verification) -> str | None:
    """The id of a certificate of ours; of others that of the credential, None if it has none or cannot be read."""
    return None if result.credential is None or "id" not in result.credential else signed_fields.identifier_of(result.credential)


def _check(check: Check, asked: Asked) -> dict[str, Any]:
    return {
        "number": check.number,
        "name": check.name,
        "title": check.title,
        "result": check.outcome.value,
        "code": check.code,
        "message": check.message,
        "hint": advice.hint(check, asked),
    }
