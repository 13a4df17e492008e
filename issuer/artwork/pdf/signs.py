"""Signs: what a reader of a PDF is given as a character. A run of glyphs becomes signs in the order in which they are read.

A viewer gives each sign's characters, puts what stands on a line in order by where it stands, and makes a space where signs are more
than a tenth of an em apart. So a cluster is one sign, however many glyphs it has; its advance reaches to its neighbour, where letters
are spaced or cascade, and leaves a gap where a space is narrow. From right to left each character is a sign of its own, because poppler
and pdfium turn the characters of a sign round, and MuPDF does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from issuer.artwork.pdf.composing import Part
from issuer.artwork.pdf.fonts import Font, Sign
from issuer.artwork.text.characters import ignorable
from issuer.artwork.text.shaping import Run

_APART = 0.08  # em: viewers see a space when signs are 0.1 apart
_APART_BACKWARDS = 0.02  # em: and when single ones are 0.03 apart
_SPACE = 0.16  # em: and none when words are nearer


@dataclass(slots=True)
class _Cluster:
    """Glyphs that stand for a text together. left, advance: font units, from the origin of the run; parts: moved from left."""

    text: str
    left: int
    advance: int
    parts: tuple[Part, ...]


def forwards(run: Run, font: Font) -> Iterable[tuple[Sign, int]]:
    """The signs of a run from left to right, and how far right of the run's origin each stands, in font units."""
    return _plain(run, font) or _composed(run, font)


def backwards(run: Run, font: Font) -> Iterator[tuple[Sign, int]]:
    """The same of a run from right to left. A cluster's first character has its ink, the others are blank. Joiners are left out: poppler
    would tear the word apart there, and pdfium leaves them out itself; the structure element's /ActualText has them."""
    clusters = _clusters(run, font)
    for cluster, advance in reversed(list(zip(clusters, _advances(clusters, run), strict=True))):
        text = [character for character in cluster.text if not ignorable(character)]
        if not text:
            continue
        share, rest = divmod(advance, len(text))
        place = advance - share - rest
        parts = tuple([(glyph, right - place, up) for glyph, right, up in cluster.parts])
        yield font.composite(parts, share + rest, text[0]), cluster.left + place
        for character in text[1:]:
            place -= share
            yield font.composite((), share, character), cluster.left + place


def _plain(run: Run, font: Font) -> list[tuple[Sign, int]]:
    """The signs where each cluster is one glyph on the line at its usual distance from the next; nothing if some are not."""
    glyphs, xs, clusters = run.glyphs, run.xs, run.clusters
    if len(set(clusters)) != len(glyphs) or any(run.ys):
        return []
    texts = run.text if len(run.text) == len(glyphs) else [run.text[at:end] for at, end in pairwise((*clusters, len(run.text)))]
    advances = font.source.advances
    apart, space = _APART * run.face.upem, _SPACE * run.face.upem
    end, least, most = xs[0] if xs else 0, -inf, inf
    for glyph, x, text in zip(glyphs, xs, texts, strict=True):
        if text == " ":
            least, most = space, inf
        elif least <= x - end <= most:
            end, least, most = x + advances[glyph], -inf, apart
        else:
            return []
    known, single = font.signs, font.single
    return [(known.get((glyph, text)) or single(glyph, text), x) for glyph, text, x in zip(glyphs, texts, xs, strict=True)]


def _composed(run: Run, font: Font) -> Iterator[tuple[Sign, int]]:
    clusters = _clusters(run, font)
    for cluster, advance in zip(clusters, _advances(clusters, run), strict=True):
        first = cluster.parts[0]
        if font.source.compact:
            letters = [*cluster.text[: len(cluster.parts) - 1], cluster.text[len(cluster.parts) - 1 :]]
            for (glyph, right, _), text in zip(cluster.parts, letters, strict=False):
                yield font.single(glyph, text), cluster.left + right
        elif len(cluster.parts) == 1 and advance == cluster.advance and not first[2]:
            yield font.single(first[0], cluster.text), cluster.left
        else:
            yield font.composite(cluster.parts, advance, cluster.text), cluster.left


def _clusters(run: Run, font: Font) -> list[_Cluster]:
    """The clusters of a run from left to right."""
    reach, texts = font.source.advances, run.texts()
    members: dict[int, list[int]] = {}
    for index, cluster in enumerate(run.clusters):
        members.setdefault(cluster, []).append(index)
    found = []
    for indexes in members.values():
        advances = [reach[run.glyphs[index]] for index in indexes]
        left = min([run.xs[index] for index, advance in zip(indexes, advances, strict=True) if advance], default=run.xs[indexes[0]])
        parts = tuple([(run.glyphs[index], run.xs[index] - left, run.ys[index]) for index in indexes])
        found.append(_Cluster(texts[indexes[0]], left, sum(advances), parts))
    return found


def _advances(clusters: list[_Cluster], run: Run) -> Iterator[int]:
    """How far each cluster's sign should reach, so that viewers find the words."""
    apart = (_APART_BACKWARDS if run.level % 2 else _APART) * run.face.upem
    space = round(_SPACE * run.face.upem)
    lefts = [*(cluster.left for cluster in clusters[1:]), run.advance, run.advance]
    for index, cluster in enumerate(clusters):
        gap = lefts[index] - cluster.left - cluster.advance
        if clusters[index + 1 : index + 2] and clusters[index + 1].text == " ":
            narrow = cluster.left + cluster.advance + space - lefts[index + 1]
            yield cluster.advance - narrow if 0 < narrow < cluster.advance else cluster.advance
        elif gap > apart and cluster.text != " ":
            yield cluster.advance + gap
        else:
            yield cluster.advance
