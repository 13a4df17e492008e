"""Other ways to draw a certificate, which tests/bench_artwork.py measures beside ours: what one would write in an afternoon, and Typst."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cairosvg
import jinja2
import segno
import typst

from issuer.artwork.sheet import Sheet
from issuer.artwork.text import fonts

_DOCUMENT = """
#let words = json(bytes(sys.inputs.words))
#set document(title: sys.inputs.title, author: sys.inputs.author, date: datetime(year: 2026, month: 5, day: 30))
#set page(width: WIDTHpt, height: HEIGHTpt, margin: 0pt, background: pdf.artifact(image("art.svg", width: 100%)))
#set text(lang: "en", top-edge: "baseline")
#pdf.attach("credential.json", bytes(sys.inputs.credential), relationship: "data", mime-type: "application/json", description: "Credential")
#for (x, y, size, family, fill, said) in words {
  place(dx: x * 1pt, dy: y * 1pt, text(size: size * 1pt, font: family, fill: rgb(fill), said))
}
#place(dx: XQRpt, dy: YQRpt, link(sys.inputs.url, image(bytes(sys.inputs.code), format: "svg", width: SIZEpt, alt: sys.inputs.url)))
"""


@dataclass(frozen=True)
class Naive:
    """Jinja2 fills the template, segno makes a QR code, CairoSVG draws all of it: the fonts are the system's, and nothing is attached."""

    template: jinja2.Template

    @classmethod
    def of(cls, source: Path) -> Naive:
        """For a template of ours, whose filters it takes for no filters."""
        environment = jinja2.Environment(autoescape=True)
        environment.filters["date"] = lambda value, _style: value
        return cls(environment.from_string(source.read_text("utf-8")))

    def svg(self, fields: Mapping[str, str]) -> bytes:
        """The template with its fields filled in and a QR code before its end."""
        code = io.BytesIO()
        segno.make(fields["url"], error="m").save(code, kind="svg", xmldecl=False, svgns=False, scale=1)
        filled = self.template.render(fields)
        return filled.replace("</svg>", code.getvalue().decode() + "</svg>").encode()

    def pdf(self, fields: Mapping[str, str]) -> bytes:
        """CairoSVG's PDF of it."""
        return bytes(cairosvg.svg2pdf(self.svg(fields)))

    def png(self, fields: Mapping[str, str], width: int) -> bytes:
        """CairoSVG's PNG of it."""
        return bytes(cairosvg.svg2png(self.svg(fields), output_width=width))


class Typst:
    """A Typst document on the same artwork with the same texts, QR code and attachment: PDF/A-3a and PDF/UA-1, as ours is built to be."""

    def __init__(self, folder: Path, sheet: Sheet) -> None:
        """folder: an empty one, for the document and its artwork; sheet: one of the edition."""
        template, code = sheet.edition.template, sheet.edition.template.code
        assert code is not None
        self.unit = template.width / template.page.width
        places = {
            "WIDTH": template.width,
            "HEIGHT": template.height,
            "XQR": (code.x - template.page.x) * self.unit,
            "YQR": (code.y - template.page.y) * self.unit,
            "SIZE": code.size * self.unit,
        }
        source = _DOCUMENT
        for name, value in places.items():
            source = source.replace(name, f"{value:.3f}")
        (folder / "art.svg").write_bytes(sheet.edition.art_svg())
        (folder / "main.typ").write_text(source, "utf-8")
        self.compiler = typst.Compiler(folder / "main.typ", font_paths=[fonts.CARRIED], ignore_system_fonts=True)

    def pdf(self, sheet: Sheet, credential: bytes) -> bytes:
        """The PDF of a sheet."""
        page = sheet.edition.template.page
        words = [
            (
                (line.x - page.x) * self.unit,
                (line.baseline - page.y) * self.unit,
                text.placed.size * self.unit,
                line.line.runs[0].face.entry.family,
                line.line.runs[0].fill,
                line.line.text,
            )
            for text in (*sheet.edition.words, *sheet.texts)
            for line in text.placed.lines
            if line.line.runs
        ]
        assert sheet.symbol is not None
        view = f"0 0 {sheet.symbol.width} {sheet.symbol.width}"
        modules = re.sub(r"(\d+) (\d+) (\d+) 1 re\n", r"M\1 \2h\3v1h-\3z", sheet.symbol.rectangles())
        code = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}"><path d="{modules}"/></svg>'
        inputs = {
            "words": json.dumps(words),
            "title": sheet.title,
            "author": sheet.author,
            "credential": credential.decode("utf-8"),
            "url": sheet.url,
            "code": code,
        }
        made = self.compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=["a-3a", "ua-1"])
        assert isinstance(made, bytes)
        return made
