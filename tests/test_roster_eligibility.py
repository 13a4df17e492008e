"""Rules of eligibility: what they mean for a row, and that a rule which is not understood is refused with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import FormatError
from issuer.roster.eligibility import parse

ROW = {
    "score": "65",
    "attended": "Yes",
    "exam": "Passed  with distinction",
    "hours": "12,5",
    "Final mark": "4,5",
    "day": "2026-05-30",
    "share": "85 %",
}


def judged(rule: str, **more: str) -> tuple[bool | None, str]:
    """Whether ROW is eligible, and why not."""
    row = ROW | more
    found = parse(rule).judge(lambda name: row.get(name, ""))
    return found.eligible, found.reason


@pytest.mark.parametrize(
    "rule",
    [
        "score >= 65",
        "score>=65",
        "score ≥ 65 and score ≤ 65",
        "score <> 70",
        "attended == yes",
        "attended == TRUE",
        "exam == passed with distinction",
        'exam == "passed with distinction"',
        "hours >= 12.5",
        "hours > 12.4 and Final mark >= 4.5",
        "'Final mark' == 4.50",
        "score >= 70 or hours >= 10",
        "score >= 70 and nonsense == 1 or hours >= 10",
        "not (score < 60 or hours < 10)",
        "not not score > 60",
        "attended in (maybe, yes)",
        "day >= 2026-05-30 and day < 2026-06-01",
        "missing is empty and score is not empty",
        "share > 84",
        "missing != 3",
    ],
)
def test_a_row_that_is_eligible(rule: str) -> None:
    assert judged(rule) == (True, "")


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("score >= 70", "score is '65', and must be at least 70"),
        ("score >= 60 and attended == no", "attended is 'Yes', and must be no"),
        ("score > 65", "score is '65', and must be more than 65"),
        ("score >= 70 or hours > 50", "score is '65', and must be at least 70, and hours is '12,5', and must be more than 50"),
        ("missing >= 1", "missing is empty"),
        ("missing == yes", "missing is empty"),
        ("attended in (no, maybe)", "attended is 'Yes', and must be one of no, maybe"),
        ("score is empty", "score is '65', and must be empty"),
        ("not score < 70", "excluded by `not score < 70`"),
        ("exam == 5", "exam is 'Passed  with distinction', and must be 5"),
        ("hours == 12.5 and share != 85", "share is '85 %', and must not be 85"),
    ],
)
def test_a_row_that_is_not(rule: str, reason: str) -> None:
    assert judged(rule) == (False, reason)


def test_a_header_stands_as_it_is_and_a_dash_is_empty() -> None:
    known = ["Course total (Real)", "Course total", "Passed and paid", "score"]
    rule = parse("course total (real) >= 50 and Passed and paid == yes or Course total == 3 or scores == 1", known)
    assert rule.names == ("Course total (Real)", "Passed and paid", "Course total", "scores")
    row = {"Course total (Real)": "51", "Passed and paid": "yes"}
    assert rule.judge(lambda name: row.get(name, "")).eligible
    assert not parse("Course total (Real) >= 50", known).judge(lambda _: "-").eligible
    assert parse("Course total (Real) is empty", known).judge(lambda _: "–").eligible
    with pytest.raises(FormatError, match="no comparison stands behind 'Course total'") as refused:
        parse("Course total (Real) >= 50")
    assert "'\"Course total (Real)\" >= 50'" in refused.value.hint


def test_what_cannot_be_compared_cannot_be_told_unless_it_does_not_matter() -> None:
    assert judged("exam >= 3") == (None, "exam is 'Passed  with distinction', which is no number")
    assert judged("day > 2026-12-01", day="May") == (None, "day is 'May', which is no date")
    assert judged("exam >= 3 or score > 60")[0] is True
    assert judged("exam >= 3 and score > 70")[0] is False
    assert judged("not exam >= 3")[0] is None


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("", "at its end: the name of a field or column is missing"),
        ("score = 5", "at character 7: no comparison stands behind 'score'"),
        ("score", "at its end: no comparison stands behind 'score'"),
        ("score >= ", "at its end: a value is missing"),
        ("score >= high", "at its end: 'high' is neither a number nor a date"),
        ("score >= 70 and", "at its end: the name"),
        ("(score >= 70", "at its end: a bracket is not closed"),
        ("score >= 70)", "at character 12: something stands behind the end"),
        ("score >= 4,5", "at character 11: something stands behind the end"),
        ("day > 2026-13-01", "'2026-13-01' is neither a number nor a date"),
        ("grade in A", "at character 10: `in` needs a list"),
        ("grade is full", "at character 10: `is` goes with `empty`"),
        ('exam == "passed', "at character 9: '\"' has no end"),
        ("not", "at its end"),
        ("(" * 40 + "a == 1" + ")" * 40, "nested too deep"),
        ("not " * 40 + "a == 1", "nested too deep"),
        ("a == 1 " + "x" * 2000, "more than 2,000 characters"),
        ("__import__('os').system('x')", "no comparison stands behind"),
    ],
)
def test_what_is_refused(rule: str, said: str) -> None:
    with pytest.raises(FormatError) as refused:
        parse(rule)
    assert said in str(refused.value)
    assert refused.value.hint


_PIECES = [*"ab1.,()'\"é=<>!≥ ", " and ", " or ", " not ", " in ", " is ", "empty", "2026-05-30"]


@given(st.lists(st.sampled_from(_PIECES), max_size=30).map("".join), st.text(max_size=8))
def test_whatever_is_written_is_understood_or_refused(rule: str, cell: str) -> None:
    try:
        parsed = parse(rule)
    except FormatError:
        return
    found = parsed.judge(lambda _name: cell)
    assert found.eligible is True or (found.name in parsed.names and found.reason)


_NAMES = st.sampled_from(["a", "b c"])
_COMPARISONS = st.builds("{} {} {}".format, _NAMES, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), st.integers(-9, 9))
_RULES = st.recursive(
    _COMPARISONS,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner), st.builds("({} or {})".format, inner, inner), st.builds("not ({})".format, inner)
    ),
    max_leaves=8,
)


@given(_RULES, st.integers(-9, 9), st.integers(-9, 9))
def test_it_means_what_python_would_say(rule: str, a: int, b: int) -> None:
    row = {"a": str(a), "b c": str(b)}
    expected = eval(rule.replace("b c", "b"), {"__builtins__": {}}, {"a": a, "b": b})  # noqa: S307 - made of numbers and signs above
    assert parse(rule).judge(row.__getitem__).eligible is expected


@pytest.mark.parametrize(
    ("cell", "eligible"), [("1,234", None), ("1,234 %", None), ("12,5", True), ("0,123", False), ("1.234", False), ("12,3456", True)]
)
def test_a_number_that_can_be_a_thousand_is_not_guessed(cell: str, eligible: bool | None) -> None:
    assert parse("hours >= 10").judge(lambda _: cell).eligible is eligible


def test_a_rule_with_a_number_that_can_be_a_thousand_is_refused() -> None:
    with pytest.raises(FormatError, match="neither a number nor a date"):
        parse('hours >= "1,234"')
