"""RDF Dataset Canonicalization RDFC-1.0 (https://www.w3.org/TR/rdf-canon/) of JSON-LD, through PyLD, without the network.

Contexts come from the folder contexts/ beside this file; any other is refused. A term that no context defines would be dropped
silently by JSON-LD and so go unsigned: `canonical` refuses it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from typing import Any

from pyld import jsonld

from issuer.errors import FormatError

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES_3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
_FILES = {CREDENTIALS_V2: "credentials-v2.json", OPEN_BADGES_3: "ob-3.0.3.json"}
_UNDEFINED = "urn:undefined:"


@lru_cache
def context(url: str) -> dict[str, Any]:
    """The bundled JSON-LD context of this URL. Raises FormatError for any other: nothing is fetched."""
    if url not in _FILES:
        raise FormatError(f"the JSON-LD context {url} is not bundled, and none is fetched")
    text = resources.files("issuer.formats").joinpath("contexts", _FILES[url]).read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def canonical(document: dict[str, Any]) -> bytes:
    """The sorted N-Quads of a JSON-LD document as UTF-8. Raises FormatError for undefined terms, unknown contexts and bad JSON-LD."""
    _refuse_undefined(_shape(document))
    try:
        text: str = jsonld.normalize(document, {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _load})
    except (jsonld.JsonLdError, RecursionError) as error:
        raise FormatError(f"is not JSON-LD that can be canonicalised: {_first_line(error)}") from None
    return text.encode()


def _load(url: str, _options: dict[str, Any]) -> dict[str, Any]:
    return {"contextUrl": None, "documentUrl": url, "contentType": "application/ld+json", "document": context(url)}


def _shape(document: Any) -> str:
    """The document with every string value that is neither a type nor a context replaced: documents of one shape share one guard."""
    return json.dumps(_skeleton(document, key=""), sort_keys=True)


def _skeleton(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name: _skeleton(member, name) for name, member in value.items()}
    if isinstance(value, list):
        members = [_skeleton(member, key) for member in value]
        return members if key in ("@context", "type", "@type") else [json.loads(text) for text in sorted({json.dumps(m) for m in members})]
    return value if key in ("@context", "type", "@type") else "urn:x"


@lru_cache(maxsize=256)
def _refuse_undefined(shape: str) -> None:
    """Expand with a vocabulary that catches whatever no context defines, and refuse it."""
    document = json.loads(shape)
    contexts = document.get("@context", [])
    document["@context"] = [*(contexts if isinstance(contexts, list) else [contexts]), {"@vocab": _UNDEFINED}]
    try:
        expanded = jsonld.expand(document, {"documentLoader": _load})
    except (jsonld.JsonLdError, RecursionError) as error:
        raise FormatError(f"is not JSON-LD: {_first_line(error)}") from None
    undefined = sorted({text.removeprefix(_UNDEFINED) for text in _strings(expanded) if text.startswith(_UNDEFINED)})
    if undefined:
        raise FormatError(f"the terms {', '.join(undefined)} are defined by no context and would go unsigned")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from _strings(member)
    elif isinstance(value, list):
        for member in value:
            yield from _strings(member)


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
