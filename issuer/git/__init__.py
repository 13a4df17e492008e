"""The only package that runs git."""

from issuer.git.committing import commit, commits, init, require
from issuer.git.reading import (
    Change,
    Commit,
    Edge,
    Person,
    changed_in,
    completeness,
    edges,
    file_at,
    files,
    history,
    paths_named,
    resolve,
    signatures,
    sizes,
    uncommitted,
)
from issuer.git.running import Blobs

__all__ = [
    "Blobs",
    "Change",
    "Commit",
    "Edge",
    "Person",
    "changed_in",
    "commit",
    "commits",
    "completeness",
    "edges",
    "file_at",
    "files",
    "history",
    "init",
    "paths_named",
    "require",
    "resolve",
    "signatures",
    "sizes",
    "uncommitted",
]
