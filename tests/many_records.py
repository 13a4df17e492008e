"""A repository with many records, in a fraction of the time that `issuer issue` takes: no roster is read, no glyph is looked for."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterator

from issuer import __version__, cli, credential, design, log, records, signing, status
from issuer.batch import load
from issuer.commands.session import Session
from issuer.commands.settling import settle
from issuer.formats import identifier, timestamp
from issuer.records import Record
from tests.school import BATCH, School


def issue_many(school: School, count: int, *, now: dt.datetime) -> None:
    """Sign and log this many new records in the school's batch, with the school's key. now: aware, whole seconds."""
    environment = {**os.environ, signing.ENVIRONMENT_FILE: str(school.key_file)}
    session = Session(folder=school.root, now=now, environment=environment, steps=cli._quiet_steps)
    with_keys = session.keys
    log.start(school.root, session.config, with_keys)
    records.append(school.root, BATCH, _signed(session, count))
    settle(session, with_keys)


def _signed(session: Session, count: int) -> Iterator[Record]:
    repository, config = session.repository, session.config
    batch = load(repository, BATCH)
    template = design.keep_template(repository, (repository / "templates" / "default.svg").read_bytes())
    used: status.Used = {}
    for record in records.read(repository):
        used.setdefault(record.status.number, set()).add(record.status.index)
    created, did, key = timestamp.serialise(session.now), credential.did(config), session.keys.credentials
    for number in range(sum(map(len, used.values())), sum(map(len, used.values())) + count):
        values = {"name": f"Person Nº {number}", "email": f"person{number}@example.org", "course": "Morning"}
        place = status.draw(config, used)
        unsigned = credential.build(config, batch, values, identifier=identifier.encode(os.urandom(16)), status=place, now=session.now)
        digest = hashlib.sha256(str(number).encode()).hexdigest()
        yield Record(
            batch=BATCH,
            row=digest,
            content=digest,
            revision=1,
            design=design.Design("default", template),
            tool=__version__,
            credential=unsigned,
            proofs=signing.prove(unsigned, key, did, created),
        )
