"""A small issuing repository and the site that is built from it, served on this machine, for the tests that drive a browser."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mkdocs.config
from mkdocs.commands.build import build

from issuer import design, log, records, status
from issuer.artwork import drawing
from issuer.config import IssuerConfig, read_issuer
from issuer.credential import did, page_url
from issuer.formats import open_badges, timestamp
from issuer.pages.portal import templates_folder
from issuer.records import Record
from issuer.signing import Keys, SecretKey, prove

ROOT = Path(__file__).parents[2]
KEY = SecretKey(bytes(range(1, 33)))
STOLEN = SecretKey(bytes(range(2, 34)))
"""Signed the first entry of the log, and was stolen then."""
ACHIEVEMENT = "https://academy.example.org/achievements/python-101"
ISSUER_YML = """\
name: Example Academy
url: https://academy.example.org
base_url: {base}
keys: {keys}
mail: {{from: certificates@example.org, support: help@example.org}}
"""
MKDOCS_YML = """\
site_name: Example Academy
site_url: {base}/
docs_dir: site
site_dir: _site
theme: {{name: issuer}}
plugins: [issuer]
strict: true
nav: [{{Home: index.md}}, {{Verify: verify.md}}, {{Trust: trust.md}}]
"""
BEFORE = f"[{{key: {STOLEN.public}, from: 0}}]"
AFTER = f"[{{key: {STOLEN.public}, from: 0, until: 1, compromised: 2026-06-10}}, {{key: {KEY.public}, from: 1}}]"
PEOPLE = {
    "before": ("Mary Sample", {"score": "77", "hours": "24"}),
    "valid": ("José Núñez", {"score": "91", "hours": "24"}),
    "revoked": ("Ada Byron", {"score": "88", "hours": "24"}),
    "tampered": ("Grace Murray", {"score": "59", "hours": "20"}),
    "altered": ("Linus Sample", {"score": "72", "hours": "24"}),
    "arabic": ("محمد عبد الله", {"score": "95", "hours": "24", "did": "A web shop"}),
    "unproved": ("Zoë Ångström", {"score": "70", "hours": "24"}),
    "expired": ("Tim Sample", {"score": "70", "hours": "24"}),
    "suspended": ("Ida Sample", {"score": "81", "hours": "24"}),
    "replaced": ("Jon Sample", {"score": "64", "hours": "24"}),
    "renewed": ("Eva Sample", {"score": "93", "hours": "24"}),
    "stolen": ("Eve Sample", {"score": "99", "hours": "24"}),
}


@dataclass(frozen=True, slots=True)
class DemoSite:
    """A served site. base: its address without a slash at the end; folder: its files; ids: what a certificate shows → its identifier."""

    base: str
    folder: Path
    ids: dict[str, str]

    def url(self, name: str) -> str:
        """The page of one certificate."""
        return f"{self.base}/c/{self.ids[name]}/"

    def file(self, name: str, file: str) -> Path:
        """A file beside that page."""
        return self.folder / "c" / self.ids[name] / file


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A static server that does not write to the terminal."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep still."""


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder, which may still be empty, on a free port of this machine. Yields the base URL."""
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://localhost:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def repository(folder: Path, base: str) -> None:
    """Write mkdocs.yml and the portal's pages, as `issuer init` does."""
    (folder / "site").mkdir(parents=True)
    (folder / "records" / "status").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(MKDOCS_YML.format(base=base), encoding="utf-8")
    for name in ("index.md", "verify.md", "trust.md"):
        shutil.copy(ROOT / "site" / name, folder / "site" / name)
    shutil.copytree(ROOT / "site" / "assets", folder / "site" / "assets")


def configure(folder: Path, base: str, keys: str) -> IssuerConfig:
    """Write issuer.yml. keys: as YAML."""
    (folder / "issuer.yml").write_text(ISSUER_YML.format(base=base, keys=keys), encoding="utf-8")
    return read_issuer(folder / "issuer.yml")


def credential(config: IssuerConfig, number: int, name: str, results: dict[str, str], now: dt.datetime) -> dict[str, Any]:
    """An unsigned credential, as issuer.credential.build makes them."""
    titles = {"score": "Final score", "hours": "Hours", "did": "What was done"}
    url = status.list_url(config)
    return {
        "@context": list(open_badges.CONTEXTS),
        "id": page_url(config, f"{number:026d}"),
        "type": list(open_badges.TYPES),
        "name": "Python 101",
        "issuer": {"id": did(config), "type": ["Profile"], "name": config.name, "url": config.url},
        "validFrom": timestamp.serialise(now - dt.timedelta(days=40)),
        "awardedDate": "2026-05-30T00:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [{"type": "IdentityObject", "hashed": False, "identityType": "name", "identityHash": name}],
            "achievement": {
                "id": ACHIEVEMENT,
                "type": ["Achievement"],
                "achievementType": "Course",
                "name": "Python 101",
                "description": "Ten evenings about Python, from the first loop to a small web application.",
                "criteria": {"narrative": "Passed the final project.\nAttended 8 of 10 evenings."},
                "inLanguage": "en",
                "resultDescription": [
                    {"id": f"{ACHIEVEMENT}#{field}", "type": ["ResultDescription"], "name": titles[field], "resultType": "Result"}
                    for field in results
                ],
            },
            "result": [
                {"type": ["Result"], "resultDescription": f"{ACHIEVEMENT}#{field}", "value": value} for field, value in results.items()
            ],
        },
        "credentialStatus": {
            "id": f"{url}#{number}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(number),
            "statusListCredential": url,
        },
    }


def issue(folder: Path, base: str, now: dt.datetime) -> dict[str, Record]:
    """Sign, draw and log, first with the key that is then stolen; revoke and suspend. Returns the records by what their page shows."""
    template = design.keep_template(folder, (templates_folder() / "default.svg").read_bytes())
    config = configure(folder, base, BEFORE)
    found: dict[str, Record] = {}
    for number, (shows, (name, results)) in enumerate(PEOPLE.items(), start=1):
        unsigned = credential(config, number, name, results, now)
        if shows == "expired":
            unsigned["validUntil"] = timestamp.serialise(now - dt.timedelta(days=2))
        proofs = prove(unsigned, STOLEN if shows in ("before", "stolen") else KEY, did(config), timestamp.serialise(now))
        found[shows] = Record("demo", shows, "", 1, design.Design("default", template), "test", unsigned, proofs)
        drawing.draw(folder, [(found[shows], drawing.formats_of(folder, "demo"))])
    first, *others = (log.entry("issued", now, record=record.digest()) for record in found.values())
    log.append(folder, config, Keys(config, [STOLEN]), [first])
    config = configure(folder, base, AFTER)
    log.append(folder, config, Keys(config, [KEY]), others)
    records.append(folder, "demo", found.values())
    status.write(folder, config, KEY, [1], _marks(config, found), now)
    return found


def _marks(config: IssuerConfig, found: dict[str, Record]) -> Iterator[status.Mark]:
    newer = page_url(config, found["valid"].id)
    for shows, action, reason, replacement in (
        ("revoked", "revoked", "Issued by mistake", ""),
        ("suspended", "suspended", "The fee was not paid", ""),
        ("replaced", "replaced", "", newer),
        ("renewed", "renewed", "", newer),
    ):
        yield status.Mark(1, found[shows].status.index, action, reason, "2026-06-01", replacement)  # type: ignore[arg-type]


def spoil(site: DemoSite) -> None:
    """Do to three certificates what a dishonest host could do."""
    record = site.file("tampered", "record.json")
    record.write_bytes(record.read_bytes().replace(b'"59"', b'"95"'))
    page = site.file("altered", "index.html")
    page.write_text(page.read_text(encoding="utf-8").replace("Linus Sample", "Linus Simple"), encoding="utf-8")
    site.file("unproved", "inclusion.tlog-proof").unlink()


def publish(folder: Path) -> None:
    """Build the site of a repository with MkDocs, warnings being errors."""
    build(mkdocs.config.load_config(str(folder / "mkdocs.yml")))
