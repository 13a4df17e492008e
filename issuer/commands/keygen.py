"""issuer keygen: new Ed25519 signing keys."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path

import click

from issuer import config_edit, key_file, key_ring, signing
from issuer.commands.session import Result, Session
from issuer.config import USES, KeyWindow, Use
from issuer.errors import FormatError, KeyUnusableError, Place, StorageError, UsageError
from issuer.formats import ed25519, multikey, openssh

_FROM = "   # or, if the log has entries already, their number"


@click.command()
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Where to write the secret key. Outside every repository.")
@click.option(
    "--use", "uses", type=click.Choice(USES), multiple=True, help="What the key is for; give it again for more. Default: all three."
)
@click.option("--passphrase", is_flag=True, help="Seal FILE with a passphrase: asked twice, or ISSUER_SIGNING_KEY_PASSPHRASE.")
@click.option(
    "--ssh",
    type=click.Path(path_type=Path),
    metavar="FILE.pub",
    help="Make no key: read an OpenSSH public key and print it for issuer.yml.",
)
@click.pass_obj
def command(session: Session, out: Path | None, uses: tuple[Use, ...], ssh: Path | None, *, passphrase: bool) -> Result:
    """Make a signing key.

    The secret goes to FILE (default: ~/.config/issuer/signing.key), which only you can read. The public key is printed: it belongs into
    issuer.yml. Keep a copy of the secret in a safe place; for CI, put it into the secret ISSUER_SIGNING_KEY. To replace a key that is in
    use, `issuer rotate` does all of this.

    With --ssh the secret stays in an ssh-agent: export ISSUER_SIGNING_KEY=ssh-agent.
    """
    if ssh is not None and (out is not None or passphrase):
        raise UsageError("--ssh makes no key, so there is nothing to write", hint="leave out --out and --passphrase")
    chosen = tuple(use for use in USES if use in uses) or USES
    if ssh is not None:
        public = _public_key(ssh)
        return Result(
            lines=(*_public_lines(public, chosen), f"To sign here: ssh-add the key, then export {signing.ENVIRONMENT}={signing.AGENT}"),
            data={"public_key": public, "fingerprint": multikey.fingerprint(public), "use": list(chosen)},
        )
    path = (out or signing.default_file("signing", session.environment)).expanduser()
    (public,) = make(path, [chosen], "Issuer signing key", new_passphrase(session) if passphrase else None)
    return Result(
        lines=(
            f"secret key   {path}   (never commit it, never mail it)",
            *_public_lines(public, chosen),
            f"To sign here: export {signing.ENVIRONMENT_FILE}={shlex.quote(str(path))}",
        ),
        data={"secret_file": str(path), "public_key": public, "fingerprint": multikey.fingerprint(public), "use": list(chosen)},
    )


def make(path: Path, uses: Iterable[tuple[Use, ...]], title: str, passphrase: str | None = None) -> tuple[str, ...]:
    """New keys in a new file at path, one for each tuple of uses. title: the file's comment; passphrase: seals it. Returns the public keys.
    Raises KeyUnusableError inside an issuing repository, StorageError if the file exists."""
    made = [(signing.generate(), labels) for labels in uses]
    secrets = [key_ring.Secret(() if labels == USES else labels, seed) for (_, seed), labels in made]
    key_file.store(path, key_ring.render(secrets, title), passphrase)
    return tuple(key.public for (key, _), _ in made)


def new_passphrase(session: Session) -> str:
    """A passphrase to seal with: ISSUER_SIGNING_KEY_PASSPHRASE, or asked twice. Raises UsageError."""
    given = session.environment.get(signing.ENVIRONMENT_PASSPHRASE)
    if given is None and session.ask_secret is None:
        raise UsageError(
            "there is nobody to ask for a passphrase", hint=f"set {signing.ENVIRONMENT_PASSPHRASE}, or run the command at a terminal"
        )
    if given is None and session.ask_secret is not None:
        given = session.ask_secret("New passphrase for the key file")
        if session.ask_secret("The same again") != given:
            raise UsageError("the two passphrases differ", hint="nothing was written: run the command again")
    key_file.refuse_weak(given or "")
    return given or ""


def _public_lines(public: str, uses: tuple[Use, ...]) -> tuple[str, ...]:
    window = KeyWindow.model_validate({"key": public, "use": uses})
    return (
        f"public key   {public}",
        f"fingerprint  {multikey.fingerprint(public)}",
        "",
        "In issuer.yml:",
        "keys:\n" + config_edit.block([window]).replace("from: 0", f"from: 0{_FROM}").rstrip("\n"),
        "",
    )


def _public_key(path: Path) -> str:
    """The Multikey of an OpenSSH public key file. Raises KeyUnusableError, StorageError."""
    hint = "give the .pub file that `ssh-keygen -t ed25519` wrote"
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            raw = openssh.public_key_of_line(stream.read(4096))
    except OSError as error:
        raise StorageError(f"cannot be read: {error.strerror}", place=Place(str(path)), hint=hint) from None
    except FormatError as error:
        raise KeyUnusableError(error.message, place=Place(str(path)), hint=hint) from None
    if not ed25519.is_good_key(raw):
        raise KeyUnusableError("this key is weak", place=Place(str(path)), hint="make another with `ssh-keygen -t ed25519`")
    return multikey.encode_public(raw)
