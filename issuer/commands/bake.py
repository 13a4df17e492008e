"""issuer bake: a credential into a picture, by the rules of Open Badges 3.0."""

from __future__ import annotations

from pathlib import Path

import click

from issuer import durable
from issuer.commands.session import Result
from issuer.errors import FormatError, Place, RefusedError, UsageError
from issuer.evidence import read_bytes
from issuer.formats import baking, open_badges, strict_json


@click.command()
@click.argument("credential", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("image", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="The picture to write.")
def command(credential: Path, image: Path, out: Path) -> Result:
    """Put a credential into a picture.

    CREDENTIAL is a credential.json; IMAGE is an SVG or a PNG. The picture that is written looks the same and carries the credential, in
    the place of one that was there, as wallets and `issuer verify` read it. It is of the same kind, so FILE ends with .svg or .png as
    IMAGE is. Nothing is verified here: a picture proves nothing by itself.
    """
    data = _read(credential, strict_json.MAX_BYTES)
    _refuse_malformed(data, credential)
    picture = _read(image, baking.MAX_BYTES)
    try:
        baked = baking.bake(picture, data)
    except FormatError as error:
        raise UsageError(error.message, place=Place(str(image)), hint=error.hint) from None
    _refuse_place(out, baking.suffix_of(picture))
    durable.write(out, baked)
    return Result((f"{out} carries {credential}",), {"file": str(out), "bytes": len(baked)})


def _read(path: Path, most: int) -> bytes:
    data = read_bytes(path, most)
    if data is None or len(data) > most:
        raise UsageError(f"is larger than {most:,} bytes", place=Place(str(path)), hint="a credential or a picture of that size is none")
    return data


def _refuse_place(out: Path, suffix: str) -> None:
    """A picture under the name of another kind is opened by nothing, and a folder that is not there is a slip of the pen."""
    if out.suffix.lower() != suffix:
        message = f"the picture is {'a PNG' if suffix == '.png' else 'an SVG'}, and the name does not end with {suffix}"
        raise UsageError(message, place=Place(str(out)), hint=f"write it to {out.with_suffix(suffix).name if out.stem else 'a name'}")
    if not out.parent.is_dir():
        raise UsageError("there is no such folder", place=Place(str(out.parent)), hint="make it first, or write to another one")


def _refuse_malformed(data: bytes, path: Path) -> None:
    """Whoever bakes what nobody can read would find out too late."""
    hint = "bake a credential.json as it was issued"
    try:
        value = strict_json.parse(data)
    except FormatError as error:
        raise RefusedError(error.message, place=Place(str(path)), hint=hint) from None
    mistake = open_badges.first_mistake(value)
    if mistake is not None:
        raise RefusedError(f"is no Open Badges credential: the member {mistake} is missing or wrong", place=Place(str(path)), hint=hint)
