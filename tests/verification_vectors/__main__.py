"""Write the vectors."""

from __future__ import annotations

from tests.verification_vectors.all_cases import vectors
from tests.verification_vectors.case import FOLDER

FOLDER.mkdir(parents=True, exist_ok=True)
for file in FOLDER.glob("*.json"):
    file.unlink()
for file_name, content in vectors().items():
    (FOLDER / file_name).write_bytes(content)
