"""Who was issued a certificate and is no longer in the roster, or no longer eligible."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from issuer.batch import Batch
from issuer.errors import Place
from issuer.planning.plans import Ineligible, Known, Withdrawn
from issuer.roster.findings import Code, Finding, finding, shown


def find(known: Mapping[str, Known], seen: Collection[str]) -> tuple[Withdrawn, ...]:
    """Those whose key no row has. seen: the keys of the roster."""
    return tuple(Withdrawn(key, one.id, one.values) for key, one in known.items() if key not in seen and not one.revoked)


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
        if batch.config.withdraw == "revoke":
            then, hint = "will be revoked", "`withdraw: revoke` in batch.yml says so; put the row back if that is wrong"
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
