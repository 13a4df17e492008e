"""JSON-LD 1.1 (https://www.w3.org/TR/json-ld11-api/) through PyLD, under contexts that are built in. Nothing is fetched.

PyLD is loaded when it is first used: with the HTTP libraries that it brings, which nothing here uses, it takes 0.15 s.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from typing import Any

from issuer.errors import FormatError, UnsupportedError
from issuer.formats import issuer_context

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES_3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
_FOLDER = resources.files("issuer.formats").joinpath("contexts")


@lru_cache
def manifest() -> dict[str, dict[str, str]]:
    """The bundled contexts by their URL: file, origin, licence, and the SHA-256 of the document's RFC 8785 form."""
    document: dict[str, dict[str, str]] = json.loads(_FOLDER.joinpath("manifest.json").read_text("utf-8"))
    return document


@lru_cache
def context(url: str) -> dict[str, Any]:
    """The JSON-LD context of this URL: bundled, or an issuer's own by its formula. Raises UnsupportedError: nothing is fetched."""
    if issuer_context.is_url(url):
        return issuer_context.at(url)
    if url not in manifest():
        raise UnsupportedError(f"the JSON-LD context {url!r} is not bundled, and none is fetched")
    document: dict[str, Any] = json.loads(_FOLDER.joinpath(manifest()[url]["file"]).read_text("utf-8"))
    return document


def expand(document: Any) -> list[Any]:
    """The expanded form, section 5.1: every term an IRI, every value in its own object. Raises FormatError."""
    return _guarded("expand", document)  # type: ignore[no-any-return]


def to_rdf(document: Any) -> dict[str, list[dict[str, Any]]]:
    """The RDF dataset, section 8.1: graph name → triples as PyLD writes them. document: compact or expanded. Raises FormatError."""
    return _guarded("to_rdf", document)  # type: ignore[no-any-return]


def _guarded(algorithm: str, document: Any) -> Any:
    from pyld import jsonld

    try:
        return getattr(jsonld, algorithm)(document, {"documentLoader": _load})
    except (jsonld.JsonLdError, RecursionError) as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise FormatError(f"is not JSON-LD that can be canonicalised: {reason}") from None


def _load(url: str, _options: dict[str, Any]) -> dict[str, Any]:
    return {"contextUrl": None, "documentUrl": url, "contentType": "application/ld+json", "document": context(url)}
