"""What other people's verifiers make of our lists: several of them, long ones, and suspensions."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from issuer import records, status
from tests.school import School, found
from tests.test_peers import ask

PEERS = ("digitalbazaar", "dcc", "openvc-core")
WHY = ("--reason", "The exam office looks into it", "--yes")


def published(folder: Path, *, both: bool) -> tuple[School, list[str]]:
    """Eight people in two pairs of lists, every third revoked, the last one suspended. both: each credential names both lists."""
    school = found(folder)
    path = school.root / "issuer.yml"
    if both:
        path.write_text(path.read_text("utf-8") + "\nstatus_entries: [revocation, suspension]\n", "utf-8")
    school.people(8)
    school.issuer("--quiet", "issue")
    ids = [record.id for record in records.read(school.root)]
    school.issuer("--quiet", "revoke", *ids[::3], *WHY)
    school.issuer("--quiet", "suspend", ids[-1], *WHY)
    school.issuer("--quiet", "publish")
    return school, ids


@pytest.mark.parametrize("both", [False, True])
def test_peers_read_our_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, both: bool) -> None:
    monkeypatch.setattr(status, "draw", partial(status.draw, capacity=5))
    school, ids = published(tmp_path, both=both)
    files = [school.root / "_site/c" / number / "credential.json" for number in ids]
    revoked = [number % 3 == 0 for number in range(8)]
    for peer in PEERS:
        said = ask(peer, school.root / "_site", files)
        assert [answer.revoked for answer in said[:-1]] == revoked[:-1], peer
        assert all(answer.accepted for answer in said[:-1]), peer
        assert said[-1].is_good == (not both or peer == "dcc"), peer  # the last looks at revocations only
