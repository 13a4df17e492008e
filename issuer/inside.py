"""The credential that a drawn certificate carries inside: baked into the SVG or PNG, attached to the PDF.

A PDF is opened in a child process that cannot take the machine with it: the file may come from anybody, and what is packed inside a PDF
can be a thousand times larger than the file.
"""

from __future__ import annotations

import contextlib
import io
import resource
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

from issuer.errors import FormatError
from issuer.formats import baking, png, strict_json

MAX_BYTES = 8 * 1024 * 1024
_NAME = "credential.json"
_HINT = "use record.json or credential.json from the certificate's own page, or its address"
_SECONDS = 2  # of processor time; a certificate takes a fiftieth of a second
_PATIENCE = 30.0  # by the clock, where many share the processor
_MEMORY = 96 << 20  # beyond what the child has when it begins
_MOST = strict_json.MAX_BYTES + 1  # enough to refuse what is larger
_REFUSED = 2


def credential_in(data: bytes) -> bytes | None:
    """The credential inside an SVG, a PNG or a PDF, JSON or a JWS; None if data is none of them. data: at most 8 MiB.
    Raises FormatError if it is one and carries none."""
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"%PDF"):
        return _attached(data)
    if start.startswith((b"<?xml", b"<svg", b"<!")) or data.startswith(png.SIGNATURE):
        return baking.unbake(data)
    if start.startswith((b"\xff\xd8\xff", b"GIF8", b"RIFF")):
        raise FormatError("is a picture, and a picture proves nothing", hint=_HINT)
    return None


def _attached(data: bytes) -> bytes:
    command = [sys.executable, "-I", "-c", f"from {__name__} import main; main()"]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise FormatError("is a PDF that takes too long to read", hint=_HINT) from None
    if done.returncode == _REFUSED:
        raise FormatError(done.stderr.decode("utf-8", "replace"), hint=_HINT)
    if done.returncode or not done.stdout:
        raise FormatError("is a PDF that takes too much to read", hint=_HINT)
    return done.stdout


def main() -> None:
    """The child: a PDF on stdin, the first 64 KiB of its credential.json on stdout, or on stderr why there is none."""
    import pikepdf  # only the child needs it

    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0]) if Path("/proc/self/statm").exists() else 0
    memory = pages * resource.getpagesize() + _MEMORY if pages else resource.RLIM_INFINITY
    for limit, value in ((resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
    try:
        with pikepdf.open(io.BytesIO(sys.stdin.buffer.read())) as document:
            if _NAME in document.attachments:
                sys.stdout.buffer.write(_unpacked(document.attachments[_NAME].get_file().obj))
                return
        said = "is a PDF that carries no credential"
    except pikepdf.PasswordError:
        said = "is a PDF with a password"
    except MemoryError:
        said = "is a PDF that takes too much to read"
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, zlib.error):
        said = "is a PDF that cannot be read"
    sys.stderr.write(said)
    sys.exit(_REFUSED)


def _unpacked(stream: Any) -> bytes:
    """The beginning of an attachment: Flate, which is what everybody writes, stops there; all else has only the limit of memory."""
    if stream.get("/Filter") == "/FlateDecode" and "/DecodeParms" not in stream:
        return zlib.decompressobj().decompress(stream.read_raw_bytes(), _MOST)
    return bytes(stream.read_bytes()[:_MOST])
