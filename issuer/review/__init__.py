"""What a check says of batches, for those who decide on them: as JSON, as Markdown, as annotations. Pages and the terminal make theirs."""

from issuer.review.grouping import Group, grouped, in_words
from issuer.review.reviewing import COUNTS, Part, Review

__all__ = ["COUNTS", "Group", "Part", "Review", "grouped", "in_words"]
