"""issuer refresh: sign the status lists anew before they run out."""

from __future__ import annotations

import click

from issuer import durable, records
from issuer.commands.agreement import verify_start
from issuer.commands.session import Result, Session
from issuer.commands.settling import settle


@click.command()
@click.pass_obj
def command(session: Session) -> Result:
    """Sign the status lists anew before they run out.

    A status list is good for seven days, so that a revocation cannot be withheld for longer. Run this once a day, then publish. It also
    applies revocations that are not signed yet. Needs the signing key.
    """
    keys = session.keys
    keys.require("status", "log")
    with durable.exclusive(session.repository / records.FOLDER):
        verify_start(session)
        added, size = settle(session, keys, refresh=True)
    return Result(
        lines=(f"Status lists are fresh; {added} log entries added, {size} in all. Next: commit records/, then `issuer publish`.",),
        data={"logged": added, "log_size": size},
    )
