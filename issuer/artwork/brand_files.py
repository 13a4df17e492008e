"""The brand of a batch: the colours and the logo of issuer.yml, and the pictures of batch.yml, read from their files and checked."""

from __future__ import annotations

from pathlib import Path

from issuer.artwork.template import pictures
from issuer.artwork.template.brand import LOGO, Brand, Picture
from issuer.batch import Batch
from issuer.config import ISSUER_YML, IssuerConfig
from issuer.errors import ConfigError, Place
from issuer.settings import line_of


def load(repository: Path, config: IssuerConfig, batch: Batch | None = None) -> Brand:
    """The brand of an issuer, and of one of its batches. A picture of the batch outdoes one of the issuer.

    Raises ConfigError, at the line of the setting, for a file that is not there, leads out of the repository, or is no picture that can be
    used; TemplateError, in the file itself, for an SVG that cannot.
    """
    found: dict[str, Picture] = {}
    if config.brand.logo is not None:
        place = _place(repository / ISSUER_YML, ISSUER_YML, "brand", LOGO)
        found[LOGO] = _read(repository, repository / config.brand.logo.lstrip("/"), place)
    if batch is not None:
        for name, file in batch.config.images.items():
            place = _place(batch.folder / "batch.yml", batch.settings_path, "images", name)
            found[name] = _read(repository, repository / file[1:] if file.startswith("/") else batch.folder / file, place)
    return Brand.of(config.brand.colours, found)


def _place(path: Path, shown_as: str, *keys: str) -> Place:
    return Place(shown_as, line_of(path, *keys))


def _read(repository: Path, path: Path, place: Place) -> Picture:
    """A picture from its file. A symbolic link that leads out of the repository could publish any file of this machine."""
    shown = path.relative_to(repository).as_posix()
    try:
        inside = path.resolve().is_relative_to(repository.resolve())
    except (OSError, RuntimeError):
        inside = False
    if not inside:
        raise ConfigError(f"{shown} leads out of the repository", place=place, hint="put the file itself there, not a link")
    try:
        with path.open("rb") as file:
            data = file.read(pictures.MAX_BYTES + 1)
    except OSError as error:
        hint = "put the picture there, or correct the name"
        raise ConfigError(f"{shown} cannot be read: {error.strerror}", place=place, hint=hint) from None
    picture = Picture.of(data)
    pictures.opened(picture, shown)
    return picture
