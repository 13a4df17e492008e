"""Which keys of an issuer count, and for what: its DID document, and for issuers that keep a log of ours its keys.json."""

from __future__ import annotations

from issuer.errors import FormatError
from issuer.formats import did_document, did_key
from issuer.formats.did_document import DidDocument
from issuer.verification import windows
from issuer.verification.evidence import About
from issuer.verification.objects import parse_object
from issuer.verification.signature import Signer
from issuer.verification.windows import Windows

DID_WEB = "did:web:"


class IssuerKeys:
    """did: the issuer; is_supported: whether its DID method is built in; document: its DID document, None if that is not at hand; found:
    the id of the one that is at hand instead, or nothing; windows: its keys.json, None if that is not at hand; keeps_log: None if that
    is not known."""

    def __init__(self, about: About, did: str) -> None:
        self.did = did
        self.is_supported = self.is_web
        self.document: DidDocument | None = None
        self.windows: Windows | None = None
        self.found = ""
        self.keeps_log: bool | None = None
        if did.startswith(did_key.PREFIX):
            self._read_key()
        elif self.is_supported:
            self._read_files(about)

    @property
    def is_web(self) -> bool:
        """Whether the issuer is a place on the web, where its keys can change, and not a key itself."""
        return self.did.startswith(DID_WEB)

    def may_sign_now(self, signer: Signer, use: str) -> bool:
        """Whether a signer may sign what is current: a status list or a register of this issuer."""
        if self.document is None or signer.key is None or self.document.methods.get(signer.method) != signer.key:
            return False
        if signer.method not in self.document.asserting:
            return False
        return not self.keeps_log or (self.windows is not None and signer.key in self.windows.in_use(use))

    def are_at_hand(self) -> bool:
        """Whether there is all that it takes to check what the issuer signs."""
        return self.document is not None and (not self.keeps_log or self.windows is not None)

    def _read_key(self) -> None:
        try:
            key = did_key.key(self.did)
        except FormatError:
            return
        self.is_supported = True
        self.document = did_document.of_key(self.did, key)
        self.keeps_log = False

    def _read_files(self, about: About) -> None:
        keys = parse_object(about.keys)
        if keys is not None and keys.get("did") == self.did:
            self.windows = windows.read(keys)
        found = parse_object(about.did)
        if found is None:
            return
        document = did_document.read(found)
        self.found = document.id
        if document.id == self.did:
            self.document = document
            self.keeps_log = document.has_log or about.keys is not None
