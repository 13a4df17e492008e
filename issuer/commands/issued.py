"""What the records say was issued already, as a plan asks for it."""

from __future__ import annotations

from issuer import batch, credential, log, publication, records, status
from issuer.batch import Batch
from issuer.commands.session import Session
from issuer.planning import Known
from issuer.renewal import Old


def known(session: Session, loaded: Batch) -> dict[str, Known]:
    """What was issued last for each row key of a batch. Lines of revocations.csv that cannot be read are left out."""
    repository, config = session.repository, session.config
    decided, _ = status.read(repository)
    revoked = {number for number, decision in decided.items() if decision.state == "revoked"}
    logged = log.load(repository, config).issued if any(window.compromised for window in config.keys) else {}
    found: dict[str, Known] = {}
    for record in records.read_batch(repository, loaded.name):
        void = bool(logged) and config.is_void(record.key, logged.get(record.digest()))
        values = credential.values(record.credential)
        found[record.row] = Known(record.id, record.content, values, record.revision, revoked=record.id in revoked, void=void)
    return found


def left_behind(session: Session) -> dict[str, dict[str, str]]:
    """Of each batch that has records but no batch.yml any more: row key → id of its certificate, without those that were revoked."""
    there = set(batch.names(session.repository))
    decided, _ = status.read(session.repository)
    found: dict[str, dict[str, str]] = {}
    for name in set(records.batches(session.repository)) - there:
        for record in records.read_batch(session.repository, name):
            if record.id not in decided or decided[record.id].state != "revoked":
                found.setdefault(name, {})[record.row] = record.id
    return found


def renewable(session: Session, wanted: set[str]) -> dict[str, Old]:
    """The certificates of these ids as far as they exist, to be renewed."""
    decided, _ = status.read(session.repository)
    newest = {record.id: record for record in records.mentioning(session.repository, wanted)}
    revoked = {number for number in newest if number in decided and decided[number].state == "revoked"}
    renewed = {record.renews: record.id for record in newest.values() if record.renews is not None and record.id not in revoked}
    found: dict[str, Old] = {}
    for number in newest.keys() & wanted:
        record, said = newest[number], credential.values(newest[number].credential)
        link = credential.Renewed(f"{record.credential['id']}{publication.RECORD}", record.digest())
        found[number] = Old(number, link, said["name"], said.get("valid_until", ""), number in revoked, renewed.get(number))
    return found
