"""issuer reinstate: end a suspension."""

from __future__ import annotations

import click

from issuer.commands.deciding import REINSTATE, Choices, decide, options
from issuer.commands.selecting import Selection
from issuer.commands.session import Result, Session


@click.command()
@click.pass_obj
@options
def command(session: Session, selection: Selection, choices: Choices) -> Result:
    """End a suspension: the certificate is valid again.

    A revocation has no end: the person gets a new certificate in a new batch. Whom it means, the plan and the signing are as with
    `issuer revoke`.
    """
    return decide(session, REINSTATE, selection, choices)
