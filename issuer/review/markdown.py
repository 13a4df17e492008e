"""A review as Markdown for a pull request: what matters first, the rest folded, no more than GitHub takes. No e-mail address is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from issuer.planning import PlannedRow
from issuer.review.grouping import grouped, in_words
from issuer.review.markup import text, without_addresses
from issuer.review.reviewing import COUNTS, Part, Review
from issuer.roster.findings import Finding, Severity

MAX_BYTES = 60_000
"""GitHub takes 65,536 characters in a comment."""
_TABLE = 24_000
_DETAILS = 20_000
_ROWS = 20
_CELL = 80
_SIGNS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.NOTE: "ℹ️"}
_HEADINGS = ("batch", *(name.replace("_", " ") for name in COUNTS))


class _Page:
    """Lines up to a number of bytes in UTF-8."""

    def __init__(self, limit: int) -> None:
        self.left, self.lines = limit, list[str]()

    def add(self, *lines: str) -> bool:
        """Put lines at the end, all or none of them. Returns whether they had room."""
        size = sum(len(line.encode()) + 1 for line in lines)
        if size > self.left:
            return False
        self.left -= size
        self.lines += lines
        return True

    def fill(self, lines: Iterable[str], total: int, noun: str) -> None:
        """Put in as many lines as have room, and say how many of total do not."""
        done = 0
        self.left -= 120
        for line in lines:
            if not self.add(line):
                break
            done += 1
        self.left += 120
        if done < total:
            self.add("", f"… and {total - done:,} more {noun}.", "")


def render(review: Review) -> str:
    """The review as GitHub-flavoured Markdown, at most MAX_BYTES in UTF-8. What is left out is said."""
    page = _Page(MAX_BYTES - 300)
    page.add(_headline(review), "")
    parts = sorted(review.parts, key=_urgency)
    if parts:
        table = _Page(_TABLE)
        table.add(f"| {' | '.join(_HEADINGS)} |", f"|---{'|---:' * len(COUNTS)}|")
        table.fill(map(_row_of_table, parts), len(parts), "batches")
        page.add(*table.lines, "")
    if review.mistakes:
        section = _Page(_DETAILS)
        _findings(section, review.mistakes)
        page.add(*section.lines)
    left_out = sum(not page.add(*_details(part)) for part in parts)
    lines = page.lines
    if left_out:
        lines += [f"Cut at {MAX_BYTES // 1000} kB: the details of {left_out:,} of {len(parts):,} batches are left out."]
    if review.parts or review.mistakes:
        lines += ["`issuer check` shows the same on your machine, `issuer check --json` lists everything.", ""]
    return "\n".join(lines)


def _headline(review: Review) -> str:
    answer = "❌ **Blocked.** Nothing can be issued until the errors are corrected." if review.blocks else "✅ **Nothing blocks.**"
    if not review.blocks:
        answer += " Merging issues what is new and corrected." if review.pending else " Nothing is new."
        answer += "".join(f" {text(part.left_out, 500)}" for part in review.parts if part.left_out)
    found = in_words(review.severities)
    return f"{answer} Found {found}." if found else answer


def _urgency(part: Part) -> tuple[bool, bool]:
    """Sorts blocked batches before those with something new, and these before the others."""
    return not part.plan.blocks, not (part.plan.new or part.plan.corrected or part.plan.findings)


def _row_of_table(part: Part) -> str:
    return f"| {text(part.batch.name)} | {' | '.join(f'{count:,}' for count in part.counts.values())} |"


def _details(part: Part) -> list[str]:
    """What is folded up for one batch; nothing for one in which nothing happens."""
    plan, page = part.plan, _Page(_DETAILS)
    if not (plan.findings or plan.new or plan.corrected or plan.withdrawn or plan.ineligible):
        return []
    found = in_words(_severities(plan.findings))
    page.add("<details>", f"<summary><b>{text(part.batch.name)}</b>{': ' if found else ''}{found}</summary>", "")
    if plan.public or plan.private:
        public, private = (_headers(titles) for titles in ([header for _, header in plan.public], plan.private))
        page.add(f"Public: {public}. Not public: {private}.", "")
    page.left -= 100
    _findings(page, plan.findings, f"records/{part.batch.name}/")
    if plan.corrected:
        page.add("**Corrected**", "", "| line | name | field | old | new |", "|---:|---|---|---|---|")
        page.fill(islice(_corrections(part), _ROWS), sum(1 for _ in _corrections(part)), "corrections")
        page.add("")
    if plan.new:
        fields = part.fields[:6]
        page.add(
            "**New**", "", f"| line | name |{''.join(f' {text(field, _CELL)} |' for field in fields)}", f"|---:|---|{'---|' * len(fields)}"
        )
        page.fill((_new(row, fields) for row in islice(part.rows("new"), _ROWS)), plan.new, "new rows")
        page.add("")
    if plan.ineligible:
        page.add("**Not eligible**", "")
        lines = (f"- {_cell(row.name)}, line {row.line}: {_cell(row.reason)}" for row in plan.ineligible[:_ROWS])
        page.fill(lines, len(plan.ineligible), "people")
        page.add("")
    if plan.withdrawn:
        page.add("**No longer in the roster**", "")
        lines = (f"- {_cell(gone.values.get('name', ''))} {text(gone.id)}" for gone in plan.withdrawn[:_ROWS])
        page.fill(lines, len(plan.withdrawn), "people")
        page.add("")
    return [*page.lines, "</details>", ""]


def _severities(findings: Iterable[Finding]) -> Counter[Severity]:
    return Counter(found.severity for found in findings)


def _findings(page: _Page, findings: Iterable[Finding], folder: str = "") -> None:
    """A list of findings: each code with its sign and its first findings. folder: left out of the places."""
    for group in grouped(findings):
        head = f"- {_SIGNS[group.severity]} <code>{group.code}</code> "
        lines = [_finding(found, folder) for found in group.shown]
        lines = [head + lines[0]] if group.total == 1 else [f"{head}{group.total:,}×", *(f"    - {line}" for line in lines)]
        if group.more:
            lines.append(f"    - … and {group.more:,} more")
        if not page.add(*lines):
            page.add(f"{head}{group.total:,}×")
    page.add("")


def _finding(found: Finding, folder: str) -> str:
    message = text(without_addresses(found.message, about_mail=found.code.startswith("email-")), 400)
    hint = text(without_addresses(found.hint), 300)
    place = text(without_addresses(str(found.place).removeprefix(folder)))
    return f"{place}: {message}{'<br>' if hint else ''}{hint}"


def _corrections(part: Part) -> Iterator[str]:
    for row in part.rows("corrected"):
        changes = row.changes or ((("", "", ""),) if not row.void else ())
        for field, old, new in changes:
            said = text(field) or "the achievement or a label"
            yield f"| {row.line} | {_cell(row.values['name'])} | {said} | {_cell(old)} | {_cell(new)} |"
        if row.void:
            yield f"| {row.line} | {_cell(row.values['name'])} | its key was compromised | | |"


def _new(row: PlannedRow, fields: list[str]) -> str:
    return f"| {row.line} | {_cell(row.values['name'])} |" + "".join(f" {_cell(row.values.get(field, ''))} |" for field in fields)


def _headers(titles: Sequence[str]) -> str:
    """Headers in one line. Where they are missing, the first row stands for them, with its addresses."""
    return text(without_addresses(", ".join(titles)), 500) or "nothing"


def _cell(value: str) -> str:
    return text(without_addresses(value), _CELL)
