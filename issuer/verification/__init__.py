"""The numbered checks on one credential, DESIGN.md section 7: each pass, fail or unknown, each with a code.

    1 document     the file is a credential, in its one exact form      document.py
    2 signature    every proof is good, strict Ed25519                  signature.py
    3 key          the key is the issuer's, and was in its window       key.py
    4 log          a signed checkpoint holds it                         log.py
    5 status       neither revoked, replaced nor suspended              status.py
    6 dates        within validFrom and validUntil                      dates.py
    7 issuer       the issuer is who the reader expects                 expectation.py

site/js/verification.js does the same in the browser; tests/vectors/verification holds both to the same codes. Verification fails
closed: what cannot be checked is unknown, never a pass. No check reads a file, a clock or the network, and none raises, whatever
bytes it is given.
"""

from __future__ import annotations

from issuer.verdict import NAMES, Check, Outcome, Verdict, Verification
from issuer.verification import dates, document, expectation, key, log, reading, signature, status
from issuer.verification.evidence import About, Event, Evidence, History
from issuer.verification.finding import Finding, unknown
from issuer.verification.objects import MAX_SIDE_BYTES
from issuer.verification.signed_document import SignedDocument

__all__ = ["MAX_SIDE_BYTES", "About", "Event", "Evidence", "History", "verify"]


def verify(evidence: Evidence) -> Verification:
    """All checks on evidence. Never raises for anything that is in the evidence."""
    form, read = document.check(evidence)
    others = [unknown("not-checked")] * (len(NAMES) - 1) if read is None else _others(read, evidence)
    findings = [form, *others]
    outcomes = {finding.outcome for finding in findings}
    verdict = Verdict.VALID
    if Outcome.FAIL in outcomes:
        verdict = Verdict.NOT_VALID
    elif Outcome.UNKNOWN in outcomes:
        verdict = Verdict.CANNOT_TELL
    checks = tuple(
        Check(number, name, finding.outcome, finding.code, finding.detail)
        for number, (name, finding) in enumerate(zip(NAMES, findings, strict=True), start=1)
    )
    return Verification(verdict, checks, None if read is None else read.value)


def _others(read: SignedDocument, evidence: Evidence) -> list[Finding]:
    """Checks 2 to 7, in order. The key's window is told by the index that the log proves."""
    about = reading.of(evidence.about, read.issuer)
    signed, signer = signature.check(read, about.keys.document)
    logged, index = log.check(read, evidence, about)
    return [
        signed,
        key.check(signer, index, about.keys),
        logged,
        status.check(read, evidence, about, is_signed=signed.outcome is not Outcome.FAIL),
        dates.check(read, evidence),
        expectation.check(read, evidence.expected),
    ]
