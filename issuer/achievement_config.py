"""What is awarded, as batch.yml says it: Open Badges 3.0 Achievement as a strict model, with the words that it knows."""

from __future__ import annotations

import difflib
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator, model_validator

from issuer.settings import Line, Strict, WebAddress

ACHIEVEMENT_FIELDS = tuple(
    f"achievement_{name}" for name in "type language tags image credits field_of_study code specialization version alignment".split()
)
"""What a template or a mail can say of the achievement, besides its name, description and criteria."""
ACHIEVEMENT_TYPES = (
    *"Achievement ApprenticeshipCertificate Assessment Assignment AssociateDegree Award Badge BachelorDegree Certificate".split(),
    *"CertificateOfCompletion Certification CommunityService Competency Course CoCurricular Degree Diploma DoctoralDegree".split(),
    *"Fieldwork GeneralEducationDevelopment JourneymanCertificate LearningProgram License Membership ProfessionalDoctorate".split(),
    *"QualityAssuranceCredential MasterCertificate MasterDegree MicroCredential ResearchDoctorate SecondarySchoolDiploma".split(),
)
"""Open Badges 3.0 AchievementType."""
RESULT_TYPES = tuple("GradePointAverage LetterGrade Percent PerformanceLevel PredictedScore RawScore Result ScaledScore".split())
"""Open Badges 3.0 ResultType, without those that need a rubric or a status."""
TARGET_TYPES = tuple("ceasn:Competency ceterms:Credential CFItem CFRubric CFRubricCriterion CFRubricCriterionLevel CTDL".split())
"""Open Badges 3.0 AlignmentTargetType."""
_EXTENSION = re.compile(r"ext:[A-Za-z0-9._-]+")


def _word_of(vocabulary: tuple[str, ...], example: str) -> BeforeValidator:
    """A word of an extensible vocabulary of Open Badges 3.0: one of its words, or one's own with `ext:` before it."""

    def check(value: Any) -> Any:
        if not isinstance(value, str) or value in vocabulary or _EXTENSION.fullmatch(value):
            return value
        folded = {word.casefold(): word for word in vocabulary}
        near = difflib.get_close_matches(value.casefold().replace(" ", ""), folded, n=1, cutoff=0.7)
        meant = f"did you mean {folded[near[0]]!r}?" if near else f"it knows {', '.join(vocabulary)}"
        raise ValueError(f"{value!r} is no word of Open Badges: {meant} A word of your own begins with ext:, as in {example}")

    return BeforeValidator(check)


AchievementType = Annotated[str, _word_of(ACHIEVEMENT_TYPES, "ext:Workshop")]
ResultType = Annotated[str, _word_of(RESULT_TYPES, "ext:Points")]
TargetType = Annotated[str, _word_of(TARGET_TYPES, "ext:Skill")]
Credits = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


class Criteria(Strict):
    """What the recipient had to do: a text, a page, or both."""

    narrative: str | None = None
    url: WebAddress | None = None

    @model_validator(mode="after")
    def _something(self) -> Criteria:
        if not self.narrative and not self.url:
            raise ValueError("give a narrative, a url, or both")
        return self


class Alignment(Strict):
    """A skill or standard of somebody else's that the achievement corresponds to (Open Badges 3.0 Alignment)."""

    name: Line
    url: WebAddress
    code: Line | None = None
    framework: Line | None = None
    description: Line | None = None
    type: TargetType | None = None


class Achievement(Strict):
    """What is awarded (Open Badges 3.0 Achievement). id: a URL; by default <base_url>/achievements/<batch>; credits: how many there are
    to earn; code: what people know it by, such as a course number; image: the address of a picture."""

    id: WebAddress | None = None
    type: AchievementType = "Certificate"
    name: Line
    description: str = Field(min_length=1)
    criteria: Criteria
    language: Language | None = None
    tags: tuple[Line, ...] = Field(default=(), strict=False)
    image: WebAddress | None = None
    credits: Credits | None = None
    field_of_study: Line | None = None
    code: Line | None = None
    specialization: Line | None = None
    version: Line | None = None
    alignment: tuple[Alignment, ...] = Field(default=(), strict=False)

    @field_validator("tags", "alignment")
    @classmethod
    def _different(cls, items: tuple[Any, ...]) -> tuple[Any, ...]:
        if any(item in items[:index] for index, item in enumerate(items)):
            raise ValueError("names the same twice")
        return items

    @field_validator("criteria", mode="before")
    @classmethod
    def _text_is_narrative(cls, value: Any) -> Any:
        return {"narrative": value} if isinstance(value, str) else value
