"""What a person names to `issuer verify`, and the evidence about it: a file, an address, an id, a folder."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from issuer import config, online, publication, signed_fields
from issuer.commands.session import Session
from issuer.config import ISSUER_YML
from issuer.errors import FormatError, IssuerError, Place, RefusedError, UsageError
from issuer.evidence import Repository, Site, Source, read_bytes
from issuer.fetching import Visit
from issuer.formats import identifier, strict_json
from issuer.inside import MAX_BYTES, credential_in
from issuer.online import Web
from issuer.verdict import Verdict, Verification
from issuer.verification import About, Evidence, History, verify
from issuer.verification.signed_document import SignedDocument, has_proof
from issuer.verifying import everything

SUFFIXES = (".json", ".svg", ".png", ".pdf")
_GIVE = "give a record.json, a credential.json, a baked SVG or PNG, a PDF, an address or an id"


@dataclass(frozen=True, slots=True)
class Asked:
    """How to check. site: a published site in a folder; issuer: the DID that the reader expects; online: whether to fetch;
    at: the moment to judge for, None for now; sources: folder → what was read there for an earlier target."""

    site: Path | None = None
    issuer: str | None = None
    online: bool = False
    at: dt.datetime | None = None
    sources: dict[Path, Source] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """About one target. result: the checks, or error: why there are none; notes: what could not be fetched; advice: what the reader can do
    besides, or nothing; in_folder: whether it is one of many that the reader did not name."""

    target: str
    result: Verification | None = None
    error: IssuerError | None = None
    notes: tuple[str, ...] = ()
    advice: str = ""
    in_folder: bool = False

    @property
    def verdict(self) -> Verdict:
        """What could not be read at all, nobody can tell."""
        return Verdict.CANNOT_TELL if self.result is None else self.result.verdict


def answers(session: Session, target: str, asked: Asked) -> Iterator[Answer]:
    """What a target says: one answer, or for a folder one for each certificate. Raises IssuerError for a target that is none."""
    path = Path(target)
    if path.is_dir():
        yield from _folder(session, path, target, asked)
    elif path.exists() or ("://" not in target and path.suffix.lower() in SUFFIXES):
        yield _file(session, path, target, asked)
    else:
        yield _address(session, target, asked)


def _folder(session: Session, path: Path, shown: str, asked: Asked) -> Iterator[Answer]:
    source: Source | None = None
    if Site.is_at(path):
        source = Site(path)
    elif (path / ISSUER_YML).is_file():
        source = Repository(path, config.read_issuer(path / ISSUER_YML))
    if source is not None:
        yield from (Answer(number, result, in_folder=True) for number, result in everything(source, session.now, asked.at))
        return
    files = [Path(folder, name) for folder, _, names in os.walk(path) for name in names if Path(name).suffix.lower() in SUFFIXES]
    if not files:
        raise UsageError(
            "is neither a published site nor an issuing repository, and holds no certificates",
            place=Place(shown),
            hint="`issuer publish` writes a site to _site/",
        )
    for file in sorted(files):
        try:
            yield _file(session, file, str(file), asked)
        except IssuerError as error:
            yield Answer(str(file), error=error)


def _file(session: Session, path: Path, shown: str, asked: Asked) -> Answer:
    data = read_bytes(path, MAX_BYTES)
    if data is None:
        raise UsageError("there is no such file", place=Place(shown), hint=_GIVE)
    inside = _inside(data, shown)
    around = None if asked.site or asked.online else _site_around(path)
    ours = around is not None and _is_ours(session, around)
    answer = _judge(session, shown, inside, _source_of_file(session, inside, asked, around if ours else None), asked)
    if around is None or ours:
        return answer
    advice = f"the site around it was not asked, for whoever sent the file may have made it; if you trust it: --site {around}"
    return dataclasses.replace(answer, advice=advice)


def _address(session: Session, target: str, asked: Asked) -> Answer:
    try:
        number, wanted = _named(target)
    except UsageError:
        if asked.online and not asked.site and target.startswith("https://"):
            return _of_another(session, target, asked)
        raise
    source = _source_of_address(session, target, asked)
    data = source.record(number, asked.at)
    if data is None:
        if isinstance(source, Web) and source.troubles:
            raise source.troubles[-1]
        hint = "check the id" if asked.online else "check the id; the certificate may have been published since this copy was made"
        raise RefusedError(f"{source.name} has no certificate {number}", place=Place(target), hint=hint)
    return _judge(session, target, data, source, asked, number=number, wanted=wanted)


def _of_another(session: Session, url: str, asked: Asked) -> Answer:
    """A file at an address that is not one of a certificate's page."""
    data = Visit().fetch(url, MAX_BYTES)
    if data is None:
        raise RefusedError("there is no such file", place=Place(url), hint="give the address of the credential's file, or of its page")
    inside = _inside(data, url)
    return _judge(session, url, inside, _web(inside, asked), asked)


def _inside(data: bytes, shown: str) -> bytes:
    """The credential: data itself, or what the picture or PDF carries."""
    try:
        return credential_in(data) or data
    except FormatError as error:
        raise UsageError(error.message, place=Place(shown), hint=error.hint) from None


def _judge(
    session: Session,
    shown: str,
    data: bytes,
    source: Source | None,
    asked: Asked,
    *,
    number: str | None = None,
    wanted: str | None = None,
) -> Answer:
    """number, wanted: of a certificate that was asked for by its id or address, None for a file, which says itself what it is."""
    is_named = number is not None
    number = number or _id_in(data)
    about = source.about_issuer(data) if source else About()
    beside = source.record(number, asked.at) if source and number else None
    proof, history = _logged(source, data, beside, number, asked.at)
    expected = asked.issuer or (source.expected() if source and (is_named or not asked.online) else None)
    evidence = Evidence(data, session.now, about, beside=beside, proof=proof, expected=expected, wanted=wanted, as_of=history)
    notes = tuple(str(trouble) for trouble in source.troubles) if isinstance(source, Web) else ()
    return Answer(shown, verify(evidence), notes=notes)


def _logged(
    source: Source | None, data: bytes, beside: bytes | None, number: str | None, at: dt.datetime | None
) -> tuple[bytes | None, History | None]:
    """The tlog-proof, and to judge for another moment what the log says of the very version that is judged."""
    if at is None:
        return (source.proof(number) if source and number else None), None
    if source is None:
        return None, History(at, ())
    digest = hashlib.sha256((beside or b"") if _is_for_the_world(data) else data).hexdigest()
    history = source.history(digest, at)
    return source.proof_of(digest), history


def _is_for_the_world(data: bytes) -> bool:
    """Whether the log names not these bytes, but those of the record.json beside them."""
    try:
        value = strict_json.parse(data)
    except FormatError:
        return False
    return isinstance(value, dict) and has_proof(value) and SignedDocument(value).is_for_the_world()


def _source_of_file(session: Session, data: bytes, asked: Asked, around: Path | None) -> Source | None:
    """Where the evidence about a file comes from. around: the site that it lies in, if that is the reader's own. With --online: the issuer
    that the file itself names, which is no reason to expect it."""
    if asked.site:
        return _site(asked.site, asked)
    if asked.online:
        return _web(data, asked)
    if around is not None:
        return _site(around, asked)
    try:
        return _repository(session, asked)
    except UsageError:
        return None


def _site_around(path: Path) -> Path | None:
    return next((folder for folder in path.resolve().parents if Site.is_at(folder)), None)


def _is_ours(session: Session, site: Path) -> bool:
    """Whether a site is the one of the repository around the reader. Any other proves nothing: whoever sends a file can send a whole site
    with it, made with keys of their own."""
    try:
        return site.is_relative_to(session.repository) and read_bytes(site / publication.KEYS) == publication.keys_json(session.config)
    except UsageError:
        return False


def _web(data: bytes, asked: Asked) -> Web | None:
    try:
        stated = strict_json.parse(data)["issuer"]
        did = stated["id"] if isinstance(stated, dict) else stated
        return online.of_issuer(did, expected=did == asked.issuer)
    except (FormatError, KeyError, TypeError, AttributeError):
        return None


def _source_of_address(session: Session, target: str, asked: Asked) -> Source:
    """Where the evidence about an address or an id comes from."""
    if asked.site:
        return _site(asked.site, asked)
    if not asked.online:
        return _repository_for(session, target, asked)
    base, separator, _ = target.partition("/c/")
    is_link = "://" in target and bool(separator)
    if not is_link and asked.issuer is None:
        hint = "with --online give the whole link, such as https://…/c/…/, or name the issuer with --issuer"
        raise UsageError("is no address of a certificate", place=Place(target), hint=hint)
    try:
        return online.of_address(base) if is_link else online.of_issuer(asked.issuer or "", expected=True)
    except FormatError as error:
        raise UsageError(error.message, place=Place(target), hint="use the https address of the certificate's page") from None


def _site(folder: Path, asked: Asked) -> Source:
    return asked.sources.setdefault(folder, Site(folder))


def _repository(session: Session, asked: Asked) -> Source:
    return asked.sources.setdefault(session.repository, Repository(session.repository, session.config))


def _repository_for(session: Session, target: str, asked: Asked) -> Source:
    try:
        return _repository(session, asked)
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
        raise UsageError(error.message, place=Place(target), hint=_GIVE) from None
    host, slash, path = folder.partition("/")
    return number, f"{host.lower()}{slash}{path}/{number}/" if folder else number


def _id_in(data: bytes) -> str | None:
    """The certificate id that a file claims, to find its evidence; None if it cannot be read."""
    try:
        return identifier.normalise(signed_fields.identifier_of(strict_json.parse(data)))
    except (FormatError, KeyError, TypeError, AttributeError):
        return None
