"""issuer suspend: hold certificates back for a while."""

from __future__ import annotations

import click

from issuer.commands.deciding import SUSPEND, Choices, decide, options
from issuer.commands.selecting import Selection
from issuer.commands.session import Result, Session


@click.command()
@click.pass_obj
@options
def command(session: Session, selection: Selection, choices: Choices) -> Result:
    """Hold certificates back for a while: the page says suspended, and why.

    `issuer reinstate` ends it. Whom it means, the plan and the signing are as with `issuer revoke`.
    """
    return decide(session, SUSPEND, selection, choices)
