"""People who may stand in a roster twice: one name with two addresses, one address with two names, names that are almost the same."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import Literal

from rapidfuzz.distance import OSA, JaroWinkler

from issuer.roster.folding import folded

ALIKE = 0.95
"""Jaro-Winkler similarity of folded names."""
_ALIKE_AT_ONE_ADDRESS = 0.9
_WINDOW = 4
_GROUP = 5
_CROWD = 5000
"""Names that are sorted at a time, so that a block of a million needs no more memory than others."""

Kind = Literal["name", "address", "similar"]
Member = tuple[str, str, str, int]
"""Folded name, name, address, row."""
Found = tuple[int, Kind, list[int], str, str]


class People:
    """Remembers name and address of every row, in about 80 bytes a row. Time is linear but for two sorts: a name is only compared with the
    next four that share a word and the initials of the others. key: as in batch.yml; rows that have the same key are told as duplicates,
    and not here."""

    def __init__(self, key: tuple[str, ...]) -> None:
        self.key, self.by_address = key, key in ((), ("email",))
        self.lines, self.ends = array("I"), array("Q")
        self.texts = bytearray()
        self.names, self.addresses, self.blocks = array("q"), array("q"), array("q")
        self.rows = array("I")  # of each block: the row that it belongs to

    def add(self, line: int, name: str, email: str) -> None:
        """A row. Lines grow; email: normalised, "" if there is none."""
        text, number = folded(name), len(self.lines)
        self.lines.append(line)
        self.texts += f"{name}\0{email}".encode()
        self.ends.append(len(self.texts))
        self.names.append(hash(text))
        if not self.by_address:
            self.addresses.append(hash(email.lower()) if email else 0)
        for block in _blocks(text):
            self.blocks.append(hash(block))
            self.rows.append(number)

    def same_name(self, first: int, second: int) -> bool | None:
        """Whether two lines have the same folded name; None if one of them was not added."""
        one, two = (bisect_left(self.lines, line) for line in (first, second))
        if two >= len(self.lines) or (self.lines[one], self.lines[two]) != (first, second):
            return None
        return self.names[one] == self.names[two]

    def found(self) -> Iterator[Found]:
        """Line, kind, lines of the others (the first five), name in the first line and in this one; each group once, almost the same
        perhaps twice, in no order."""
        yield from self._one_name()
        yield from self._one_address()
        yield from self._almost()

    def _one_name(self) -> Iterator[Found]:
        for group in _groups(self.names):
            first, email = self._row(group[0])
            for row in group[1:]:
                name, other = self._row(row)
                duplicate = name == first and ("name" in self.key or not (self.key or email or other))
                if not duplicate and folded(first) and (not (email and other) or email.lower() != other.lower()):
                    yield self.lines[row], "name", [self.lines[each] for each in group[:_GROUP] if each != row], first, name
                    break

    def _one_address(self) -> Iterator[Found]:
        """Where the key is not the address, people may share one: then only names that are nearly the same count."""
        for group in _groups(self.addresses):
            first = self._row(group[0])[0]
            for row in group[1:] if self.addresses[group[0]] else ():
                name = self._row(row)[0]
                if JaroWinkler.similarity(folded(first), folded(name)) >= _ALIKE_AT_ONE_ADDRESS:
                    yield self.lines[row], "address", [self.lines[group[0]]], first, name
                    break

    def _almost(self) -> Iterator[Found]:
        for block in _groups(self.blocks):
            for begin in range(0, len(block), _CROWD):
                rows = {self.rows[each] for each in block[begin : begin + _CROWD]}
                members = sorted((folded(name), name, email, row) for row in rows for name, email in (self._row(row),))
                for index, member in enumerate(members):
                    for other in members[index + 1 : index + 1 + _WINDOW]:
                        if _may_be_one(member, other):
                            (first, name), (last, last_name) = sorted(((member[3], member[1]), (other[3], other[1])))
                            yield self.lines[last], "similar", [self.lines[first]], name, last_name

    def _row(self, row: int) -> tuple[str, str]:
        """Name and address of a row, 0-based."""
        begin = self.ends[row - 1] if row else 0
        name, _, email = self.texts[begin : self.ends[row]].decode().partition("\0")
        return name, email


def _groups(keys: array[int]) -> Iterator[list[int]]:
    """Positions with the same key, in order, where there are several."""
    if len(keys) < 2:
        return
    import numpy as np  # 80 ms, so only when a roster has rows

    numbers = np.frombuffer(keys, dtype=np.int64)
    order = np.argsort(numbers, kind="stable")
    same = np.concatenate(([False], numbers[order][1:] == numbers[order][:-1], [False]))
    begins = np.flatnonzero(~same[:-1] & same[1:])
    ends = np.flatnonzero(same[:-1] & ~same[1:]) + 1
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        yield order[begin:end].tolist()


def _blocks(text: str) -> tuple[str, ...]:
    """What two names have in common that differ in one word: another of their words, and the initials of the rest. text: folded. None for
    names with digits, and of scripts whose letters carry vowel signs, where one sign makes another name."""
    if not text.replace(" ", "").isalpha():
        return ()
    words = text.split(" ")
    if len(words) == 1:
        return (f"^{text[:4]}", f"{text[-4:]}$") if len(text) > 4 else ()
    initials = "".join([word[0] for word in words])
    words.sort(key=len)
    return tuple([f"{word} {initials}" for word in words[-2:]])


def _may_be_one(member: Member, other: Member) -> bool:
    """Whether two people with different names are likely the same."""
    if member[0] == other[0] or not JaroWinkler.similarity(member[0], other[0], score_cutoff=ALIKE):
        return False
    return not member[2] or not other[2] or _near(member[2].lower(), other[2].lower())


def _near(email: str, other: str) -> bool:
    """Whether two addresses are a slip apart, or differ in nothing but their domains."""
    (local, _, domain), (other_local, _, other_domain) = email.partition("@"), other.partition("@")
    if local == other_local:
        return domain != other_domain
    numbers, other_numbers = ("".join(filter(str.isdigit, part)) for part in (local, other_local))
    return domain == other_domain and numbers == other_numbers and OSA.distance(local, other_local, score_cutoff=1) == 1
