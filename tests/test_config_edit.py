"""issuer.yml changed as text."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from issuer import config_edit
from issuer.config import IssuerConfig, KeyWindow, read_issuer
from issuer.errors import ConfigError

ISSUER = """\
# who issues
name: Harbour School   # as on certificates
url: https://school.example.org
base_url: https://certificates.example.org
keys:    # never take one out
  # the first one
  - key: z6MkA   # in the safe
    from: 0      # the first entry
  # the next key goes here

mail: {from: certificates@example.org, support: help@example.org}   # the end
"""
NEW = KeyWindow.model_validate({"key": "z6MkB", "from": 7, "use": ["credentials"]})


def read(folder: Path, text: str) -> IssuerConfig:
    (folder / "issuer.yml").write_bytes(text.encode())
    return read_issuer(folder / "issuer.yml")


def rotated(config: IssuerConfig, *, compromised: dt.date | None = None) -> IssuerConfig:
    """The key A ended at entry 7, and NEW behind all."""
    ended = {"until": 7, "compromised": compromised}
    keys = (window.model_copy(update=ended) if window.key == "z6MkA" else window for window in config.keys)
    return config.model_copy(update={"keys": (*keys, NEW)})


def test_comments_and_order_stay(tmp_path: Path) -> None:
    config = read(tmp_path, ISSUER)
    changed = config_edit.with_keys(ISSUER, config, rotated(config, compromised=dt.date(2026, 11, 21)))
    added = "    until: 7\n    compromised: 2026-11-21\n  - key: z6MkB\n    from: 7\n    use: [credentials]\n"
    assert changed == ISSUER.replace("# the first entry\n", "# the first entry\n" + added)


@pytest.mark.parametrize(
    "keys",
    [
        "keys: [{key: z6MkA, from: 0}]\n",
        "keys: [{key: z6MkA, from: 0}]   # all of them",
        "keys:\n- key: z6MkA\n  use:\n  - credentials\n  - log\n",
        "keys:\n- {key: z6MkA}\n",
        "keys: [{key: z6MkA, from: 0,},]\n",
        "keys:\n  - from: 3\n    use: [credentials,\n      status]  # two\n    key: 'z6MkA'",
        "keys:\n    -   key: z6MkZ\n        until: 2\n\n    -   from: 2\n        key:\n            z6MkA\n",
        "keys: [\n  {key: z6MkZ, until: 2},\n  {key: z6MkA, from: 2},  # in use\n  {key: z6MkC, use: [log], until: 0}\n]\n",
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("behind", ["", "url: https://school.example.org\n"])
def test_every_style_of_writing(tmp_path: Path, keys: str, line_end: str, behind: str) -> None:
    head = "name: Harbour School\nbase_url: https://certificates.example.org\n" + ("" if behind else "url: https://school.example.org\n")
    text = (head + keys + ("" if keys.endswith("\n") or not behind else "\n") + behind).replace("\n", line_end)
    config = read(tmp_path, text)
    wanted = rotated(config)
    changed = config_edit.with_keys(text, config, wanted)
    assert read(tmp_path, changed) == wanted
    assert [line for line in text.split(line_end) if line not in changed.split(line_end) and "z6Mk" not in line] == []
    assert line_end == "\n" or changed.count("\n") == changed.count("\r\n")
    assert config_edit.with_keys(text, config, config) == text


def test_what_cannot_be_changed_is_said(tmp_path: Path) -> None:
    text = (
        "name: A\nurl: https://a.example.org\nbase_url: https://b.example.org\nkeys:\n  - from: 0\n    key: |-\n      z6MkA\nmail: null\n"
    )
    config = read(tmp_path, text)
    with pytest.raises(ConfigError, match="no program can change") as caught:
        config_edit.with_keys(text, config, rotated(config))
    assert "by hand" in caught.value.hint
