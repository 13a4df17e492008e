"""Draw a template's artwork with CairoSVG in a child process that cannot take the machine with it.

Templates come out of pull requests. What `markup` lets pass is harmless as far as we know, and a circle of infinite radius
held CairoSVG 2.9.1 for five minutes before we knew: so the drawing has limits of its own.
"""

from __future__ import annotations

import base64
import binascii
import resource
import subprocess
import sys

from issuer.errors import TemplateError

_SECONDS = 30
_MEMORY = 2 << 30
_HINT = "look for numbers that are cut off or huge; the plain SVG of Inkscape or Illustrator is clean"


def compile_artwork(svg: bytes) -> bytes:
    """The PDF of one page that CairoSVG draws of an SVG without text. Raises TemplateError if it fails or takes too long."""
    command = [sys.executable, "-I", "-c", f"from {__name__} import main; main()"]
    try:
        done = subprocess.run(command, input=svg, capture_output=True, timeout=2 * _SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise TemplateError("the artwork of the template takes too long to draw", hint=_HINT) from error
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = said[-1].partition(": ")[2] or said[-1] if said else f"the drawing ended with {done.returncode}"
        raise TemplateError(f"the artwork of the template cannot be drawn: {reason}", hint=_HINT)
    return done.stdout


def main() -> None:
    """The child: an SVG on stdin, a PDF on stdout."""
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from cairosvg.surface import PDFSurface  # only the child needs it: 60 ms to import

    drawn = PDFSurface.convert(bytestring=sys.stdin.buffer.read(), unsafe=False, url_fetcher=fetch)
    sys.stdout.buffer.write(drawn)


def fetch(url: str, _kind: str = "") -> bytes:
    """CairoSVG's fetcher: pictures inside the file only. Raises TemplateError for everything else."""
    if url.startswith("data:image/") and ";base64," in url:
        try:
            return base64.b64decode(url.partition(";base64,")[2])
        except binascii.Error as error:
            raise TemplateError("a picture in the template is not base64", hint="embed it again") from error
    raise TemplateError(f"the artwork refers to something outside: {url[:60]}", hint="embed it in the template")
