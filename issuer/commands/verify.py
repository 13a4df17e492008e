"""issuer verify: the numbered checks, as a stranger would make them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from issuer import config, credential
from issuer.artwork.inside import MAX_BYTES, credential_in
from issuer.commands.session import Result, Session
from issuer.config import ISSUER_YML
from issuer.errors import FormatError, Place, UsageError
from issuer.evidence import Repository, Site, Source, read_bytes
from issuer.formats import did_web, identifier, multikey, strict_json
from issuer.online import Web
from issuer.verdict import Outcome, Verdict, Verification
from issuer.verification import About, Evidence, verify

_SIGN = {Outcome.PASS: ("✓", "green"), Outcome.FAIL: ("✗", "red"), Outcome.UNKNOWN: ("?", "yellow")}
_COLOUR = {Verdict.VALID: "bold green", Verdict.NOT_VALID: "bold red", Verdict.CANNOT_TELL: "bold yellow"}


@dataclass(frozen=True, slots=True)
class Asked:
    """How to check. site: a published site in a folder; issuer: the DID that the reader expects; online: whether to fetch."""

    site: Path | None
    issuer: str | None
    online: bool


@click.command()
@click.argument("targets", nargs=-1, required=True, metavar="FILE|URL|ID|FOLDER...")
@click.option("--site", type=click.Path(path_type=Path, file_okay=False, exists=True), help="The published site to check against.")
@click.option("--online", is_flag=True, help="Fetch what is missing from the issuer's public site, and nothing from elsewhere.")
@click.option("--issuer", "expected", metavar="DID", help="The issuer that you expect, such as did:web:certificates.example.org.")
@click.pass_obj
def command(session: Session, targets: tuple[str, ...], site: Path | None, expected: str | None, *, online: bool) -> Result:
    """Check certificates as a stranger would.

    FILE is a record.json or credential.json, or the SVG or PDF that carries one; URL is a certificate's address; ID is the 26
    characters at its end; FOLDER is a whole published site. Without --online nothing is fetched: the evidence comes from --site, from
    the site around FILE, or from the issuing repository around you. Exit code 0 only if all are valid.
    """
    verdicts: Counter[Verdict] = Counter()
    results: list[dict[str, Any]] = []
    lines, alone = [], []
    for name, result in chain.from_iterable(_verify_target(session, target, Asked(site, expected, online)) for target in targets):
        alone = [] if results else _lines(name, result)  # only what is printed is kept: a site can have 100,000 certificates
        verdicts[result.verdict] += 1
        results.append(_json(name, result))
        if result.verdict is not Verdict.VALID:
            lines.append(_short(name, result))
    counts = ", ".join(f"{verdicts[verdict]} {verdict.value}" for verdict in Verdict if verdicts[verdict])
    return Result(
        lines=tuple(alone or [*lines, counts or "there is no certificate"]),
        data={"verdicts": {verdict.value: verdicts[verdict] for verdict in Verdict}, "results": results},
        exit_code=0 if set(verdicts) == {Verdict.VALID} else 1,
    )


def verify_all(session: Session, source: Source) -> Iterator[tuple[str, Verification]]:
    """Every certificate of a source, with one reading of what is said about the issuer."""
    about, expected = source.about_issuer(), source.expected()
    for number, record, proof in source.everything():
        yield number, verify(Evidence(record, session.now, about, proof=proof, expected=expected, wanted=number))


def _verify_target(session: Session, target: str, asked: Asked) -> Iterator[tuple[str, Verification]]:
    path = Path(target)
    if path.is_dir():
        yield from verify_all(session, _folder(path, target))
        return
    source: Source | None
    if path.is_file() or ("://" not in target and path.suffix == ".json"):
        data = read_bytes(path, MAX_BYTES)
        if data is None:
            raise UsageError(
                "there is no such file", place=Place(target), hint="give a record.json, a credential.json, an address or an id"
            )
        try:
            data = credential_in(data) or data
        except FormatError as error:
            raise UsageError(error.message, place=Place(target), hint=error.hint) from None
        source = _source_of_file(session, path, data, asked)
        number, wanted = _id_in(data), None
    else:
        number, wanted = _named(target)
        source = _source_of_address(session, target, asked)
        data = source.record(number)
        if data is None:
            raise UsageError(
                f"{source.name} has no certificate {number}", place=Place(target), hint="check the id; --site FOLDER names another site"
            )
    about = source.about_issuer() if source else About()
    evidence = Evidence(
        record=data,
        now=session.now,
        about=about,
        beside=source.record(number) if source and number else None,
        proof=source.proof(number) if source and number else None,
        expected=asked.issuer or (source.expected() if source and not (wanted is None and asked.online) else None),
        wanted=wanted,
    )
    yield target, verify(evidence)


def _folder(path: Path, shown: str) -> Source:
    if Site.is_at(path):
        return Site(path)
    if (path / ISSUER_YML).is_file():
        return Repository(path, config.read_issuer(path / ISSUER_YML))
    raise UsageError(
        "is neither a published site nor an issuing repository", place=Place(shown), hint="`issuer publish` writes a site to _site/"
    )


def _source_of_file(session: Session, path: Path, data: bytes, asked: Asked) -> Source | None:
    """Where the evidence about a file comes from. With --online: the site that the file itself names, which is no reason to expect it."""
    if asked.site:
        return Site(asked.site)
    if not asked.online:
        return _around(session, path)
    try:
        return Web(did_web.base_url(strict_json.parse(data)["issuer"]["id"]))
    except (FormatError, KeyError, TypeError, AttributeError):
        return None


def _source_of_address(session: Session, target: str, asked: Asked) -> Source:
    """Where the evidence about an address or an id comes from."""
    if asked.site:
        return Site(asked.site)
    base, separator, _ = target.partition("/c/")
    if not asked.online:
        return _repository(session, target)
    if "://" not in target or not separator:
        raise UsageError(
            "is no address of a certificate", place=Place(target), hint="with --online give the whole link, such as https://…/c/…/"
        )
    try:
        did_web.from_base_url(base)
    except FormatError as error:
        raise UsageError(error.message, place=Place(target), hint="use the https address of the certificate's page") from None
    return Web(base)


def _around(session: Session, path: Path) -> Source | None:
    """The site that a file lies in, else the repository around the user, else nothing."""
    for folder in path.resolve().parents:
        if Site.is_at(folder):
            return Site(folder)
    try:
        return Repository(session.repository, session.config)
    except UsageError:
        return None


def _repository(session: Session, target: str) -> Source:
    try:
        return Repository(session.repository, session.config)
    except UsageError:
        raise UsageError(
            "nothing to check it against: this is no issuing repository, and nothing is fetched from the network",
            place=Place(target),
            hint="add --online to fetch it from the issuer's site, or name a copy of the site with --site FOLDER",
        ) from None


def _named(target: str) -> tuple[str, str]:
    """The id that a target names, and what the certificate must be for it: that id, or the whole address without its scheme."""
    text = target.partition("?")[0].partition("#")[0].rstrip("/")
    for name in ("record.json", "credential.json", "index.html"):
        text = text.removesuffix("/" + name)
    folder, _, last = text.partition("://")[2].rpartition("/") if "://" in text else text.rpartition("/")
    try:
        number = identifier.normalise(last)
    except FormatError as error:
        raise UsageError(error.message, place=Place(target), hint="give a record.json, a credential.json, an address or an id") from None
    host, slash, path = folder.partition("/")
    return number, f"{host.lower()}{slash}{path}/{number}/" if folder else number


def _id_in(data: bytes) -> str | None:
    """The certificate id that a file claims, to find its evidence; None if it cannot be read."""
    try:
        return identifier.normalise(credential.identifier_of(strict_json.parse(data)))
    except (FormatError, KeyError, TypeError, AttributeError):
        return None


def _lines(name: str, result: Verification) -> list[Text]:
    lines = [Text(name, style="bold")]
    if result.credential is not None:
        lines.append(Text(_headline(result.credential)))
    for check in result.checks:
        sign, colour = _SIGN[check.outcome]
        lines.append(Text.assemble(f"{check.number} ", (sign, f"bold {colour}"), f" {check.title}: {check.message} [{check.code}]"))
        if check.hint and check.outcome is not Outcome.PASS:
            lines.append(Text.assemble(("    hint: ", "bold cyan"), check.hint))
    if result.verdict is Verdict.VALID and result.credential is not None:
        did, key = result.credential["issuer"]["id"], _fingerprint(result.credential)
        lines.append(Text(f"Compare with what the issuer tells you elsewhere: {did}, key {key}"))
    return [*lines, _short("", result)]


def _fingerprint(found: dict[str, Any]) -> str:
    """The fingerprint of the key that signed, as the issuer's trust page shows it. found: a credential whose signature is good."""
    return multikey.fingerprint(found["proof"]["verificationMethod"].partition("#")[2])


def _headline(found: dict[str, Any]) -> str:
    """Who was awarded what, by whom and when: only what every credential has that could be read, ours or not."""
    achievement, issuer = found["credentialSubject"]["achievement"]["name"], found["issuer"]["name"]
    awarded = [credential.long_date(found["awardedDate"][:10])] if "awardedDate" in found else []
    return " — ".join([credential.recipient(found), achievement, issuer, *awarded])


def _short(name: str, result: Verification) -> Text:
    reason = result.reason
    prefix = f"{name}: " if name else ""
    return Text.assemble(prefix, (result.verdict.value, _COLOUR[result.verdict]), "" if reason is None else f": {reason.message}")


def _json(name: str, result: Verification) -> dict[str, Any]:
    return {
        "target": name,
        "verdict": result.verdict.value,
        "id": None if result.credential is None else credential.identifier_of(result.credential),
        "checks": [
            {
                "number": check.number,
                "name": check.name,
                "title": check.title,
                "result": check.outcome.value,
                "code": check.code,
                "message": check.message,
                "hint": check.hint,
            }
            for check in result.checks
        ],
    }
