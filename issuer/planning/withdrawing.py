"""Who was issued a certificate and is no longer in the roster, or no longer eligible."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from issuer.batch import Batch
from issuer.errors import Place
from issuer.planning.plans import Ineligible, Known, Withdrawn
from issuer.roster.findings import Code, Finding, finding, shown
from issuer.roster.folding import folded
from issuer.roster.table import Table

_MANY = 3
"""So many, and more than half of all, are no longer people who left: a part of the roster is missing, or its key is another."""


def find(batch: Batch, known: Mapping[str, Known], seen: Collection[str], named: Collection[str], table: Table) -> tuple[Withdrawn, ...]:
    """Those whose key no row has. seen: the keys of the roster; named: the folded names of `watched` that stand in it under any key."""
    valid = [(key, one) for key, one in known.items() if not one.revoked]
    gone = [(key, one) for key, one in valid if key not in seen]
    if batch.config.withdraw != "revoke":
        return tuple(Withdrawn(key, one.id, one.values) for key, one in gone)
    of_all = _doubt(batch, table, len(gone), len(valid))
    doubts = (of_all or ("somebody of this name still stands in the roster" if _name(one) in named else "") for _, one in gone)
    return tuple(Withdrawn(key, one.id, one.values, not doubt, doubt) for (key, one), doubt in zip(gone, doubts, strict=True))


def watched(batch: Batch, known: Mapping[str, Known]) -> frozenset[str]:
    """The folded names that `find` wants to know of: of everybody who may lose a certificate without a person deciding it."""
    return frozenset(map(_name, known.values())) if batch.config.withdraw == "revoke" else frozenset()


def _name(one: Known) -> str:
    return folded(one.values.get("name", ""))


def _doubt(batch: Batch, table: Table, gone: int, valid: int) -> str:
    """Why nobody is revoked by this roster; "" if nothing speaks against it."""
    if gone >= _MANY and 2 * gone > valid:
        return f"{gone:,} of {valid:,} people would lose theirs at once, as if a part of the roster were missing or its key were another"
    if any(found.code is Code.ROWS_HIDDEN for found in table.findings):
        return "hidden rows are left out, and one of them may be theirs"
    if batch.config.sheet is None and table.others:
        return "other sheets have rows too, and batch.yml does not say which sheet is the roster"
    return ""


def findings(
    batch: Batch,
    withdrawn: Iterable[Withdrawn],
    known: Mapping[str, Known],
    ineligible: Iterable[Ineligible],
    first_new: Mapping[str, str],
    place: Place,
) -> Iterator[Finding]:
    """What to say of them, as batch.yml wishes. first_new: name → where the first new row with it stands."""
    if batch.config.withdraw == "keep":
        return
    reasons = {row.known: row.reason for row in ineligible if row.known is not None}
    for one in withdrawn:
        gone = f"is no longer eligible ({reasons[one.id]})" if one.id in reasons else "is no longer in the roster"
        if one.revoke:
            then, hint = "will be revoked", "`withdraw: revoke` in batch.yml says so; put the row back if that is wrong"
        elif one.doubt:
            then = f"stays valid, although batch.yml says `withdraw: revoke`: {one.doubt}"
            hint = f"correct the roster or batch.yml; or run `issuer revoke {one.id}` if it shall not be valid any more"
        else:
            then = "does not count, for its key was compromised" if known[one.key].void else "stays valid"
            hint = _what_to_do(batch, one, first_new.get(one.values.get("name", "")))
        yield finding(Code.WITHDRAWN, place, f"{shown(one.values.get('name', ''))} {gone}; the certificate {one.id} {then}", hint)


def _what_to_do(batch: Batch, one: Withdrawn, line: str | None) -> str:
    """A person whose key changed is another person to the plan, with or without `key:`."""
    if line is None:
        return f"put the row back, or run `issuer revoke {one.id}`; `withdraw: keep` or `withdraw: revoke` in batch.yml decides for all"
    given = " and ".join(batch.config.key)
    same = f"the same name is new in {line}; if it is the same person whose {given or 'address'} changed, "
    keep = "put the old address back to keep the certificate" if given in ("", "email") else f"give the row its old {given} back"
    keep += f", or take `key: {given}` out if it was added after issuing" if given else ""
    second = f"issue the second certificate and run `issuer revoke {one.id}`"
    later = "" if given else "; in the next batch, a `key:` column from the beginning lets addresses change"
    return f"{same}{keep}; or {second}{later}"
