"""New tables for people who correct or fill them: CSV that Excel opens as it is, or a workbook. No cell of them runs as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from issuer import durable
from issuer.roster import rejects
from issuer.roster.findings import Finding
from issuer.roster.inert import inert

_UNWRITABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WIDEST = 60


def write_rejects(
    path: Path, headers: Sequence[str], rows: Iterable[tuple[str, Sequence[str], Sequence[Finding]]], delimiter: str = ","
) -> None:
    """Write rows that were not issued, to be corrected there. path: ends with .xlsx for a workbook, else it is CSV; headers: of the roster;
    rows: what names the row in the roster, its cells, and the findings that keep it from being issued; delimiter: of CSV, as the program
    that wrote the roster takes it. Raises StorageError."""
    table = ((*cells, mark, *told(findings)) for mark, cells, findings in rows)
    write(path, (*headers, *rejects.OURS), table, delimiter=delimiter)


def write(
    path: Path, headers: Sequence[str], rows: Iterable[Sequence[str]], notes: Mapping[int, str] | None = None, *, delimiter: str = ","
) -> None:
    """Write a new table. path: ends with .xlsx for a workbook, else it is CSV; notes: 0-based column → what a workbook says about it when
    somebody points at its header. Raises StorageError."""
    data = workbook(headers, rows, notes or {}) if path.suffix.lower() == ".xlsx" else csv_text(headers, rows, delimiter)
    durable.write(path, data)


def csv_text(headers: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str = ",") -> bytes:
    """CSV in UTF-8 with the byte order mark that Excel needs."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(map(inert, headers))
    writer.writerows(map(inert, row) for row in rows)
    return text.getvalue().encode("utf-8-sig")


def workbook(headers: Sequence[str], rows: Iterable[Sequence[str]], notes: Mapping[int, str]) -> bytes:
    """An XLSX workbook: bold headers that stay in sight, every cell a text."""
    import openpyxl  # late: few commands write a workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.comments import Comment
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook(write_only=True)
    sheet: Any = book.create_sheet("Roster")
    sheet.freeze_panes = "A2"
    for column, header in enumerate(headers, 1):
        sheet.column_dimensions[get_column_letter(column)].width = min(max(len(header) + 4, 16), _WIDEST)

    def text(value: str, *, bold: bool = False, note: str = "") -> Any:
        cell: Any = WriteOnlyCell(sheet)
        cell.value = _UNWRITABLE.sub("\ufffd", value)
        cell.data_type = "s"  # never a formula, also not if it begins like one
        cell.quotePrefix = inert(value) != value  # nor when somebody edits the cell
        if bold:
            cell.font = Font(bold=True)
        if note:
            cell.comment = Comment(note, "Issuer", height=110, width=260)
        return cell

    sheet.append([text(header, bold=True, note=notes.get(column, "")) for column, header in enumerate(headers)])
    for row in rows:
        sheet.append(
            [text(value) if value.startswith("#") or inert(value) != value or _UNWRITABLE.search(value) else value for value in row]
        )
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def told(findings: Sequence[Finding]) -> tuple[str, str]:
    """Codes and hints of a row, each once."""
    codes = dict.fromkeys(found.code.value for found in findings)
    hints = dict.fromkeys(f"{found.place.column}: {found.message}; {found.hint}".removeprefix("None: ") for found in findings)
    return ", ".join(codes), " | ".join(hints)
