"""Other people's verifiers read what we publish, and we read what other people sign.

@digitalbazaar/vc (npm) is the reference for VC 2.0; verifier-core (npm) is that of the Digital Credentials Consortium; openvc-core and
openbadgeslib (PyPI) were written by others in Python. No request of theirs leaves the machine: the published folder stands for the network.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from issuer import records, signing
from issuer.formats import baking, multikey
from tests import forgery
from tests.peers import open_badges_lib, openvc_core
from tests.peers.answer import Answer
from tests.school import School, found

SCRIPTS = Path(__file__).parent / "peers"
JCS, RDFC = "record.json", "credential.json"
CHANGES = {
    "course": ("Morning", "Evening"),
    "person": ("王小明", "王大明"),
    "day": ('"awardedDate":"2026-01-30', '"awardedDate":"2026-01-31'),
    "issuer": ('"name":"Harbour School"', '"name":"Harvard School"'),
    "bit": ('"statusListIndex":"', '"statusListIndex":"1'),
    "date of the proof": ('"created":"20', '"created":"19'),
}
IMPOSTORS = ("impostor: a key of their own", "impostor: in the name of our key", "impostor: the proof of another certificate")
REFUSED = (*(f"changed: {name}" for name in CHANGES), *IMPOSTORS)
PEERS: dict[str, tuple[str, ...]] = {
    "digitalbazaar": (JCS, RDFC),
    "dcc": (RDFC,),
    "openvc-core": (JCS, RDFC),
    "openbadgeslib: SVG": (RDFC,),
    "openbadgeslib: PNG": (RDFC,),
}
"""Which files each takes."""
BOTH = [(peer, name) for peer, names in PEERS.items() for name in names]


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> School:
    """Three people, one of them revoked; published."""
    school = found(tmp_path_factory.mktemp("peers"))
    school.roster(
        "王小明 <b>&amp;,wang@example.org,Morning", 'Robert "Bobby" Tables,bobby@example.org,Evening', "Ng,ng@example.org,Evening"
    )
    school.issuer("--quiet", "issue")
    school.issuer("--quiet", "revoke", [record.id for record in records.read(school.root)][-1], "--reason", "Issued by mistake", "--yes")
    school.issuer("--quiet", "publish")
    return school


@pytest.fixture(scope="module")
def cases(school: School, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with good, revoked, changed and forged files: cases/<file>/<case>.json."""
    folder = tmp_path_factory.mktemp("cases")
    first, second, last = [school.root / "_site/c" / record.id for record in records.read(school.root)]
    for name in (JCS, RDFC):
        text = (first / name).read_text("utf-8")
        files = {"good": text, "revoked": (last / name).read_text("utf-8")}
        for change, (old, new) in CHANGES.items():
            assert old in text
            files[f"changed: {change}"] = text.replace(old, new)
        whole, other = json.loads(text), json.loads((second / name).read_bytes())
        for case, document in zip(IMPOSTORS, impostors(whole, other), strict=True):
            files[case] = json.dumps(document)
        (folder / name).mkdir()
        for case, content in files.items():
            (folder / name / f"{case}.json").write_text(content, "utf-8")
    return folder


def impostors(whole: dict[str, Any], other: dict[str, Any]) -> list[dict[str, Any]]:
    """The right shape, signed by somebody else; see IMPOSTORS."""
    proof, key = whole["proof"], forgery.OTHER
    unsigned = {name: member for name, member in whole.items() if name != "proof"}
    did = unsigned["issuer"]["id"]
    theirs = signing.prove_with(proof["cryptosuite"], unsigned, key, did, proof["created"])
    return [
        {**unsigned, "proof": theirs},
        {**unsigned, "proof": {**theirs, "verificationMethod": proof["verificationMethod"]}},
        {**unsigned, "proof": other["proof"]},
    ]


def baked_svg(file: Path) -> bytes:
    return baking.bake(b'<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>', file.read_bytes())


def baked_png(file: Path) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (32, 32), "navy").save(stream, "PNG")
    return baking.bake(stream.getvalue(), file.read_bytes())


def node(script: str, *arguments: Path | str) -> Any:
    """What a script of tests/peers prints."""
    program = Path(sys.executable).with_name("node")
    done = subprocess.run([program, SCRIPTS / script, *arguments], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def ask(peer: str, site: Path, files: list[Path]) -> list[Answer]:
    """What a peer says of each file."""
    if peer in ("digitalbazaar", "dcc"):
        return [Answer(**found) for found in node(f"{peer}.mjs", site, *files)]
    if peer == "openvc-core":
        return [openvc_core.ask(site, file) for file in files]
    bake: Callable[[Path], bytes] = baked_svg if peer.endswith("SVG") else baked_png
    answers = []
    for file in files:
        picture = file.with_suffix(".baked")
        picture.write_bytes(bake(file))
        answers.append(open_badges_lib.ask(site, picture))
    return answers


@pytest.mark.parametrize(("peer", "name"), BOTH)
def test_a_peer_and_we_agree_on_every_case(school: School, cases: Path, peer: str, name: str) -> None:
    site = school.root / "_site"
    files = sorted((cases / name).glob("*.json"))
    said = dict(zip([file.stem for file in files], ask(peer, site, files), strict=True))
    assert {case: answer.is_good for case, answer in said.items()} == {case: case == "good" for case in ("good", "revoked", *REFUSED)}
    assert said["good"] == Answer(accepted=True)
    assert said["revoked"].revoked
    assert [case for case in REFUSED if said[case].accepted or not said[case].error] == []
    ours = school.json("verify", "--site", str(site), *map(str, files), code=1)
    assert {Path(result["target"]).stem: result["verdict"] == "valid" for result in ours["results"]} == {
        case: answer.is_good for case, answer in said.items()
    }


@pytest.mark.parametrize(("peer", "name"), [both for both in BOTH if not both[0].startswith("openbadgeslib")])
def test_a_list_that_the_host_changed_clears_nobody(school: School, cases: Path, tmp_path: Path, peer: str, name: str) -> None:
    site = Path(shutil.copytree(school.root / "_site", tmp_path / "site"))
    for path in (site / "status").glob("revocation*.json"):
        value = json.loads(path.read_bytes())
        value["credentialSubject"]["encodedList"] = json.loads(forgery.status_list())["credentialSubject"]["encodedList"]
        path.write_text(json.dumps(value), "utf-8")
    (answer,) = ask(peer, site, [cases / name / "revoked.json"])
    assert not answer.is_good


@pytest.mark.parametrize("suites", [["eddsa-jcs-2022"], ["eddsa-rdfc-2022"], ["eddsa-jcs-2022", "eddsa-rdfc-2022"]])
def test_what_a_peer_signs_we_accept(school: School, tmp_path: Path, suites: list[str]) -> None:
    plain = forgery.credential(credentialStatus=None, id="urn:uuid:5cc5fd38-9c0b-4b3f-8d0e-a6d1f9f40c63")
    (tmp_path / "plain.json").write_text(json.dumps(plain), "utf-8")
    document = node("sign.mjs", tmp_path / "plain.json", *suites)
    did = document["issuer"]["id"]
    stranger = School(tmp_path, school.key_file)
    changed = json.dumps(document).replace(plain["credentialSubject"]["achievement"]["name"], "Another")
    impostor = json.dumps(document).replace(multikey_of(did), forgery.OTHER.public)
    for name, text, verdict, code in (
        ("good.json", json.dumps(document, indent=2), "valid", 0),
        ("changed.json", changed, "not valid", 1),
        ("impostor.json", impostor, "not valid", 1),
    ):
        (tmp_path / name).write_text(text, "utf-8")
        (result,) = stranger.json("verify", "--issuer", did, name, code=code)["results"]
        assert result["verdict"] == verdict, (name, result)


def multikey_of(did: str) -> str:
    """The key of a did:key."""
    key = did.removeprefix("did:key:")
    assert multikey.decode_public(key)
    return key
