"""The MkDocs plugin: the portal with and without an issuing repository around it."""

from __future__ import annotations

import html
import json
import shutil
from pathlib import Path

import mkdocs.config
import pytest
from mkdocs.commands.build import build
from mkdocs.exceptions import Abort

from issuer import publication
from issuer.formats import issuer_context, multikey, signed_note
from issuer.pages.plugin import copy_scripts
from issuer.signing import SecretKey

ROOT = Path(__file__).parents[1]
KEY = SecretKey(bytes(range(1, 33)))
MKDOCS_YML = """\
site_name: Portal
docs_dir: site
site_dir: _site
theme: {name: issuer}
plugins: [issuer]
strict: true
nav: [{Home: index.md}, {Verify: verify.md}, {Trust: trust.md}]
"""
ISSUER_YML = f"""\
name: Académie <Exemple> & Fils
url: https://academy.example.org
base_url: https://certificates.example.org
keys: [{{key: {KEY.public}, from: 0}}]
"""


def portal(folder: Path, issuer: str | None) -> Path:
    """A repository with the portal's pages and, if given, an issuer.yml. Returns its mkdocs.yml."""
    (folder / "site").mkdir()
    for name in ("index.md", "verify.md", "trust.md"):
        shutil.copy(ROOT / "site" / name, folder / "site" / name)
    shutil.copytree(ROOT / "site" / "assets", folder / "site" / "assets")
    if issuer is not None:
        (folder / "issuer.yml").write_text(issuer, encoding="utf-8")
    (folder / "mkdocs.yml").write_text(MKDOCS_YML, encoding="utf-8")
    return folder / "mkdocs.yml"


def built(config_file: Path, site: Path) -> Path:
    build(mkdocs.config.load_config(str(config_file), site_dir=str(site)))
    return site


@pytest.fixture(scope="module")
def without_issuer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain")
    return built(portal(folder, None), folder / "_site")


@pytest.fixture(scope="module")
def with_issuer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("issuing")
    return built(portal(folder, ISSUER_YML), folder / "_site")


def test_this_projects_own_site_builds_without_a_warning(tmp_path: Path) -> None:
    site = built(ROOT / "mkdocs.yml", tmp_path / "_site")
    assert "Issue certificates that anyone can check" in (site / "index.html").read_text(encoding="utf-8")
    assert (site / "guide" / "first-batch" / "index.html").is_file()
    assert (site / "404.html").is_file()


def test_without_an_issuer_the_pages_explain_themselves(without_issuer: Path) -> None:
    trust = (without_issuer / "trust" / "index.html").read_text(encoding="utf-8")
    assert "This site issues no certificates itself." in trust
    assert "Verifier key" not in trust


def test_the_scripts_are_copied_with_their_words(without_issuer: Path) -> None:
    for name in ("page.js", "portal.js", "verification.js", "checks.json"):
        assert (without_issuer / "js" / name).is_file()
    assert (without_issuer / "js" / "checks.json").read_bytes() == (ROOT / "issuer" / "verification.json").read_bytes()


def test_a_script_that_the_site_has_is_kept(tmp_path: Path) -> None:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "page.js").write_text("// mine", encoding="utf-8")
    copy_scripts(tmp_path)
    assert (tmp_path / "js" / "page.js").read_text(encoding="utf-8") == "// mine"
    assert (tmp_path / "js" / "portal.js").is_file()


def test_the_home_page_carries_the_issuers_name_as_text(with_issuer: Path) -> None:
    home = (with_issuer / "index.html").read_text(encoding="utf-8")
    assert "Académie &lt;Exemple&gt; &amp; Fils" in home
    assert "<Exemple>" not in home
    assert 'data-did-path=".well-known/did.json"' in home


def test_the_trust_page_shows_keys_and_log(with_issuer: Path) -> None:
    trust = (with_issuer / "trust" / "index.html").read_text(encoding="utf-8")
    assert KEY.public in trust
    assert "did:web:certificates.example.org" in trust
    verifier = signed_note.verifier_key("certificates.example.org/log", multikey.decode_public(KEY.public))
    assert verifier in html.unescape(trust)
    assert "For certificates, status lists and the log. In use, from log entry 0 on" in trust
    assert "Compromised" not in trust


def test_the_trust_page_says_what_each_key_is_for_and_which_was_stolen(tmp_path: Path) -> None:
    old, unused, new, empty = (SecretKey(bytes([number]) * 32).public for number in (1, 2, 3, 4))
    keys = (
        f"\n  - {{key: {old}, until: 7, use: [credentials, log], compromised: 2026-11-21}}"
        f"\n  - {{key: {unused}, until: 0, use: [status]}}"
        f"\n  - {{key: {empty}, from: 7, until: 7, use: [credentials], compromised: 2026-11-21}}"
        f"\n  - {{key: {new}, from: 7, use: [credentials]}}\n"
    )
    text = ISSUER_YML.partition("keys:")[0] + f"keys:{keys}"
    built(portal(tmp_path, text), tmp_path / "_site")
    trust = " ".join((tmp_path / "_site" / "trust" / "index.html").read_text(encoding="utf-8").split())
    assert "For certificates and the log. Retired: log entries 0 to 6" in trust
    assert "Nothing that it signed from log entry 7 on counts; the certificates that it signed before stay valid." in trust
    assert trust.count("Compromised.") == 2
    assert "For certificates. Retired</p>" in trust
    assert "Nothing that it signed counts.</p>" in trust
    assert "For status lists. Retired before it signed a log entry" in trust
    assert "For certificates. In use, from log entry 7 on" in trust


def test_the_issuers_documents_are_published(with_issuer: Path) -> None:
    assert (with_issuer / ".well-known" / "did.json").is_file()
    assert (with_issuer / "trust" / "keys.json").is_file()
    context = json.loads((with_issuer / "contexts" / "v1.json").read_bytes())
    assert context == issuer_context.document("https://certificates.example.org")
    schemas = {path.name for path in (with_issuer / "schemas").iterdir()}
    assert schemas == {path.name for path in publication.SCHEMAS.glob("*.schema.json")} != set()


def test_the_site_map_lists_no_certificate(with_issuer: Path) -> None:
    assert "/c/" not in (with_issuer / "sitemap.xml").read_text(encoding="utf-8")
    assert not (with_issuer / "search").exists()


def test_a_mistake_in_issuer_yml_stops_the_build_with_its_place(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    config = portal(tmp_path, ISSUER_YML + "nmae: Example\n")
    with pytest.raises(Abort):
        built(config, tmp_path / "_site")
    assert "issuer.yml:5: unknown key 'nmae'\nhint: did you mean 'name'?" in caplog.text
    assert not (tmp_path / "_site" / "index.html").exists()
