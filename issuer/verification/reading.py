"""What is said about one issuer, read and verified once for all its certificates."""

from __future__ import annotations

from functools import lru_cache

from issuer.errors import FormatError
from issuer.formats import checkpoint, signed_note
from issuer.formats.checkpoint import Checkpoint
from issuer.verification.evidence import About
from issuer.verification.finding import Finding, failed, unknown
from issuer.verification.issuer_keys import IssuerKeys
from issuer.verification.lists import Register, StatusList, read_list, read_register
from issuer.verification.signature import strict_key

_MAX_REMEMBERED = 64
"""Checkpoints and lists: the certificates of one site are under one or two of each."""


class Reading:
    """About, as one issuer's. keys: which of its keys count."""

    def __init__(self, about: About, did: str) -> None:
        self._about = about
        self.keys = IssuerKeys(about, did)
        self._lists: dict[str, StatusList | Finding] = {}
        self._registers: dict[str, Register] = {}
        self._points: dict[bytes, Checkpoint | Finding] = {}

    def status_list(self, url: str, *, by_meaning: bool = True) -> StatusList | Finding:
        """The list at an address, or why there is none that counts. by_meaning: whether one with an eddsa-rdfc-2022 proof is worth the
        time it takes."""
        data = self._about.lists.get(url)
        if data is None:
            return unknown("list-missing")
        if url not in self._lists:
            if not by_meaning:
                return read_list(data, url, self.keys, by_meaning=False)
            if len(self._lists) >= _MAX_REMEMBERED:
                self._lists.clear()
            self._lists[url] = read_list(data, url, self.keys)
        return self._lists[url]

    def register(self, url: str) -> Register:
        """The register at an address; empty if there is none that counts."""
        if url not in self._registers:
            self._registers = {url: read_register(self._about.register, url, self.keys)}
        return self._registers[url]

    def point(self, note: bytes) -> Checkpoint | Finding:
        """A checkpoint, signed note and all, or why it does not count."""
        if note not in self._points:
            if len(self._points) >= _MAX_REMEMBERED:
                self._points.clear()
            self._points[note] = _point(note, self.keys)
        return self._points[note]

    @property
    def newest(self) -> Checkpoint | Finding | None:
        """The checkpoint that the issuer's site shows, None if it was not had."""
        return None if self._about.checkpoint is None else self.point(self._about.checkpoint)


@lru_cache(maxsize=4)
def of(about: About, did: str) -> Reading:
    """The reading of about for an issuer, made once for each of the last few."""
    return Reading(about, did)


def _point(note_bytes: bytes, keys: IssuerKeys) -> Checkpoint | Finding:
    try:
        note = signed_note.parse(note_bytes)
        point = checkpoint.parse(note.text)
    except FormatError:
        return failed("log-proof-malformed")
    if keys.windows is None:
        return unknown("checkpoint-unverified")
    if point.origin != keys.windows.origin:
        return failed("checkpoint-origin")
    strict = [raw for key in keys.windows.in_use("log") if (raw := strict_key(key)) is not None]
    if not any(signed_note.verify(note, point.origin, raw) for raw in strict):
        return failed("checkpoint-forged")
    return point
