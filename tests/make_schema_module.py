"""Writes site/js/accepted-schema.js: the schema that the browser checks with, without its descriptions.

    python -m tests.make_schema_module

A module, and no JSON to fetch: it is there whenever the scripts are, and needs no `eval`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from issuer.formats import open_badges, schema

TARGET = Path(__file__).parents[1] / "site" / "js" / "accepted-schema.js"


def text() -> str:
    """The module."""
    bare = json.dumps(without_words(schema.load(open_badges.ACCEPTED).document), indent=2, ensure_ascii=False)
    head = "// The schema of what is verified. Written by tests/make_schema_module.py from issuer/formats/schemas/accepted.schema.json."
    return f"{head}\n// @ts-check\n\n/** @type {{import('./json-schema.js').Schema}} */\nexport const SCHEMA = {bare};\n"


def without_words(found: Any, *, names: bool = False) -> Any:
    """A schema without `title` and `description`. names: found is a map from names to schemas, in which both may be names."""
    if not isinstance(found, dict):
        return [without_words(item) for item in found] if isinstance(found, list) else found
    return {
        key: without_words(value, names=not names and key in ("properties", "$defs"))
        for key, value in found.items()
        if names or key not in ("title", "description", "$schema")
    }


if __name__ == "__main__":
    TARGET.write_text(text(), "utf-8")
