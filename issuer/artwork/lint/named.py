"""Names of pictures and colours that a template, or its brand, does not know, most likely misspelt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from issuer.artwork.lint import places
from issuer.artwork.lint.nearest import nearest
from issuer.artwork.template import Template, survey
from issuer.artwork.template.brand import LOGO, NO_BRAND, Brand
from issuer.artwork.template.branding import IMAGE, NAMED, PAINTS
from issuer.artwork.template.markup import Node, element
from issuer.errors import Place
from issuer.roster.findings import Code, Finding, finding


def about(template: Template, shown_as: str, brand: Brand, offers: Mapping[str, AbstractSet[str]]) -> Iterator[Finding]:
    """Pictures that nothing shows, and names of pictures and colours in the template that are nearly one of the brand's. offers: batch →
    its fields."""
    plain = None if brand == NO_BRAND else survey(template.source, shown_as=shown_as).template  # before pictures settled what stays
    if plain is None:
        return
    pictures, colours = {name for name, _ in brand.pictures}, {name for name, _ in brand.colours}
    filled = pictures.union(plain.fields & {field.name for field in plain.manifest.fields}, *offers.values())
    slots = {node.attributes[IMAGE]: node for node in plain.root.walk() if IMAGE in node.attributes}
    paints = {name: node for node in plain.root.walk() for name in _colours(node)}
    wrong = {name: near for name in slots.keys() - filled if (near := nearest(name, pictures))}
    yield from (_misspelt("picture", name, near, slots[name], shown_as) for name, near in sorted(wrong.items()))
    for name in sorted(_unshown(plain, pictures, offers) - set(wrong.values())):
        shown = ", ".join(f"`{image}`" for image in plain.images)
        hint = f"its pictures are {shown}" if shown else "it has no place for a picture"
        message = f"shows no picture `{name}`, which {', '.join(offers)} names"
        yield finding(Code.TEMPLATE_BRAND, places.of_root(shown_as, template), message, hint)
    for name in sorted(paints.keys() - colours):
        if near := nearest(name, colours):
            yield _misspelt("colour", name, near, paints[name], shown_as)


def _misspelt(kind: str, name: str, near: str, node: Node, shown_as: str) -> Finding:
    """kind: picture or colour; near: what the brand has."""
    message = f"the brand has no {kind} `{name}`, but `{near}`"
    there = "`colours:` in issuer.yml" if kind == "colour" else "`images:` in batch.yml"
    hint = f"write `{near}` here" if near == LOGO else f"write `{near}` here, or `{name}` under {there}, whichever is meant"
    return finding(Code.TEMPLATE_BRAND, Place(shown_as, node.line, element=element(node)), message, hint)


def _unshown(plain: Template, pictures: AbstractSet[str], offers: Mapping[str, AbstractSet[str]]) -> AbstractSet[str]:
    """The pictures of a batch that have no place; the logo is the issuer's, and need have none. A place that is named like a
    field may show any."""
    if not offers or any(slot in offered for slot in set(plain.images) - pictures for offered in offers.values()):
        return frozenset()
    return pictures - {LOGO, *plain.images, *plain.conditions}


def _colours(node: Node) -> Iterator[str]:
    """The names of colours that an element uses."""
    for paint in PAINTS:
        if match := NAMED.fullmatch(node.attributes.get(paint, "")):
            yield match.group(1)
