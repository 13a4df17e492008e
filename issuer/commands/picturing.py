"""Drawing drafts into a folder: a file each, and all of them on a contact sheet. Each is drawn once, and kept until its page is full."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from issuer import durable
from issuer.artwork import writers
from issuer.artwork.compiling.store import Store
from issuer.artwork.preview.contact import ContactSheet, Shot
from issuer.batch_config import Format
from issuer.commands import drafts
from issuer.commands.drafts import Desk, Draft

_DRAWN = re.compile(r"line-\d{4,}(-card)?\.(png|pdf|svg)|contact-sheet(-\d+)?\.(png|pdf)")
_ON_SHEET: tuple[Format, Format] = ("png", "pdf")


@dataclass(frozen=True, slots=True)
class Easel:
    """folder: where the files go; formats: of the drafts' own files; advance: told of each draft that is drawn; files: of the drafts that
    were written."""

    desk: Desk
    store: Store
    folder: Path
    formats: Sequence[Format]
    advance: Callable[[int], None]
    files: list[Path] = field(default_factory=list)

    def draw(self, chosen: Sequence[Draft], *, sheet: bool) -> list[Path]:
        """Draw drafts. sheet: also on a contact sheet, and remove what was drawn earlier. Returns the files, the contact sheet first.
        Raises IssuerError; files that are not whole are not there."""
        if not sheet:
            for draft in chosen:
                self._drawn(draft, self.formats)
            return self.files
        drafts.clear(self.folder, _DRAWN)
        return [*(self._contact_sheet(chosen) if chosen else ()), *self.files]

    def _contact_sheet(self, chosen: Sequence[Draft]) -> list[Path]:
        batch, template, whole = self.desk.loaded, self.desk.template, self.folder / "contact-sheet.pdf"
        about = f"records/{batch.name} · template {template.name} · drafts, worst-fitting first"
        sheet = ContactSheet(batch.config.achievement.name, about, template.width / template.height, len(chosen), self.store)
        pages = []
        with durable.growing(whole) as document:
            for number, picture in enumerate(sheet.pages(self._shots(chosen), document), start=1):
                pages.append(self.folder / ("contact-sheet.png" if number == 1 else f"contact-sheet-{number}.png"))
                durable.put(pages[-1], picture)
        return [*pages, whole]

    def _shots(self, chosen: Sequence[Draft]) -> Iterator[Shot]:
        for draft in chosen:
            drawn = self._drawn(draft, (*self.formats, *_ON_SHEET))
            yield Shot(drawn["png"], drawn["pdf"], draft.line, draft.name, draft.note, draft.is_bad)

    def _drawn(self, draft: Draft, formats: Sequence[Format]) -> dict[Format, bytes]:
        """A draft in each of these formats, each drawn once. Those that were asked for are written to their files."""
        sheet, now = self.desk.lay_out(draft.row.values), self.desk.now
        drawn = {form: writers.write(sheet, form, credential=None, created=now, store=self.store) for form in dict.fromkeys(formats)}
        for form in dict.fromkeys(self.formats):
            self.files.append(drafts.put(self.folder, draft.stem, form, drawn[form]))
        self.advance(1)
        return drawn
