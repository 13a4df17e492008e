"""issuer keygen: a new Ed25519 signing key."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from issuer import key_file, key_ring, signing
from issuer.commands.session import Result, Session
from issuer.formats import multikey


@click.command()
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Where to write the secret key. Outside every repository.")
@click.pass_obj
def command(session: Session, out: Path | None) -> Result:
    """Make a signing key.

    The secret goes to FILE (default: ~/.config/issuer/signing.key), which only you can read. The public key is printed: it belongs into
    issuer.yml. Keep a copy of the secret in a safe place; for CI, put it into the secret ISSUER_SIGNING_KEY.
    """
    path = (out or signing.default_file("signing", session.environment)).expanduser()
    key = make(path)
    return Result(
        lines=(
            f"secret key   {path}   (never commit it, never mail it)",
            f"public key   {key.public}",
            f"fingerprint  {multikey.fingerprint(key.public)}",
            "",
            "In issuer.yml:",
            f"keys:\n  - key: {key.public}\n    from: 0   # or, to replace another key, the number of entries in the log",
            "",
            f"To sign here: export {signing.ENVIRONMENT_FILE}={shlex.quote(str(path))}",
        ),
        data={"secret_file": str(path), "public_key": key.public, "fingerprint": multikey.fingerprint(key.public)},
    )


def make(path: Path) -> signing.SecretKey:
    """A new key, stored at path. Raises KeyUnusableError inside an issuing repository, StorageError if the file exists."""
    key, seed = signing.generate()
    key_file.store(path, key_ring.render([key_ring.Secret((), seed)], "Issuer signing key"))
    return key
