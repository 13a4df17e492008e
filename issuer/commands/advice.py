"""What the reader of `issuer verify` can do about evidence that was not at hand. The hints of verification.json are written for the page in
a browser, which has the issuer's site around it; on the command line an option helps."""

from __future__ import annotations

from issuer.commands.targets import Asked
from issuer.verdict import Check, Outcome

_NOT_AT_HAND = frozenset(
    "key-unreadable did-missing did-mismatch windows-missing".split()
    + "proof-missing record-missing checkpoint-unverified list-missing list-unverified".split()
)
_ADD_ONLINE = "Add --online to fetch it from the issuer's public site, or name a copy of that site with --site FOLDER."
_OTHER_SITE = "The folder given with --site does not have it: name a copy of the issuer's whole site, or use --online instead."
_WHOLE_SITE = "The past is told by the issuer's log: name a copy of the whole site with --site FOLDER."
_NAME_ISSUER = "If you know from elsewhere who issues it, name them with --issuer DID."


def lacks_evidence(check: Check) -> bool:
    """Whether a check could not be made for want of a file that the issuer publishes."""
    return check.outcome is Outcome.UNKNOWN and check.code in _NOT_AT_HAND


def hint(check: Check, asked: Asked) -> str:
    """What to do about a check, or nothing."""
    if check.code == "issuer-unknown":
        return _NAME_ISSUER
    return evidence(asked) or check.hint if lacks_evidence(check) else check.hint


def evidence(asked: Asked) -> str:
    """Where to take the evidence from that was missed, or nothing if it was looked for online."""
    if asked.at is not None:
        return _WHOLE_SITE
    if asked.site is not None:
        return _OTHER_SITE
    return "" if asked.online else _ADD_ONLINE
