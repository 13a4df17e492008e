"""An auditor's proof of a whole issuing repository: records, log, status and the Git history, each against the others."""

from issuer.audit.auditing import audit
from issuer.audit.checks import Check, Finding, Outcome
from issuer.audit.report import Report, Verdict

__all__ = ["Check", "Finding", "Outcome", "Report", "Verdict", "audit"]
