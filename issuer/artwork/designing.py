"""The design that a record names, and the template that is drawn from it: a template read again gives the same certificate."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from issuer import design
from issuer.artwork import tools
from issuer.artwork.template import Template, parse
from issuer.artwork.template.brand import Brand, Picture
from issuer.artwork.text import fonts
from issuer.design import Design


def keep(repository: Path, template: Template) -> Design:
    """Keep the template and the pictures of its brand in records/, and say what certificates are drawn from. Raises StorageError."""
    return Design(
        template.name,
        design.keep_template(repository, template.source),
        fonts.digest(),
        tools.versions(),
        template.brand.colours,
        tuple((name, design.keep_picture(repository, picture.data)) for name, picture in template.brand.pictures),
    )


def template(repository: Path, kept: Design) -> Template:
    """The template of a record, with the brand that it had, also if newer versions take no such shapes any more. Raises IntegrityError for
    what is missing or was changed, TemplateError."""
    return _template(repository, replace(kept, fonts="", tools=()))  # records of other tools share the template


@lru_cache(maxsize=16)
def _template(repository: Path, kept: Design) -> Template:
    pictures = {name: Picture.of(design.picture(repository, digest)) for name, digest in kept.pictures}
    source = design.template_source(repository, kept.sha256)
    shown = f"{design.TEMPLATES}/{kept.sha256}.svg ({kept.name})"
    return parse(source, shown_as=shown, brand=Brand.of(dict(kept.colours), pictures), issued=True)
