"""Whether a template shows what its certificates have."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet

from issuer.artwork.coverage import undrawable
from issuer.artwork.lint import places
from issuer.artwork.lint.nearest import ALIKE, nearest
from issuer.artwork.template import Template
from issuer.credential import FIELDS
from issuer.errors import FormatError, Place
from issuer.formats import placeholders
from issuer.roster.findings import Code, Finding, finding


def about(template: Template, shown_as: str, offers: Mapping[str, AbstractSet[str]]) -> Iterator[Finding]:
    """Fields that a batch does not fill; without a batch, those that only some batch could fill. offers: batch → its fields."""
    declared = {field.name: field.optional for field in template.manifest.fields}
    for name, place in _shown(template, shown_as):
        if name == "email":
            message = "shows {{ email }}: an e-mail address is never on a certificate"
            yield finding(Code.TEMPLATE_FIELD_UNKNOWN, place, message, "take it out")
            continue
        missing = [batch for batch, offered in offers.items() if name not in offered]
        if missing and name not in template.conditions and not declared.get(name):
            known = frozenset[str]().union(*offers.values())
            message = f"shows {{{{ {name} }}}}, which nothing fills in {', '.join(missing)}"
            hint = f'map a column to `{name}` under `columns:` in batch.yml, or give the text data-if="{name}"{_meant(name, known)}'
            yield finding(Code.TEMPLATE_FIELD_UNKNOWN, place, message, hint)
        elif not offers and name not in FIELDS and name not in declared:
            message = f"shows {{{{ {name} }}}}, which a batch must map to a column of its own"
            if near := nearest(name, FIELDS):
                hint = f'did you mean {{{{ {near} }}}}? If it is a column of your own, say data-fields="{name}" on the root'
                yield finding(Code.TEMPLATE_FIELD_MISSPELT, place, message, hint)
            else:
                hint = f'if that is meant, say data-fields="{name}" on the root{_meant(name, FIELDS)}'
                yield finding(Code.TEMPLATE_FIELD_OWN, place, message, hint)


def nameless(template: Template, shown_as: str) -> Iterator[Finding]:
    """A template that does not say for whom the certificate is."""
    if "name" not in {name for block in template.blocks for name in block.fields}:
        message, hint = "no text shows {{ name }}, the recipient", "write {{ name }} where the name shall stand"
        if not template.blocks:
            hint = "the drawing has no texts: save it again with texts as texts, not as outlines, and write {{ name }} into one"
        yield finding(Code.TEMPLATE_NAME_MISSING, places.of_root(shown_as, template), message, hint)


def letters(template: Template, shown_as: str) -> Iterator[Finding]:
    """Letters of the template's own words that no font has."""
    for block in template.blocks:
        own = " ".join(part.text for piece in block.pieces for part in piece.parts if isinstance(part, placeholders.Text))
        for missing in undrawable({"text": own}, template.language):
            message = f"no font has {missing.character!r} ({missing.codepoint} {missing.name}) of the text {places.words(block)}"
            yield finding(Code.TEMPLATE_FONT, places.of_block(shown_as, block), message, missing.hint)


def refused(template: Template, shown_as: str, values: Mapping[str, str]) -> Iterator[Finding]:
    """Filters that no value of their field can pass, such as {{ name | date("long") }}."""
    for block in template.blocks:
        try:
            block.spans(values, template.language)
        except FormatError as error:
            message = f"the text {places.words(block)}: {error.message}"
            yield finding(Code.TEMPLATE_TEXT, places.of_block(shown_as, block), message, error.hint)


def _shown(template: Template, shown_as: str) -> Iterator[tuple[str, Place]]:
    """Each field that a text shows, once, and the first text that does."""
    told: set[str] = set()
    for block in template.blocks:
        for name in sorted(block.fields - told):
            told.add(name)
            yield name, places.of_block(shown_as, block)


def _meant(name: str, known: Collection[str]) -> str:
    near = nearest(name, known, ALIKE)
    return f"; did you mean {{{{ {near} }}}}?" if near else ""
