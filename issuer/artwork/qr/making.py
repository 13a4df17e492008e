"""Making symbols: segno makes the first ones of an address, and a press all that follow.

With version, level and mask fixed, a symbol is affine over GF(2) in the bits of its text: placing bits, Reed-Solomon codes and masking are
all exclusive ors. So a press asks segno once for the symbol of an address, and once for each bit of the id in it, which modules that
bit turns over. The symbol of any other id is then the exclusive or of 26 numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache, reduce
from operator import xor

import segno

from issuer.artwork.qr.symbol import QUIET, Symbol
from issuer.errors import IssuerError
from issuer.formats import identifier

# Trying all eight masks costs 6 ms of the 7. Readers undo any mask; diagonal stripes of three never leave large even areas.
_MASK = 3
_PRINTED = 25.0  # mm, as people print it, quiet zone included
_FINEST = 0.4  # mm a module: what cameras of phones read from paper at arm's length
_MOST = int(_PRINTED / _FINEST) - 2 * QUIET  # modules on a side
_WORTH = 40  # symbols of one address that segno makes before a press, which costs as much as 160, is made
_ADDRESS = re.compile(rf"([!-~]*/)({identifier.PATTERN.pattern})(/?)")
_BITS = [bit for bit in range(7) if any((ord(letter) ^ ord(identifier.ALPHABET[0])) >> bit & 1 for letter in identifier.ALPHABET)]
"""Those in which the characters of an id differ."""
_seen: Counter[tuple[str, str]] = Counter()


@lru_cache(maxsize=256)
def symbol(url: str) -> Symbol:
    """The QR code of an address, in the smallest version that it fits into with error correction M (15 % may be spoilt), and then with the
    highest level that this version has room for. An address so long that modules were finer than 0.4 mm in a printed 25 mm code is
    corrected by L if this makes them larger. Raises IssuerError."""
    address = _ADDRESS.fullmatch(url)
    if address is None:
        return _symbol(_segno(url))
    before, name, after = address.groups()
    _seen[before, after] += 1
    if _seen[before, after] < _WORTH:
        return _symbol(_segno(url))
    return press(before, after).symbol(name)


class Press:
    """Symbols of addresses that differ in the id only. before, after: printable ASCII around it. Raises IssuerError if it is too long."""

    def __init__(self, before: str, after: str) -> None:
        some = identifier.encode(bytes(16))
        first = _segno(before + some + after)
        self._side = len(first.matrix)
        self._base = _bits(first)
        self._turned = []
        for index, character in enumerate(some):
            turns = {}
            for bit in _BITS:
                other = some[:index] + chr(ord(character) ^ 1 << bit) + some[index + 1 :]
                same = _segno(before + other + after, version=int(first.version), level=first.error)
                turns[bit] = _bits(same) ^ self._base
            self._turned.append({letter: _sum(turns, ord(letter) ^ ord(character)) for letter in identifier.ALPHABET})

    def symbol(self, name: str) -> Symbol:
        """The symbol of an address. name: its id, as identifier.encode gives it."""
        bits = self._base
        for turned, letter in zip(self._turned, name, strict=True):
            bits ^= turned[letter]
        return _unpacked(bits, self._side)


press = lru_cache(maxsize=8)(Press)


def _segno(url: str, *, version: int | None = None, level: str | None = None) -> segno.QRCode:
    """version, level: None chooses as `symbol` says. The mode is always that for bytes: others encode several characters at once."""
    try:
        if level is not None:
            return _make(url, level, version)
        made = _make(url, "m", None)
        if len(made.matrix) <= _MOST:
            return made
        coarse = _make(url, "l", None)
        return coarse if len(coarse.matrix) < len(made.matrix) else made
    except (segno.DataOverflowError, ValueError) as error:
        raise IssuerError(f"the address of {len(url)} characters does not fit into a QR code", hint="choose a shorter base_url") from error


def _make(url: str, level: str, version: int | None) -> segno.QRCode:
    return segno.make(url, error=level, version=version, mode="byte", micro=False, mask=_MASK, boost_error=version is None)


def _bits(made: segno.QRCode) -> int:
    """The modules row by row, the first one highest."""
    return int("".join("".join(map(str, row)) for row in made.matrix), 2)


def _symbol(made: segno.QRCode) -> Symbol:
    return _unpacked(_bits(made), len(made.matrix))


def _unpacked(bits: int, side: int) -> Symbol:
    mask = (1 << side) - 1
    blank = (0,) * QUIET
    rows = [(bits >> shift & mask) << QUIET for shift in range(side * (side - 1), -1, -side)]
    return Symbol(side + 2 * QUIET, (*blank, *rows, *blank))


def _sum(turns: Mapping[int, int], bits: int) -> int:
    """What the set bits turn over together. turns: what each of them does."""
    return reduce(xor, [turned for bit, turned in turns.items() if bits >> bit & 1], 0)
