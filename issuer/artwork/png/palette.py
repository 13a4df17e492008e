"""Few colours for a picture of many: weighted clusters, in whole numbers so that every machine finds the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.integer[Any]]
Colours = NDArray[np.integer[Any]]
"""Red, green and blue of each colour, 0 to 255."""

_SEEN = np.array([3, 6, 2])  # how much the eye minds a difference in red, green and blue
_ROUNDS = 8
_AT_ONCE = 2048
_MOST = 1 << 16  # colours of a histogram: a photograph has half a million, which took 20 s


@dataclass(frozen=True, slots=True)
class Histogram:
    """colours: all different; weights: how many pixels each has, at least 1."""

    colours: Colours
    weights: Numbers

    @classmethod
    def of(cls, colours: Colours, weights: Numbers) -> Histogram:
        """Colours that may come several times, and the weight of each."""
        keys, places = np.unique(pack(colours), return_inverse=True)
        whole = cls(unpack(keys), np.bincount(places, weights).astype(np.int64))
        bits = 0
        while len(whole.colours) > _MOST:
            bits += 1
            whole = whole._coarser(bits)
        return whole

    def _coarser(self, bits: int) -> Histogram:
        """Colours that differ in the last bits of a channel only are one: the one that most pixels have."""
        bins = pack(self.colours >> bits)
        order = np.lexsort((self.weights, bins))
        last = np.append(bins[order][1:] != bins[order][:-1], True)
        _, places = np.unique(bins, return_inverse=True)
        return Histogram(self.colours[order[last]], np.bincount(places, self.weights).astype(np.int64))


def pack(colours: Colours) -> Numbers:
    """One number for each colour."""
    packed: Numbers = colours.astype(np.int64) @ np.array([65536, 256, 1])
    return packed


def unpack(keys: Numbers) -> Colours:
    """The colours of such numbers."""
    return np.stack([keys >> 16, keys >> 8 & 255, keys & 255], axis=-1)


def rgb(colour: str) -> Colours:
    """The parts of "#rrggbb"."""
    return np.frombuffer(bytes.fromhex(colour[1:]), np.uint8).astype(np.int64)


def nearest(colours: Colours, palette: Colours) -> NDArray[np.uint8]:
    """For each colour the index of the one in the palette that looks most like it."""
    # Whole numbers below 2^24, so that float32 is exact. By hand: a library's threads wait for one another on a busy machine.
    rows, doubled = (palette * _SEEN).astype(np.float32).T * 2, (palette**2 @ _SEEN).astype(np.float32)
    parts = []
    for start in range(0, len(colours), _AT_ONCE):
        few = colours[start : start + _AT_ONCE].astype(np.float32)
        far = doubled - few[:, 0, None] * rows[0]
        far -= few[:, 1, None] * rows[1]
        far -= few[:, 2, None] * rows[2]
        parts.append(far.argmin(axis=1))
    return np.concatenate(parts).astype(np.uint8)


def choose(histogram: Histogram, count: int) -> Colours:
    """At most `count` colours that stand for all of them, from dark to light. What most pixels of a cluster have is kept as it is."""
    if len(histogram.colours) <= count:
        return _sorted(histogram.colours)
    palette = _split(histogram, count)
    for _ in range(_ROUNDS):
        palette = _centres(histogram, nearest(histogram.colours, palette), len(palette))
    return _sorted(_true(histogram, nearest(histogram.colours, palette), palette))


def _split(histogram: Histogram, count: int) -> Colours:
    """Cut the cluster that errs most in two, again and again, where its widest channel has its mean."""
    clusters = [_Cluster.of(histogram, np.arange(len(histogram.colours)))]
    while len(clusters) < count:
        worst = max(range(len(clusters)), key=lambda index: clusters[index].error)
        cluster = clusters[worst]
        if not cluster.error:
            break
        low = histogram.colours[cluster.members, cluster.channel] <= cluster.mean
        clusters[worst] = _Cluster.of(histogram, cluster.members[low])
        clusters.append(_Cluster.of(histogram, cluster.members[~low]))
    labels = np.zeros(len(histogram.colours), np.int64)
    for index, cluster in enumerate(clusters):
        labels[cluster.members] = index
    return _centres(histogram, labels, len(clusters))


@dataclass(frozen=True, slots=True)
class _Cluster:
    """members: indices into the histogram; error: of its widest channel; mean: of that channel, rounded down."""

    members: Numbers
    error: int
    channel: int
    mean: int

    @classmethod
    def of(cls, histogram: Histogram, members: Numbers) -> _Cluster:
        colours, weights = histogram.colours[members], histogram.weights[members]
        total = int(weights.sum())
        sums = [int(value) for value in weights @ colours]
        squares = [int(value) for value in weights @ colours**2]
        errors = [int(seen) * (square * total - part * part) // total for seen, square, part in zip(_SEEN, squares, sums, strict=True)]
        channel = max(range(3), key=errors.__getitem__)
        return cls(members, errors[channel], channel, sums[channel] // total)


def _centres(histogram: Histogram, labels: Numbers, count: int) -> Colours:
    """The weighted mean of each cluster; clusters that lost all members are left out."""
    total = np.bincount(labels, histogram.weights, count)
    used = total > 0
    sums = [np.bincount(labels, histogram.weights * histogram.colours[:, channel], count)[used] for channel in range(3)]
    return np.stack([np.floor(part / total[used] + 0.5) for part in sums], axis=-1).astype(np.int64)


def _true(histogram: Histogram, labels: NDArray[np.uint8], palette: Colours) -> Colours:
    """Put the colour that at least half of a cluster's pixels have in the place of its mean: paper stays as white as it was."""
    order = np.lexsort((histogram.weights, labels))
    last = order[np.flatnonzero(np.append(labels[order][1:] != labels[order][:-1], True))]
    total = np.bincount(labels, histogram.weights, len(palette))
    kept = palette.copy()
    most = last[2 * histogram.weights[last] >= total[labels[last]]]
    kept[labels[most]] = histogram.colours[most]
    return kept


def _sorted(palette: Colours) -> Colours:
    keys = np.unique(pack(palette))
    colours = unpack(keys)
    return colours[np.argsort(colours @ _SEEN, kind="stable")]
