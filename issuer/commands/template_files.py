"""Where the templates are that a batch can name: the repository's own in templates/, before the gallery that comes with Issuer."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path

from issuer.pages.portal import templates_folder

FOLDER = "templates"
_LETTER = "-letter"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """name: as batch.yml names it; shown_as: its path as messages name it; own: whether it is not of the gallery."""

    name: str
    path: Path
    shown_as: str
    own: bool

    @property
    def can_be_named(self) -> bool:
        """Whether batch.yml can name it."""
        return _NAME.fullmatch(self.name) is not None and self.path.suffix == ".svg"


def like(name: str) -> str:
    """A name that batch.yml can use, as near to this one as possible."""
    return re.sub(r"[^a-z0-9]+", "-", name.removesuffix(".svg").lower()).strip("-")[:64].strip("-") or "harbour"


def own(repository: Path) -> list[TemplateFile]:
    """The repository's own, by name, also those that no batch can name."""
    return _in(repository / FOLDER, own=True)


def gallery() -> list[TemplateFile]:
    """Those that come with Issuer, by name."""
    return _in(templates_folder(), own=False)


def kinds() -> list[str]:
    """What the gallery has, each kind once whatever its page."""
    return [file.name for file in gallery() if not file.name.endswith(_LETTER)]


def of_kind(kind: str, page: str) -> TemplateFile | None:
    """The template of the gallery of this kind. page: a4 or letter; None if there is none for this page."""
    name = f"{kind}{_LETTER}" if page == "letter" else kind
    return next((file for file in gallery() if file.name == name), None)


def find(repository: Path | None, name: str) -> TemplateFile | None:
    """The template that a batch gets when it names this, None if there is none. repository: None for the gallery alone."""
    there = [*(own(repository) if repository else ()), *gallery()]
    return next((file for file in there if file.name == name and file.can_be_named), None)


def names(repository: Path | None) -> list[str]:
    """What a batch can name, sorted."""
    return sorted({file.name for file in (*(own(repository) if repository else ()), *gallery()) if file.can_be_named})


def instead(repository: Path | None, name: str) -> str:
    """What to do where there is no template of this name, for a hint."""
    there = names(repository)
    for file in own(repository) if repository else ():
        if not file.can_be_named and file.name.lower() == name.lower().removesuffix(".svg"):
            return f"no batch can name {file.shown_as}: rename it to {like(file.name)}.svg"
    near = difflib.get_close_matches(name.lower().replace(" ", "-"), there, n=1)
    return f"did you mean {near[0]}? `issuer template list` shows all" if near else f"templates: {', '.join(there)}"


def _in(folder: Path, *, own: bool) -> list[TemplateFile]:
    found = sorted((path for path in folder.glob("*") if path.suffix.lower() == ".svg"), key=lambda path: path.stem)
    return [TemplateFile(path.stem, path, f"{FOLDER}/{path.name}", own) for path in found]
