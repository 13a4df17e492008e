"""did:web: a DID that is a web host, with its document at a fixed place there (https://w3c-ccg.github.io/did-method-web/).

https://certificates.example.org     did:web:certificates.example.org     .well-known/did.json
https://org.example.net/certs        did:web:org.example.net:certs        did.json
http://localhost:8420                did:web:localhost%3A8420             .well-known/did.json
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from issuer.errors import FormatError

_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_SEGMENT = re.compile(r"[A-Za-z0-9._~-]{1,100}")
_LOCAL = ("localhost", "127.0.0.1")
_DID = re.compile(r"did:web:(?P<host>[a-z0-9.-]+)(?:%3A(?P<port>[1-9][0-9]{0,4}))?(?P<path>(?::[A-Za-z0-9._~-]+)*)")


def from_base_url(base_url: str) -> str:
    """The DID of an issuer whose pages begin at base_url. Raises FormatError if no did:web can stand for it."""
    parts = urlsplit(base_url)
    host, segments = parts.hostname or "", [part for part in parts.path.split("/") if part]
    try:
        port = parts.port
    except ValueError:
        raise FormatError(f"{base_url} has no valid port") from None
    if parts.scheme not in ("https", "http") or not _HOST.fullmatch(host) or parts.query or parts.fragment or parts.username:
        raise FormatError(f"{base_url} cannot be a did:web")
    if parts.scheme == "http" and host not in _LOCAL:
        raise FormatError(f"{base_url} must begin with https://")
    if any(not _SEGMENT.fullmatch(part) or part in (".", "..") for part in segments):
        raise FormatError(f"{base_url} has a path that a did:web cannot carry")
    return "did:web:" + host + (f"%3A{port}" if port else "") + "".join(f":{part}" for part in segments)


def base_url(did: str) -> str:
    """The web address that a did:web stands for, without a slash at the end. Raises FormatError."""
    match = _DID.fullmatch(did)
    if match is None or not _HOST.fullmatch(match["host"]):
        raise FormatError(f"{did!r} is not a did:web")
    segments = match["path"].split(":")[1:]
    if any(part in (".", "..") for part in segments) or int(match["port"] or 1) > 65535:
        raise FormatError(f"{did!r} is not a did:web")
    scheme = "http" if match["host"] in _LOCAL else "https"
    return f"{scheme}://{match['host']}" + (f":{match['port']}" if match["port"] else "") + "".join(f"/{part}" for part in segments)


def document_path(did: str) -> str:
    """Where the DID document lies, relative to the base URL: ".well-known/did.json" for a bare host, else "did.json"."""
    match = _DID.fullmatch(did)
    if match is None:
        raise FormatError(f"{did!r} is not a did:web")
    return "did.json" if match["path"] else ".well-known/did.json"


def document(did: str, keys: list[str]) -> dict[str, Any]:
    """The DID document. keys: every Multikey that was ever in use, oldest first: did:web has no history."""
    methods = [{"id": f"{did}#{key}", "type": "Multikey", "controller": did, "publicKeyMultibase": key} for key in keys]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
