"""Reads the vector files that node --test reads too (tests/js/vectors.js), and those that lie beside the project on some machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

OWN = Path(__file__).parent / "vectors"
SHARED = Path(__file__).resolve().parents[2] / "shared" / "vectors"


def vectors_of(folder: str) -> list[dict[str, Any]]:
    """The vectors of one folder; never none."""
    vectors: list[dict[str, Any]] = json.loads((OWN / folder / "vectors.json").read_text("utf-8"))["vectors"]
    assert vectors, f"tests/vectors/{folder} has no vectors"
    return vectors


def shared_files(folder: str, pattern: str = "*") -> list[Path]:
    """Files below a folder of the shared vectors: none where they do not lie beside the project."""
    return sorted(path for path in (SHARED / folder).rglob(pattern) if path.is_file())


def name_of(vector: Any) -> str:
    """The id of a parametrised test."""
    return vector.stem if isinstance(vector, Path) else str(vector["name"])
