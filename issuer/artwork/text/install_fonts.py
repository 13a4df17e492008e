"""Install the fonts that the package does not carry: `python -m issuer.artwork.text.install_fonts`, run by `make setup`.

They come out of a wheel that pip downloads, with pip's own index settings, and accepts only with the SHA-256 of the
manifest. A second run reads the files, finds the right hashes and does nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from issuer.artwork.text import fonts
from issuer.errors import IssuerError, NetworkError, Place, StorageError

_BLOCK = 1 << 20


def install() -> list[Path]:
    """Install what is missing. Returns the files that are new. Raises NetworkError, or StorageError if what came is not what is pinned."""
    missing = [(entry, entry.package) for entry in fonts.entries() if entry.package is not None and not _is_there(entry)]
    with tempfile.TemporaryDirectory(prefix="issuer-fonts-") as name:
        wheels: dict[str, Path] = {}  # by SHA-256: several fonts may come in one
        for entry, package in missing:
            if package.sha256 not in wheels:
                folder = Path(name) / package.sha256
                folder.mkdir()
                wheels[package.sha256] = _download(package, folder)
            _unpack(wheels[package.sha256], package.member, entry.path)
            fonts.check(entry)
    return [entry.path for entry, _ in missing]


def _is_there(entry: fonts.Entry) -> bool:
    try:
        fonts.check(entry)
    except StorageError:
        return False
    return True


def _unpack(wheel: Path, member: str, target: Path) -> None:
    """Write one member of a wheel to its place: whole, or not at all."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.{os.getpid()}")
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as source, part.open("wb") as sink:
            while block := source.read(_BLOCK):
                sink.write(block)
        part.replace(target)
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        hint = "free some space, then try again"
        raise StorageError(f"the font cannot be written: {error}", place=Place(str(target)), hint=hint) from error


def _download(package: fonts.Package, folder: Path) -> Path:
    requirement = folder / "requirements.txt"
    requirement.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n", encoding="ascii")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--quiet",
        "--no-input",
        "download",
        "--no-deps",
        "--only-binary=:all:",
    ]
    done = subprocess.run(
        [*pip, "--require-hashes", "--requirement", requirement, "--dest", folder], capture_output=True, text=True, check=False
    )
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        last = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        hint = "check the network and pip's settings, then run it again"
        raise NetworkError(f"the font package {package.name} {package.version} could not be had: {last}", hint=hint)
    return wheels[0]


def main() -> int:
    """The command. Returns the exit code; says on stderr what it did."""
    try:
        for path in install():
            sys.stderr.write(f"installed {path}\n")
    except IssuerError as error:
        sys.stderr.write(f"error: {error}\nhint: {error.hint}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
