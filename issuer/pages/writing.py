"""Records → the files of the site: a folder for each certificate, and what the issuer publishes about itself.

Called by the plugin after MkDocs has built the portal. `issuer publish` draws first, on all cores; what is not drawn, or was damaged
since, is drawn here.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2

from issuer import credential, log, publication, status
from issuer.artwork import drawing, tools
from issuer.config import IssuerConfig, read_issuer
from issuer.errors import Place, StorageError
from issuer.formats import did_web, jcs, strict_json
from issuer.pages import logo
from issuer.pages.certificate import CertificatePage, render
from issuer.pages.logo import Logo
from issuer.records import Record

_SHOWN_ONCE = frozenset({"awarded_long", "valid_until_long"})
_KNOWN_LABELS = {
    "name": "Awarded to",
    "achievement": "Achievement",
    "description": "Description",
    "criteria": "Criteria",
    "issuer": "Issued by",
    "issuer_url": "Issuer's website",
    "awarded": "Awarded on",
    "valid_until": "Valid until",
    "id": "Certificate ID",
    "url": "Address of this page",
}


def write_site(repository: Path, site: Path, environment: jinja2.Environment) -> int:
    """Write everything below the base URL that is not portal. environment: finds the theme. Returns the number of certificate pages."""
    config = read_issuer(repository / "issuer.yml", shown_as="issuer.yml")
    for path, data in publication.issuer_files(repository, config):
        _write(site / path, data)
    for path, data in log.tiles(repository, config):
        _write(site / path, data)
    _write(site / drawing.ABOUT, jcs.canonical(tools.here()))
    our_logo = logo.of_issuer(repository, config)
    if our_logo is not None:
        _write(site / our_logo.file, our_logo.svg)
    our_log = log.load(repository, config)
    count, held = 0, status.states(repository)
    kept = drawing.kept(repository)
    for job in drawing.jobs(repository):
        record = job[0]
        drawings = {drawing.FILES[form]: pixels for form, pixels in drawing.pixels(repository, job).items()}
        page = certificate_page(record, config, drawings, our_logo, may_be_shown=record.id not in held)
        folder = site / "c" / record.id
        _write(folder / "index.html", render(environment, page).encode())
        for name, data in _files(record, our_log):
            _write(folder / name, data)
        for form, source in drawing.ready(repository, job, kept).items():
            _link(source, folder / drawing.FILES[form])
        count += 1
    return count


def brand_logo(repository: Path) -> Logo | None:
    """The issuer's own logo, None if issuer.yml names none."""
    return logo.of_issuer(repository, read_issuer(repository / "issuer.yml", shown_as="issuer.yml"))


def trust_context(repository: Path) -> dict[str, Any]:
    """What the trust page shows: keys.json, the checkpoint's text (None before the first issue) and the number of log entries."""
    config = read_issuer(repository / "issuer.yml", shown_as="issuer.yml")
    context: dict[str, Any] = strict_json.parse(publication.keys_json(config), max_bytes=1 << 20)
    path = repository / log.CHECKPOINT
    context["checkpoint"] = path.read_text("utf-8") if path.exists() else None
    context["issued"] = log.load(repository, config).size
    return context


def certificate_page(
    record: Record, config: IssuerConfig, drawings: dict[str, tuple[int, int]], our_logo: Logo | None, *, may_be_shown: bool
) -> CertificatePage:
    """What the page of a record shows. may_be_shown: beside a link, by messengers that do not check; a certificate that was taken back is
    not."""
    fields = credential.fields(record.credential)
    labels = {**_KNOWN_LABELS, **credential.labels(record.credential)}
    did = credential.did(config)
    return CertificatePage(
        id=fields["id"],
        url=fields["url"],
        name=fields["name"],
        achievement=fields["achievement"],
        issuer=fields["issuer"],
        issuer_url=fields["issuer_url"],
        did=did,
        did_path=did_web.document_path(did),
        fields=tuple((key, labels[key], text) for key, text in fields.items() if key not in _SHOWN_ONCE and text),
        awarded=fields["awarded"],
        valid_until=fields.get("valid_until"),
        language=fields.get("language") or record.credential["credentialSubject"]["achievement"].get("inLanguage"),
        description=fields["description"],
        criteria=fields["criteria"],
        support=config.mail.support if config.mail else None,
        replaces=record.revision > 1,
        drawings=drawings,
        shows=next((name for name in ("card.png", "certificate.png") if name in drawings), None) if may_be_shown else None,
        logo=our_logo,
    )


def _files(record: Record, our_log: log.Log) -> Iterator[tuple[str, bytes]]:
    yield publication.RECORD, record.record_json()
    yield publication.CREDENTIAL, record.credential_json()
    yield publication.PROOF, our_log.proof(record.digest())


def _write(path: Path, data: bytes) -> None:
    """A file of a site that is being built beside the old one: no fsync, the whole folder is renamed at the end."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise StorageError(
            f"cannot be written: {error.strerror}", place=Place(str(path)), hint="free some space and publish again"
        ) from None


def _link(source: Path, target: Path) -> None:
    """Share the kept drawing with the site; copy where the file system cannot."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
