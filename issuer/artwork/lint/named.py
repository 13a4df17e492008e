"""Names of pictures and colours that a template does not know, most likely misspelt."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from issuer.artwork.lint import places
from issuer.artwork.template import Template, survey
from issuer.artwork.template.brand import LOGO, NO_BRAND, Brand
from issuer.artwork.template.branding import NAMED, PAINTS
from issuer.roster.findings import Code, Finding, finding

_ALIKE = 0.8


def about(template: Template, shown_as: str, brand: Brand, offers: Mapping[str, AbstractSet[str]]) -> Iterator[Finding]:
    """Pictures that nothing shows, and colours whose name is nearly one that the template uses and the brand lacks. offers: batch → its
    fields."""
    plain = None if brand == NO_BRAND else survey(template.source, shown_as=shown_as).template  # before pictures settled what stays
    if plain is None:
        return
    place, colours = places.of_root(shown_as, template), {name for name, _ in brand.colours}
    pictures = {name for name, _ in brand.pictures}
    for name in sorted(_unshown(plain, pictures, offers)):
        near = difflib.get_close_matches(name, sorted(set(plain.images) - pictures), n=1)
        shown = ", ".join(f"`{image}`" for image in plain.images)
        hint = f"did you mean `{near[0]}`?" if near else f"its pictures are {shown}" if shown else "it has no place for a picture"
        yield finding(Code.TEMPLATE_BRAND, place, f"shows no picture `{name}`, which {', '.join(offers)} names", hint)
    used = _colours(plain)
    for name in sorted(colours - used):
        if near := difflib.get_close_matches(name, sorted(used - colours), n=1, cutoff=_ALIKE):
            message = f"uses no colour `{name}` of the brand, and its colour `{near[0]}` is not in the brand"
            yield finding(Code.TEMPLATE_BRAND, place, message, f"did you mean `{near[0]}`? Correct it under `colours:` in issuer.yml")


def _unshown(plain: Template, pictures: AbstractSet[str], offers: Mapping[str, AbstractSet[str]]) -> AbstractSet[str]:
    """The pictures of a batch that have no place; the logo is the issuer's, and need have none. A place that is named like a
    field may show any."""
    if not offers or any(slot in offered for slot in set(plain.images) - pictures for offered in offers.values()):
        return frozenset()
    return pictures - {LOGO, *plain.images, *plain.conditions}


def _colours(plain: Template) -> set[str]:
    """The names of colours that the template uses."""
    paints = (NAMED.fullmatch(node.attributes.get(paint, "")) for node in plain.root.walk() for paint in PAINTS)
    return {match.group(1) for match in paints if match}
