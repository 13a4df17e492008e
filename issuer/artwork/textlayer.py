"""The invisible text of a PDF: what the outlines say, for search, copying and screen readers.

A Type 3 font whose glyphs are empty gives each character a code and a place; /ToUnicode says which character it is. The
characters stand in visual order, as in every PDF with right-to-left text: readers turn them back. /ActualText would give the
reading order, but poppler takes it for visual order and turns Arabic and Hebrew round (tried with poppler 22.12).
"""

from __future__ import annotations

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from issuer.artwork.text import bidi

_CODES = 255  # a Type 3 font has one byte per character; code 0 stays free
_ADVANCE = 500  # of 1000 units per em: the line is stretched to its true width, so any will do


class Layer:
    """Collects the characters of a page and writes its lines."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}

    def line(self, text: str, x: float, baseline: float, size: float, width: float) -> str:
        """The operators of one line. x, baseline, size, width: in a space whose y runs downwards."""
        if not text or width <= 0 or size <= 0:
            return ""
        visual = [text[index] for index in bidi.visual_order(bidi.levels(text, bidi.base_level(text)))]
        stretch = 100 * width / (len(visual) * size * _ADVANCE / 1000)
        shown: list[str] = []
        font = -1
        for character in visual:
            code = self.codes.setdefault(character, len(self.codes))
            if code // _CODES != font:
                font = code // _CODES
                shown.append(f"> Tj\n/T{font} {size:.2f} Tf\n<" if shown else f"/T{font} {size:.2f} Tf\n<")
            shown.append(f"{code % _CODES + 1:02x}")
        return f"BT\n3 Tr\n{stretch:.2f} Tz\n1 0 0 -1 {x:.2f} {baseline:.2f} Tm\n{''.join(shown)}> Tj\nET\n"

    def fonts(self, pdf: pikepdf.Pdf) -> Dictionary:
        """The fonts that the lines use, as the page's /Font resource."""
        characters = list(self.codes)
        found = Dictionary()
        empty = pdf.make_indirect(Stream(pdf, f"{_ADVANCE} 0 d0".encode()))
        for number in range((len(characters) + _CODES - 1) // _CODES):
            part = characters[number * _CODES : (number + 1) * _CODES]
            found[f"/T{number}"] = pdf.make_indirect(_font(pdf, part, empty))
        return found


def _font(pdf: pikepdf.Pdf, characters: list[str], empty: pikepdf.Object) -> Dictionary:
    scale = pikepdf.Object.parse(b"0.001")
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        FontBBox=Array([0, -250, 1000, 1000]),
        FontMatrix=Array([scale, 0, 0, scale, 0, 0]),
        CharProcs=Dictionary(g=empty),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([1, *[Name.g] * len(characters)])),
        FirstChar=1,
        LastChar=len(characters),
        Widths=Array([_ADVANCE] * len(characters)),
        Resources=Dictionary(),
        ToUnicode=pdf.make_indirect(Stream(pdf, _to_unicode(characters))),
    )


def _to_unicode(characters: list[str]) -> bytes:
    """The CMap from codes to characters, ISO 32000-1, 9.10.3; at most 100 lines in a section."""
    lines = [f"<{code:02x}> <{character.encode('utf-16-be', 'replace').hex()}>" for code, character in enumerate(characters, 1)]
    sections = [lines[at : at + 100] for at in range(0, len(lines), 100)]
    mapping = "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in sections)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<01> <ff>\nendcodespacerange\n{mapping}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")
