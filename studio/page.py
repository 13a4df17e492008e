"""The pages that the gallery is drawn for."""

from __future__ import annotations

from dataclasses import dataclass

from studio.drawing import Element, element, number

_POINTS = {"mm": 72 / 25.4, "in": 72.0}


@dataclass(frozen=True, slots=True)
class Page:
    """suffix: of the file's name; wide, high: in unit (mm or in)."""

    suffix: str
    wide: float
    high: float
    unit: str

    @property
    def width(self) -> float:
        """Points."""
        return round(self.wide * _POINTS[self.unit], 2)

    @property
    def height(self) -> float:
        """Points."""
        return round(self.high * _POINTS[self.unit], 2)

    def turned(self) -> Page:
        """The same sheet the other way up."""
        return Page(self.suffix, self.high, self.wide, self.unit)


A4 = Page("", 297, 210, "mm")
LETTER = Page("-letter", 11, 8.5, "in")
CARD = Page("", 85.6, 53.98, "mm")
"""ID-1 of ISO/IEC 7810: a bank card."""
BUSINESS_CARD = Page("-letter", 3.5, 2, "in")
"""What printers in North America cut ten of from a Letter sheet."""


def certificate(page: Page, name: str, fields: str, *children: Element | None) -> Element:
    """The root of a template. name: for people; fields: the optional ones beside those of every certificate, as data-fields has them."""
    return element(
        "svg",
        *children,
        xmlns="http://www.w3.org/2000/svg",
        width=f"{number(page.wide)}{page.unit}",
        height=f"{number(page.high)}{page.unit}",
        view_box=f"0 0 {number(page.width)} {number(page.height)}",
        xml_lang="en",
        data_name=name,
        data_fields=fields,
    )
