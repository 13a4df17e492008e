"""Text of a roster inside GitHub's Markdown, so that it stays text: no markup, link, picture, HTML, mention or reference comes of it.

Character references (`&#64;`) take every ASCII mark its meaning in Markdown. But GitHub looks for mentions (@ada), references (#1, GH-1, a
commit), addresses and formulas in the page that comes out of it; there it passes over `<code>`. So a word goes into `<code>` unless
it is plainly a word.
"""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile(r"[!-/:-@\[-`{-~]")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]")
_WORD = re.compile(r"""["'‘’“”«»(]*(?:[^\W\d_]+(?:['’-][^\W\d_]+)*|[0-9]{1,6}|[–—→…])?["'‘’“”»),.;:?!…]*""")
_HASH = re.compile(r"[a-f]{7,}", re.IGNORECASE)
_JOINERS = "\u200c\u200d"
_ADDRESS = re.compile(r"""(?:[^\s"'<>(@＠][^\s"<>(]*[@＠](?=[^\s"])|'+[@＠](?=[\w-]+\.\w))""")
_QUOTED = re.compile(r""""@"|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""")


def text(raw: str, limit: int = 200) -> str:
    """A text as one line of Markdown that shows just this text, at most limit characters of it. Any run of spaces is one space; what
    cannot be seen is shown as U+FFFD."""
    words = _UNSEEN.sub("\ufffd", " ".join(raw.split()))
    if len(words) > limit:
        words = words[: limit - 1].rstrip() + "…"
    parts: list[str] = []
    code: list[str] = []
    for word in words.split(" "):
        if _plain(word):
            parts += [_code(code)] * bool(code) + [word]
            code = []
        else:
            code.append(word)
    return " ".join([*parts, *([_code(code)] if code else [])])


def without_addresses(message: str, *, about_mail: bool = False) -> str:
    """A message with … for what stands before the @ of every address; about_mail: with … for everything that it quotes of the cell."""
    if about_mail:
        message = _QUOTED.sub(lambda match: match[0] if match[0] == '"@"' else "…", message)
    return _ADDRESS.sub("…@", message)


def _plain(word: str) -> bool:
    """Whether a word is letters, or a short number, with the marks that stand around words."""
    letters = word if word.isascii() else "".join(one for one in word if one not in _JOINERS and unicodedata.category(one)[0] != "M")
    return bool(_WORD.fullmatch(letters)) and not _HASH.search(word)


def _code(words: list[str]) -> str:
    return f"<code>{_MARKS.sub(lambda match: f'&#{ord(match[0])};', ' '.join(words))}</code>"
