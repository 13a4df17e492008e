"""issuer revoke: take certificates back."""

from __future__ import annotations

import click

from issuer.commands.deciding import REVOKE, Choices, decide, options
from issuer.commands.selecting import Selection
from issuer.commands.session import Result, Session


@click.command()
@click.pass_obj
@options
@click.option("--replacement", metavar="ID", help="What holds instead: the id or address of another certificate, or any https address.")
def command(session: Session, selection: Selection, choices: Choices, replacement: str | None) -> Result:
    """Take certificates back. This cannot be undone.

    ID is the 26 characters at the end of a certificate's address, or the address itself; `issuer report --csv FILE` lists them. Instead of
    IDs, --batch and --where choose. The plan is shown first; nothing is written if an id is unknown.

    The revocation is written to records/revocations.csv. With the signing key at hand the status list and the log follow at once;
    otherwise the next `issuer issue` or `issuer refresh` signs them.
    """
    return decide(session, REVOKE, selection, choices, replacement)
