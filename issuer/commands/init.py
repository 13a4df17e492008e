"""issuer init: a new issuing repository."""

from __future__ import annotations

import json
import shlex
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click

from issuer import config_edit, credential, durable, git, signing
from issuer.commands.keygen import make, new_passphrase
from issuer.commands.session import Result, Session
from issuer.config import ISSUER_YML, USES, KeyWindow, Use, read_issuer
from issuer.errors import ConfigError, FormatError, Place, UsageError
from issuer.pages.portal import portal_folder, templates_folder

PORTAL = ("index.md", "verify.md", "trust.md", "guide", "assets")
EXAMPLE = "2026-01-first-batch"
_TEMPLATE = "default.svg"  # the rest of the gallery is copied by `issuer template new`

_ISSUER_YML = """\
# Who issues. The guide explains each line: site/guide/first-batch.md
name: {name}
url: {url}
base_url: {base_url}   # the pages will be at <base_url>/c/<id>/ for ever: choose it well

keys:                  # every public key that was ever in use; never take one out. How to change them: site/guide/keys.md
{keys}
mail:
  from: {sender}
  support: {sender}    # where recipients can ask
  # smtp:              # where mail is handed in; the password comes from ISSUER_SMTP_PASSWORD
  #   host: mail.example.org
  #   port: 587
  #   security: starttls
  #   user: certificates
"""

_BATCH_YML = """\
# What is awarded, and to whom. The guide explains each line: site/guide/first-batch.md
achievement:
  name: First Certificate
  description: An example. Write here what people did, in a sentence or two.
  criteria: Write here what they had to do for it.
  language: en
awarded: 2026-01-30    # the same day for everybody, or map a column to `awarded`
template: default      # templates/default.svg

columns:               # field: the header of a column in roster.csv
  name: Name
  email: E-mail        # never published
  course: Course       # any column can be on the page, the certificate and in the mail
"""

_ROSTER = """\
Name,E-mail,Course
Amina Yusuf,amina.yusuf@example.org,Morning
Jørgen Brødsgaard,jorgen@example.org,Morning
María José Peña,mj.pena@example.org,Evening
"""

_MKDOCS = """\
site_name: {name}
docs_dir: site
site_dir: _site
theme:
  name: issuer
plugins:
  - issuer
markdown_extensions:
  - admonition
  - tables
  - toc:
      permalink: "#"
nav:
  - Home: index.md
  - Verify: verify.md
  - Trust: trust.md
not_in_nav: |
  /guide/
"""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who issues: name, website, and where the pages will be."""

    name: str
    url: str
    base_url: str


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", required=True, help="The organisation that issues, as it stands on certificates.")
@click.option("--url", required=True, help="Its website.")
@click.option("--base-url", required=True, help="Where the pages will be, for ever. http://localhost:8420 to try things out.")
@click.option("--sender", metavar="ADDRESS", help="The address that mail comes from. Default: certificates@ the host of --url.")
@click.option("--key", "key_file", type=click.Path(path_type=Path), metavar="FILE", help="Where the new secret keys go.")
@click.option("--one-key", is_flag=True, help="One key for everything, instead of one each for credentials, status lists and log.")
@click.option("--passphrase", is_flag=True, help="Seal the key file with a passphrase: asked twice, or ISSUER_SIGNING_KEY_PASSPHRASE.")
@click.pass_obj
def command(
    session: Session,
    folder: Path,
    name: str,
    url: str,
    base_url: str,
    sender: str | None,
    key_file: Path | None,
    *,
    one_key: bool,
    passphrase: bool,
) -> Result:
    """Make an issuing repository in FOLDER, with keys of its own outside it.

    FOLDER becomes a Git repository with issuer.yml, the portal's pages, a certificate template and an example batch of three people.
    The secret keys go to ~/.config/issuer/FOLDER.key, which only you can read: one for credentials, one for the status lists, one for the
    log, so that the daily job which signs the lists anew need not have the first.
    """
    path = (key_file or signing.default_file(folder.resolve().name, session.environment)).expanduser()
    secret = new_passphrase(session) if passphrase else None
    identity = Identity(name, url, base_url.rstrip("/"))
    windows = create(folder, identity, key_file=path, sender=sender, one_key=one_key, passphrase=secret)
    return Result(
        lines=(
            f"{folder} is an issuing repository. Its public keys:",
            *(f"  {window.key}   {', '.join(window.use)}" for window in windows),
            f"The secret keys are in {path}: keep a copy in a safe place, and never commit it.",
            "",
            "Next:",
            f"  cd {shlex.quote(str(folder))}",
            f"  export {signing.ENVIRONMENT_FILE}={shlex.quote(str(path))}",
            f"  edit records/{EXAMPLE}/batch.yml and roster.csv, then: issuer check",
        ),
        data={
            "folder": str(folder),
            "public_keys": [{"key": window.key, "use": list(window.use)} for window in windows],
            "secret_file": str(path),
        },
    )


def create(
    folder: Path,
    identity: Identity,
    *,
    key_file: Path,
    sender: str | None = None,
    example: bool = True,
    one_key: bool = False,
    passphrase: str | None = None,
) -> tuple[KeyWindow, ...]:
    """Make the repository and its keys. key_file: must not exist; example: with the example batch; one_key: one key for every use;
    passphrase: seals the key file. Returns the windows in issuer.yml. Raises UsageError, StorageError."""
    if folder.exists() and any(folder.iterdir()):
        raise UsageError("is not empty", place=Place(str(folder)), hint="choose a new folder")
    if key_file.exists():
        raise UsageError("exists already", place=Place(str(key_file)), hint="choose another file with --key; a key is never overwritten")
    if key_file.resolve().is_relative_to(folder.resolve()):
        raise UsageError("lies inside the repository", place=Place(str(key_file)), hint="keep the secret key outside it")
    _refuse_bad(identity, sender)
    git.require()
    folder.mkdir(parents=True, exist_ok=True)
    uses: list[tuple[Use, ...]] = [USES] if one_key else [(use,) for use in USES]
    public = make(key_file, uses, f"Issuer signing keys of {identity.name}", passphrase)
    windows = tuple(KeyWindow.model_validate({"key": key, "use": use}) for key, use in zip(public, uses, strict=True))
    for path, text in _files(identity, windows, sender, example=example).items():
        durable.write(folder / path, text.encode())
    for part in PORTAL:
        _copy(portal_folder() / part, folder / "site" / part)
    _copy(templates_folder() / _TEMPLATE, folder / "templates" / _TEMPLATE)
    git.init(folder)
    git.commit(folder, "Begin an issuing repository", ["."])
    return windows


def _files(identity: Identity, windows: tuple[KeyWindow, ...], sender: str | None, *, example: bool) -> dict[str, str]:
    quoted = {"name": _quoted(identity.name), "url": identity.url, "base_url": identity.base_url}
    files = {
        ISSUER_YML: _ISSUER_YML.format(**quoted, keys=config_edit.block(windows), sender=sender or _sender(identity.url)),
        "mkdocs.yml": _MKDOCS.format(**quoted),
        ".gitignore": "_site/\n._site.*/\n.cache/\n.*.tmp\n",
        ".gitattributes": "records/revocations.csv merge=union\nrecords/**/*.jsonl -diff\n",
        "records/revocations.csv": "id,action,reason,date\n",
    }
    if example:
        files[f"records/{EXAMPLE}/batch.yml"] = _BATCH_YML
        files[f"records/{EXAMPLE}/roster.csv"] = _ROSTER
    return files


def _refuse_bad(identity: Identity, sender: str | None) -> None:
    """The settings must be readable before anything is written: try them in a file of their own."""
    dummy = (KeyWindow(key="z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"),)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / ISSUER_YML
        path.write_text(_files(identity, dummy, sender, example=False)[ISSUER_YML], "utf-8")
        try:
            credential.did(read_issuer(path))
        except (ConfigError, FormatError) as error:
            raise UsageError(error.message, hint="see `issuer init --help`") from None


def _quoted(text: str) -> str:
    """Text as a YAML scalar on one line: JSON strings are YAML."""
    return json.dumps(text, ensure_ascii=False)


def _sender(url: str) -> str:
    host = url.partition("://")[2].partition("/")[0].partition(":")[0].removeprefix("www.")
    return f"certificates@{host}"


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("pictures", "__pycache__"))
    elif source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
