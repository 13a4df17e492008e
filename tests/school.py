"""A small issuing repository of the tests' own, made and run with the real commands."""

from __future__ import annotations

import json
import os
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from issuer import cli

BASE_URL = "https://certificates.example.org"
BATCH = "2026-01-first-batch"


@dataclass(frozen=True, slots=True)
class School:
    """root: the issuing repository; key_file: its secret keys, outside it, Path() for none."""

    root: Path
    key_file: Path

    @property
    def batch(self) -> Path:
        """The folder of the only batch."""
        return self.root / "records" / BATCH

    def issuer(self, *arguments: str, code: int = 0, now: str | None = None) -> str:
        """Run `issuer` in this process, in the repository and with its key. Returns standard output and error; asserts the exit code."""
        return "".join(self.outputs(*arguments, code=code, now=now))

    def outputs(self, *arguments: str, code: int = 0, now: str | None = None) -> tuple[str, str]:
        """The same. Returns standard output and error apart."""
        output, error = StringIO(), StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("ISSUER_SIGNING_KEY_FILE", "" if self.key_file == Path() else str(self.key_file))
            patch.delenv("ISSUER_SIGNING_KEY", raising=False)
            if now:
                patch.setenv("ISSUER_NOW", now)
            patch.chdir(self.root)
            with redirect_stdout(output), redirect_stderr(error):
                got = cli.run([*arguments])
        assert got == code, output.getvalue() + error.getvalue()
        return output.getvalue(), error.getvalue()

    def json(self, *arguments: str, code: int = 0, now: str | None = None) -> dict[str, Any]:
        """The same with --json and --quiet. Returns the document, which is all that stands on standard output."""
        document: dict[str, Any] = json.loads(self.outputs("--quiet", "--json", *arguments, code=code, now=now)[0])
        return document

    def roster(self, *rows: str, header: str = "Name,E-mail,Course") -> None:
        """Write the roster."""
        (self.batch / "roster.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")

    def people(self, count: int) -> None:
        """Write a roster of this many people."""
        self.roster(*(f"Person Nº {number},person{number}@example.org,Morning" for number in range(count)))

    def files(self) -> dict[str, bytes]:
        """Every file below records/."""
        folder = self.root / "records"
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def found(folder: Path, *, base_url: str = BASE_URL, options: tuple[str, ...] = ()) -> School:
    """A new school below folder. options: further ones of `issuer init`."""
    school = School(folder / "school", folder / "keys" / "school.key")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "begin").mkdir()
    given = ["--name", "Harbour School", "--url", "https://school.example.org", "--base-url", base_url, "--key", str(school.key_file)]
    with redirect_stdout(StringIO()):
        assert cli.run(["-C", os.fspath(folder), "init", str(school.root), *given, *options]) == 0
    return school
