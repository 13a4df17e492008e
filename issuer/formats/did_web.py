"""did:web: a DID that is a web host, with its document at a fixed place there (https://w3c-ccg.github.io/did-method-web/).

https://certificates.example.org     did:web:certificates.example.org     .well-known/did.json
https://org.example.net/certs        did:web:org.example.net:certs        did.json
http://localhost:8420                did:web:localhost%3A8420             .well-known/did.json
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from issuer.errors import FormatError

LOG_SERVICE = "TransparencyLog"
"""The type of the service by which a DID document says that everything its issuer signs is in a log."""
_LOCAL = ("localhost", "127.0.0.1")
_BASE = re.compile(r"(https?)://([A-Za-z0-9.-]+)(?::([0-9]+))?((?:/[A-Za-z0-9._~-]+)*)/*")
_DID = re.compile(r"did:web:([a-z0-9.-]+)(?:%3A([0-9]+))?((?::[A-Za-z0-9._~-]+)*)")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORT = re.compile(r"[1-9][0-9]{0,4}")


def from_base_url(base_url: str) -> str:
    """The DID of an issuer whose pages begin at base_url: https, or http on this computer. Raises FormatError."""
    match = _BASE.fullmatch(base_url)
    if match is None:
        raise FormatError(f"{base_url!r} cannot be a did:web")
    host, port, segments = match[2].lower(), match[3], match[4].split("/")[1:]
    _check(base_url, host, port, segments)
    if match[1] == "http" and host not in _LOCAL:
        raise FormatError(f"{base_url!r} must begin with https://")
    return ":".join(["did:web", host + (f"%3A{port}" if port else ""), *segments])


def base_url(did: str) -> str:
    """The web address that a did:web stands for, without a slash at the end. Raises FormatError."""
    host, port, segments = _parts(did)
    scheme = "http" if host in _LOCAL else "https"
    return "/".join([f"{scheme}://{host}" + (f":{port}" if port else ""), *segments])


def document_path(did: str) -> str:
    """Where the DID document lies, relative to the base URL, section 3.2: ".well-known/did.json" for a bare host, else "did.json"."""
    return "did.json" if _parts(did)[2] else ".well-known/did.json"


def _parts(did: str) -> tuple[str, str | None, list[str]]:
    match = _DID.fullmatch(did)
    if match is None:
        raise FormatError(f"{did!r} is not a did:web")
    host, port, segments = match[1], match[2], match[3].split(":")[1:]
    _check(did, host, port, segments)
    return host, port, segments


def _check(text: str, host: str, port: str | None, segments: list[str]) -> None:
    """Browsers read a host whose last label is a number as an IPv4 address, so none but 127.0.0.1 may be one."""
    labels = host.split(".")
    is_address = _NUMBER.fullmatch(labels[-1]) is not None and host not in _LOCAL
    if len(host) > 253 or is_address or not all(_LABEL.fullmatch(label) for label in labels):
        raise FormatError(f"{text!r} has a host that a did:web cannot name")
    if port is not None and (not _PORT.fullmatch(port) or int(port) > 65535):
        raise FormatError(f"{text!r} has no valid port")
    if "." in segments or ".." in segments:
        raise FormatError(f"{text!r} has a path that a did:web cannot carry")


def document(did: str, keys: Iterable[str], *, compromised: Mapping[str, str] | None = None, log: str | None = None) -> dict[str, Any]:
    """The DID document (https://www.w3.org/TR/did-core/#core-properties). keys: every Multikey that was ever in use for credentials or
    status lists, oldest first: did:web has no history. compromised: Multikey → ISO day; such a key is listed as revoked (Controlled
    Identifiers 1.0 section 2.2.2) and asserts nothing. log: the address of the issuer's log, None if it keeps none."""
    days = compromised or {}
    methods = [_method(did, key, days.get(key)) for key in keys]
    value: dict[str, Any] = {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods if "revoked" not in method],
    }
    if log is not None:
        value["service"] = [{"id": f"{did}#log", "type": LOG_SERVICE, "serviceEndpoint": log}]
    return value


def _method(did: str, key: str, revoked: str | None) -> dict[str, str]:
    method = {"id": f"{did}#{key}", "type": "Multikey", "controller": did, "publicKeyMultibase": key}
    return method if revoked is None else {**method, "revoked": f"{revoked}T00:00:00Z"}
