"""What elements depend on by data-if: a name that nothing has would keep them from every certificate, in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import islice

from issuer.artwork.lint.nearest import nearest
from issuer.artwork.template import Template
from issuer.artwork.template.brand import LOGO
from issuer.artwork.template.markup import Node, element
from issuer.credential import FIELDS
from issuer.errors import Place
from issuer.roster.findings import Code, Finding, finding

_MOST = 100  # who has so many reads no more of them
_NAME = re.compile(r"!?[a-z][a-z0-9_-]*")


def depends(template: Template, shown_as: str, offers: Mapping[str, AbstractSet[str]]) -> Iterator[Finding]:
    """Conditions that are no names, and names that neither a field nor a picture has, each once. offers: batch → the fields it fills."""
    known = {LOGO, *FIELDS, *template.images, *(field.name for field in template.manifest.fields)}
    known |= {name for block in template.blocks for name in block.fields}.union(*offers.values())
    for node, condition in islice(_stated(template.root), _MOST):
        place, name = Place(shown_as, node.line, element=element(node)), condition.removeprefix("!")
        if not _NAME.fullmatch(condition):
            near = nearest(re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_"), known)
            hint = f'did you mean data-if="{near}"?' if near else "write the name of a field, as in {{ name }}, with ! before it for none"
            message = f'data-if="{condition[:40]}" names no field' if condition else "data-if names no field"
            yield finding(Code.TEMPLATE_ATTRIBUTE, place, message, hint)
        elif name not in known:
            message = f'data-if="{condition[:40]}" is about a field that nothing fills'
            if near := nearest(name, known):
                hint = f'did you mean data-if="{condition[: -len(name)]}{near}"?'
                yield finding(Code.TEMPLATE_FIELD_MISSPELT, place, message, hint)
            else:
                hint = f'if a batch will fill it, say data-fields="{name[:40]}?" on the root'
                yield finding(Code.TEMPLATE_FIELD_OWN, place, message, hint)


def _stated(root: Node) -> Iterator[tuple[Node, str]]:
    """Each condition where it is first stated; "" where data-if is empty."""
    told: set[str] = set()
    for node in root.walk():
        for condition in node.attributes["data-if"].split() or [""] if "data-if" in node.attributes else ():
            if condition not in told:
                told.add(condition)
                yield node, condition
