"""The gate: what the artwork says of a row before anything is signed. A text that does not fit is shown in a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from issuer import artwork, credential, durable
from issuer.artwork import writers
from issuer.artwork.compiling.store import Store
from issuer.artwork.glance import Glance
from issuer.artwork.preview import marks
from issuer.artwork.sheet import lay_out
from issuer.artwork.template import Template, faults
from issuer.batch import Batch
from issuer.batch_config import DAY_FIELDS, BatchMail
from issuer.commands import drafts
from issuer.commands.session import Session
from issuer.errors import FormatError, StorageError, TemplateError
from issuer.formats import placeholders

_PICTURES = 12  # of one batch: whoever has more of them sees by then what is wrong
_LANGUAGES = 100  # that are remembered: more of them are no languages
_STEM = "does-not-fit"
_DRAWN = re.compile(rf"{_STEM}-\d+\.png")


class Gate:
    """Asked about each new or corrected row of a batch. store: where drawings are kept, and what they may take."""

    def __init__(self, session: Session, loaded: Batch, template: Template, store: Store) -> None:
        self._session, self._loaded, self._template, self._store = session, loaded, template, store
        self._mail_parts = tuple(_mail_parts(loaded.config.mail))
        self._written = tuple(part.name for part in self._mail_parts if isinstance(part, placeholders.Field) and part.filters)
        self._glances: dict[str, Glance] = {}
        self._shared: dict[tuple[str, ...], dict[str, str]] = {}
        self._drawn = 0
        drafts.clear(session.repository / drafts.FOLDER / loaded.name, _DRAWN)

    def __call__(self, values: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
        """Field, message and hint for each reason that a row with these values cannot be drawn."""
        language = values.get("language") or self._loaded.config.achievement.language
        glance = self._glance(language or "")
        shared = self._shared.get(tuple(values))
        if shared is not None and glance.settles({**shared, **values, **_written_out(values)}):
            return
        fields, language = drafts.fields_of(self._session.config, self._loaded, values, self._session.now)
        if reasons := list(self._look(fields, language)):
            yield from reasons
            return
        glance.learn(fields)
        if shared is None:
            self._shared[tuple(values)] = {field: text for field, text in fields.items() if field not in values}

    def _glance(self, language: str) -> Glance:
        known = self._glances.get(language)
        if known is None:
            if len(self._glances) >= _LANGUAGES:
                self._glances.clear()
            known = self._glances[language] = Glance(self._template, language, self._written)
        return known

    def _look(self, fields: Mapping[str, str], language: str | None) -> Iterator[tuple[str, str, str]]:
        """Field, message and hint for each reason that a row cannot be drawn. fields: of its certificate."""
        unfit = [(fault.field, fault.message, fault.hint) for fault in faults(self._template, fields, language)]
        for field, error in placeholders.misfits(self._mail_parts, fields, language or ""):
            unfit.append((field.name, f"{error.message}, and the mail writes it as one", error.hint))
        yield from unfit
        if unfit:
            return
        for missing in artwork.undrawable(fields, language, self._template.fields):
            yield missing.field, f"no font draws {missing.character!r} ({missing.codepoint} {missing.name})", missing.hint
        wide = artwork.overflow(self._template, fields, language)
        picture = self._picture(fields, language) if wide else None
        for one in wide:
            see = f"; {picture} shows it" if picture else ""
            hint = f"shorten it, or give it more room in the template (data-box, data-max-lines, data-min-size){see}"
            yield one.field, f"{one.text!r} does not fit on the certificate: {one.sizes}", hint

    def _picture(self, fields: Mapping[str, str], language: str | None) -> str | None:
        """Draw the row as it would come out, with a red line around the boxes that are too small. Returns the path from the repository;
        None if there are enough, or none can be written, or drawing took too long."""
        if self._drawn == _PICTURES:
            return None
        self._drawn += 1
        repository = self._session.repository
        sheet = lay_out(self._template, fields, language=language, url=fields["url"], draft=drafts.WORD)
        path: Path | None = None
        with suppress(StorageError, TemplateError):  # in a repository that may only be read, the words must do
            folder = drafts.folder_of(repository, self._loaded.name)
            drawn = writers.write(sheet, "png", credential=None, created=self._session.now, store=self._store)
            durable.put(folder / f"{_STEM}-{self._drawn}.png", marks.outlined(drawn, sheet))
            path = folder / f"{_STEM}-{self._drawn}.png"
        return None if path is None else path.relative_to(repository).as_posix()


def _written_out(values: Mapping[str, str]) -> dict[str, str]:
    """The fields that say a day of the row in words."""
    return {f"{field}_long": _day(values[field]) for field in DAY_FIELDS if field in values}


@lru_cache(maxsize=4096)
def _day(day: str) -> str:
    with suppress(ValueError):
        return credential.long_date(day)
    return day


def _mail_parts(words: BatchMail) -> Iterator[placeholders.Part]:
    """What the mail says. What is wrong with the words themselves is told once for the batch."""
    for text in (words.subject, words.text or ""):
        with suppress(FormatError):
            yield from placeholders.parse(text)
