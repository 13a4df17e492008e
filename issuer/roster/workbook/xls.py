"""XLS (MS-XLS, the records of BIFF8 and BIFF5): hidden rows, error cells, merged cells, formats of zeros, the last cell with a value."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from issuer.roster.workbook.ole import MAGIC, CompoundFile, DamagedError
from issuer.roster.workbook.scan import ZEROS, RefusedError, Scan

MAX_BYTES = 100 << 20
_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _FORMAT, _XF = 0x0809, 0x000A, 0x002F, 0x0085, 0x041E, 0x00E0
_ROW, _MERGED, _BOOLERR, _FORMULA = 0x0208, 0x00E5, 0x0205, 0x0006
_NUMBER, _RK, _MULRK = 0x0203, 0x027E, 0x00BD
_TEXTS = (0x00FD, 0x0204, 0x00D6)
"""LABELSST, LABEL, RSTRING"""
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}


class Book:
    """An open workbook: calamine loads all of its sheets, so all are looked at first. names: of the sheets are calamine's to tell, in the
    order in which they stand in the file."""

    def __init__(self, path: str) -> None:
        if Path(path).stat().st_size > MAX_BYTES:
            raise RefusedError(f"is larger than {MAX_BYTES >> 20} MB", "save it as XLSX or CSV")
        self._stream = workbook_stream(Path(path).read_bytes())
        self._old = False
        places = self._globals()
        self._scans = [self._sheet(place) for place in places]
        self.names: list[str] = []

    def close(self) -> None:
        """There is nothing to close: the sheets have been read."""

    def used(self, name: str) -> bool:
        """Whether a sheet has a value anywhere."""
        return self.scan(name).used > 0

    def scan(self, name: str) -> Scan:
        """What calamine does not tell about a sheet. Raises DamagedError when it knows another sheet than the file."""
        if len(self.names) != len(self._scans):
            raise DamagedError
        return self._scans[self.names.index(name)]

    def loaded(self, name: str) -> list[Scan]:
        """The scans of the sheets that calamine loads to read this one, itself first."""
        scan = self.scan(name)
        return [scan, *(other for other in self._scans if other is not scan)]

    def all(self) -> list[Scan]:
        """The scans of all sheets."""
        return self._scans

    def _globals(self) -> list[int]:
        """Where the sheets begin; the formats of zeros are kept."""
        places, formats, styles = [], {}, []
        for kind, place, size in self._records(0):
            if kind == _FILEPASS:
                raise RefusedError("is protected by a password", "save it without a password")
            if kind == _BOUNDSHEET:
                places.append(struct.unpack_from("<I", self._stream, place)[0])
            elif kind == _FORMAT:
                number, text = self._format(place, size)
                if zeros := ZEROS.fullmatch(text):
                    formats[number] = len(zeros[1])
            elif kind == _XF:
                styles.append(struct.unpack_from("<H", self._stream, place + 2)[0])
        self._zeros = {index: formats[number] for index, number in enumerate(styles) if number in formats}
        return places

    def _format(self, place: int, size: int) -> tuple[int, str]:
        """Number and text of a number format (2.4.126), in 8 or 16 bits a character; BIFF5 has one byte less before it."""
        number, length, wide = struct.unpack_from("<HHB", self._stream, place)
        raw = self._stream[place + 5 : place + size]
        if self._old:
            return number, self._stream[place + 3 : place + size].decode("latin-1")
        return number, raw[: 2 * length].decode("utf-16-le", "replace") if wide & 1 else raw[:length].decode("latin-1")

    def _records(self, place: int) -> Iterator[tuple[int, int, int]]:
        """Kind, place of the content, and size of each record of a substream, without its end and the charts inside it."""
        depth = 0
        while place + 4 <= len(self._stream):
            kind, size = struct.unpack_from("<HH", self._stream, place)
            place += 4
            if kind == _BOF:
                depth += 1
                self._old = self._old or self._stream[place : place + 2] == b"\x00\x05"
            elif kind == _EOF:
                depth -= 1
            if depth < 1:
                break
            if depth == 1 and kind not in (_BOF, _EOF):
                yield kind, place, size
            place += size
        if depth:
            raise DamagedError

    def _sheet(self, start: int) -> Scan:
        scan, stream = Scan(), self._stream
        for kind, place, size in self._records(start):
            if kind == _ROW and size >= 16 and stream[place + 12] & 0x20:
                row = struct.unpack_from("<H", stream, place)[0] + 1
                scan.hidden.append((row, row))
            elif kind == _MERGED:
                (count,) = struct.unpack_from("<H", stream, place)
                for number in range(min(count, (size - 2) // 8)):
                    top, bottom, left, right = struct.unpack_from("<4H", stream, place + 2 + 8 * number)
                    scan.merged.append((top + 1, left, bottom + 1, right))
            elif kind in (_NUMBER, _RK, _MULRK, _BOOLERR, _FORMULA, *_TEXTS):
                self._cell(scan, kind, place, size)
        return scan

    def _cell(self, scan: Scan, kind: int, place: int, size: int) -> None:
        stream = self._stream
        row, column, style = struct.unpack_from("<3H", stream, place)
        row += 1
        if kind == _MULRK:
            (last,) = struct.unpack_from("<H", stream, place + size - 2)
            scan.use(row, last)
            for index in range(min(last - column + 1, (size - 6) // 6) if self._zeros else 0):
                self._shown(scan, row, column + index, struct.unpack_from("<H", stream, place + 4 + 6 * index)[0])
        elif kind == _BOOLERR and stream[place + 7]:
            scan.fault(row, column, "error", _ERRORS.get(stream[place + 6], "?"))
        elif kind == _FORMULA and stream[place + 12 : place + 14] == b"\xff\xff":
            if stream[place + 6] == 2:
                scan.fault(row, column, "error", _ERRORS.get(stream[place + 8], "?"))
            elif stream[place + 6] != 3:  # an empty text
                scan.use(row, column)
        else:
            scan.use(row, column)
            if self._zeros and kind in (_NUMBER, _RK, _FORMULA):
                self._shown(scan, row, column, style)

    def _shown(self, scan: Scan, row: int, column: int, style: int) -> None:
        if style in self._zeros:
            scan.zeros.setdefault(row, {})[column] = self._zeros[style]


def workbook_stream(data: bytes) -> bytes:
    """The stream of an XLS workbook. Raises RefusedError when the file is another one, DamagedError when it is broken."""
    if not data.startswith(MAGIC):
        raise DamagedError
    file = CompoundFile(data)
    if "EncryptedPackage" in file.names:
        raise RefusedError("is protected by a password", "save it without a password")
    name = next((name for name in ("Workbook", "WORKBOOK", "Book", "BOOK") if name in file.names), None)
    if name is None:
        what = "a Word document" if "WordDocument" in file.names else "no XLS workbook"
        raise RefusedError(f"is {what}", "export the roster as XLSX or CSV")
    return file.stream(name)
