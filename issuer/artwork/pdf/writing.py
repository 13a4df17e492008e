"""Writing one certificate: the plate of its edition, then its own texts, QR code, tags, links, fonts and its credential."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from operator import attrgetter
from string import ascii_letters
from urllib.parse import quote

from issuer.artwork.edition import Text
from issuer.artwork.pdf import content, metadata, syntax
from issuer.artwork.pdf.plates import CATALOG, DOCUMENT, FIRST, PAGE, Plate, tag
from issuer.artwork.pdf.syntax import Objects, number, string
from issuer.artwork.sheet import Sheet
from issuer.artwork.text.fonts import Face
from issuer.artwork.text.shaping import Run

_FILE = "credential.json"
_ABOUT = "The signed Open Badges 3.0 credential of this certificate"
_ADDRESS = "!#$%&'()*+,/:;=?@[]~"  # characters of an address beside letters and digits, RFC 3986
_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")  # RFC 5646
_OWN = frozenset({"name", "id", "url"})  # different on each certificate of a batch: their texts come last, so that all else is made once
_NUMBERS = frozenset({"id", "url"})
_LETTERS = f"{ascii_letters} .-'’áäçéèíñóöúüß"  # of three names in four where Latin is written
_ADDRESSES = "0123456789abcdefghijklmnopqrstuvwxyz:/.-"
_LANGUAGE = "en"  # of a certificate and a template that name none


def write(plate: Plate, sheet: Sheet, *, credential: bytes | None, created: dt.datetime) -> bytes:
    """The PDF of a sheet. credential: JSON to attach, None for a draft; created: aware, the moment that the file names.

    The same arguments give the same bytes.
    """
    return _File(plate, sheet, created).written(credential)


_tag = attrgetter("tag")


class _File:
    """One file while it is written."""

    def __init__(self, plate: Plate, sheet: Sheet, created: dt.datetime) -> None:
        self.plate, self.sheet, self.created = plate, sheet, created
        self.objects = Objects(plate.next)
        self.stage = plate.stage
        self.language = next((tag for tag in (sheet.language, plate.edition.template.language) if _TAG.fullmatch(tag)), _LANGUAGE)
        self.parents = [words.element for words in plate.words]  # the structure element of each mark
        self.links: list[tuple[int, int]] = []  # annotation and structure element

    def written(self, credential: bytes | None) -> bytes:
        objects, plate, sheet = self.objects, self.plate, self.sheet
        code = self._symbol()
        texts = [(words.place, words.element, words.operators) for words in plate.words]
        own = [text for text in sheet.texts if not _OWN.isdisjoint(text.block.fields)]
        texts += [(plate.order[text.block], *self._text(text, keep=True)) for text in sheet.texts if text not in own]
        self._expect(own)
        texts += [(plate.order[text.block], *self._text(text, keep=False)) for text in own]
        texts.sort()
        elements = [element for _, element, _ in texts] + [element for element, _ in code]
        operators = ["/Artifact BMC q /Art Do Q EMC", *(drawn for _, drawn in code), *(drawn for *_, drawn in texts)]
        stream = objects.packed("", "\n".join(operators).encode("ascii"))
        attached = self._attach(credential)
        self._page(stream)
        tree = self._tree()
        objects.put(DOCUMENT, f"<</Type/StructElem/S/Document/P {tree} 0 R/K[{_references(elements)}]>>")
        self._catalog(tree, attached)
        info = objects.add(metadata.info(sheet.title, sheet.author, self.created))
        body, entries = objects.written(len(plate.head))
        name = hashlib.sha256(plate.edition.key.encode("ascii") + body).hexdigest()[:32]
        more = f"/Root {CATALOG} 0 R/Info {info} 0 R/ID[<{name}><{name}>]"
        low = [entries[index] for index in range(1, FIRST)]
        high = [entries[index] for index in range(plate.next, objects.next)]
        end = syntax.cross_references(objects.next, len(plate.head) + len(body), [*low, plate.entries, *high], more)
        return plate.head + body + end

    def _expect(self, own: list[Text]) -> None:
        """Fonts have all frequent letters of names, and all of addresses and ids, if these need no others: they are made once a batch."""
        names, numbers = map(_by_face, _parted(own))
        for face in sorted({*names, *numbers}, key=_tag):
            stage = self.stage.expect(face, (_LETTERS if face in names else "") + (_ADDRESSES if face in numbers else ""))
            if all(map(stage.fonts[face].shows, names.get(face, ()))):
                self.stage = stage

    def _text(self, text: Text, *, keep: bool) -> tuple[int, str]:
        """A text, as a link if it tells the certificate's address: its structure element and its operators."""
        kind = tag(text.block, self.plate.heading)
        linked = "url" in text.block.fields
        element = self.objects.reserve()
        owner = self.objects.reserve() if linked else element
        mark = self._mark(owner)
        operators, self.stage = self.stage.text(text, keep=keep)
        kid = f"{mark}"
        if linked:
            self._link(owner, element, kid, content.text_box(text, self.plate.matrix))
            kid = f"{owner} 0 R"
        spoken = string(text.placed.text)
        self.objects.put(element, f"<</Type/StructElem/S/{kind}/P {DOCUMENT} 0 R/Pg {PAGE} 0 R/K {kid}/ActualText{spoken}>>")
        return element, content.marked("Link" if linked else kind, mark, operators)

    def _symbol(self) -> list[tuple[int, str]]:
        """The QR code as a picture inside a link: the link's structure element and the operators; nothing without a code."""
        code, symbol = self.plate.edition.template.code, self.sheet.symbol
        if code is None or symbol is None:
            return []
        link, figure = self.objects.reserve(), self.objects.reserve()
        mark = self._mark(figure)
        box = content.box([(code.x, code.y), (code.x + code.size, code.y + code.size)], self.plate.matrix)
        layout = f"/A<</O/Layout/Placement/Block/BBox[{box}]>>"
        alternative = string(f"QR code: {self.sheet.url}")
        self.objects.put(figure, f"<</Type/StructElem/S/Figure/P {link} 0 R/Pg {PAGE} 0 R/K {mark}/Alt{alternative}{layout}>>")
        self._link(link, DOCUMENT, f"{figure} 0 R", box)
        return [(link, content.marked("Figure", mark, content.symbol(code, symbol, self.plate.matrix)))]

    def _mark(self, element: int) -> int:
        """The next mark of the page, which belongs to a structure element."""
        self.parents.append(element)
        return len(self.parents) - 1

    def _link(self, element: int, parent: int, kid: str, box: str) -> None:
        """A link to the certificate's page: its annotation and its structure element."""
        url = self.sheet.url
        address = string(quote(url, safe=_ADDRESS))
        annotation = self.objects.add(
            f"<</Type/Annot/Subtype/Link/Rect[{box}]/Border[0 0 0]/F 4/StructParent {len(self.links) + 1}/Contents{string(url)}"
            f"/A<</S/URI/URI{address}>>>>"
        )
        self.objects.put(
            element,
            f"<</Type/StructElem/S/Link/P {parent} 0 R/Pg {PAGE} 0 R/K[{kid}<</Type/OBJR/Obj {annotation} 0 R>>]>>",
        )
        self.links.append((annotation, element))

    def _tree(self) -> int:
        """The root of the structure, ISO 32000-1 section 14.7.2. The page is number 0 of its parent tree, the links follow."""
        links = "".join(f" {index} {element} 0 R" for index, (_, element) in enumerate(self.links, 1))
        parents = f"<</Nums[0[{_references(self.parents)}]{links}]>>"
        return self.objects.add(f"<</Type/StructTreeRoot/K[{DOCUMENT} 0 R]/ParentTree {parents}/ParentTreeNextKey {len(self.links) + 1}>>")

    def _attach(self, credential: bytes | None) -> str:
        """The credential as a file that belongs to the document, ISO 19005-3 annex E. Returns entries of the catalog."""
        if credential is None:
            return ""
        moment = syntax.date(self.created)
        checksum = hashlib.md5(credential, usedforsecurity=False).hexdigest()
        head = f"/Type/EmbeddedFile/Subtype/application#2Fjson/Params<</Size {len(credential)}/ModDate{moment}/CheckSum<{checksum}>>>"
        data = self.objects.packed(head, credential)
        file = self.objects.add(
            f"<</Type/Filespec/F({_FILE})/UF({_FILE})/EF<</F {data} 0 R/UF {data} 0 R>>/AFRelationship/Data/Desc({_ABOUT})>>"
        )
        return f"/AF[{file} 0 R]/Names<</EmbeddedFiles<</Names[({_FILE}){file} 0 R]>>>>"

    def _page(self, stream: int) -> None:
        plate, template = self.plate, self.plate.edition.template
        numbers = plate.numbers
        resources = f"<</XObject<</Art {numbers['art']} 0 R>>/Font<<{plate.fonts}{self.stage.write(self.objects)}>>>>"
        annotations = f"/Annots[{_references([annotation for annotation, _ in self.links])}]" if self.links else ""
        self.objects.put(
            PAGE,
            f"<</Type/Page/Parent {numbers['pages']} 0 R/MediaBox[0 0 {number(template.width)} {number(template.height)}]"
            f"/Contents {stream} 0 R/Resources{resources}/Group<</S/Transparency/CS/DeviceRGB>>"
            f"/StructParents 0/Tabs/S{annotations}>>",
        )

    def _catalog(self, tree: int, attached: str) -> None:
        sheet, numbers = self.sheet, self.plate.numbers
        described = self.objects.stream(
            "/Type/Metadata/Subtype/XML", metadata.packet(sheet.title, sheet.author, self.language, self.created)
        )
        intent = f"<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB)/DestOutputProfile {numbers['profile']} 0 R>>"
        self.objects.put(
            CATALOG,
            f"<</Type/Catalog/Pages {numbers['pages']} 0 R/Lang{string(self.language)}/MarkInfo<</Marked true>>/StructTreeRoot {tree} 0 R"
            f"/ViewerPreferences<</DisplayDocTitle true>>/Metadata {described} 0 R/OutputIntents[{intent}]{attached}>>",
        )


def _parted(own: list[Text]) -> tuple[list[Text], list[Text]]:
    """Texts with names, and those with ids and addresses only."""
    return [text for text in own if text.block.fields - _NUMBERS], [text for text in own if not text.block.fields - _NUMBERS]


def _by_face(texts: list[Text]) -> dict[Face, list[Run]]:
    found: dict[Face, list[Run]] = {}
    for text in texts:
        for placed in text.placed.lines:
            for run in placed.line.runs:
                found.setdefault(run.face, []).append(run)
    return found


def _references(numbers: Iterable[int]) -> str:
    return " ".join([f"{number} 0 R" for number in numbers])
