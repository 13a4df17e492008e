"""A batch and its roster become a plan: what issuing would do, row by row. Nothing here signs, writes or asks a network."""

from __future__ import annotations

from issuer.planning.making import Gate, plan, sources
from issuer.planning.plans import Ineligible, Known, Plan, PlannedRow, Rejected, Withdrawn

__all__ = ["Gate", "Ineligible", "Known", "Plan", "PlannedRow", "Rejected", "Withdrawn", "plan", "sources"]
