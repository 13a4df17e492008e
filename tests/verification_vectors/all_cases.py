"""Every case, check by check."""

from __future__ import annotations

from tests.verification_vectors import dates, documents, keys, logs, proof_sets, signatures, statuses, then, world
from tests.verification_vectors.case import Case

CASES: list[Case] = [
    *documents.CASES,
    *signatures.CASES,
    *proof_sets.CASES,
    *keys.CASES,
    *logs.CASES,
    *statuses.CASES,
    *dates.CASES,
    *then.CASES,
    *world.CASES,
]


def vectors() -> dict[str, bytes]:
    """File name → bytes of every vector."""
    return {f"{case.name}.json": case.text() for case in CASES}
