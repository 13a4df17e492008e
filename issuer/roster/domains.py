"""Mail domains that are likely misspelt: nearly one of the large providers, or nearly one that many others in the roster have."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz.distance import OSA

PROVIDERS = frozenset(
    "gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.co.in yahoo.com.br yahoo.co.jp hotmail.com hotmail.co.uk outlook.com "
    "icloud.com protonmail.com rediffmail.com comcast.net verizon.net btinternet.com laposte.net wanadoo.fr t-online.de freenet.de "
    "libero.it virgilio.it rambler.ru yandex.ru yandex.com hanmail.net tutanota.com fastmail.com".split()
)
"""Of those with names of five letters and more: shorter ones have too many honest neighbours."""
_HONEST = frozenset("mail.com ymail.com email.com rocketmail.com cloud.com fastmail.co freenet.com yahoo.ca hotmail.ca".split())
"""Domains that are nearly a provider's, and somebody's all the same."""
_ENDINGS = {
    **dict.fromkeys("con cmo ocm vom xom comm coom cim cpm conm".split(), "com"),
    **dict.fromkeys("ogr orgg rog".split(), "org"),
    **dict.fromkeys("nett nte".split(), "net"),
}
"""Last labels that do not exist (IANA's root zone), and what they must mean."""
_COUNTED = 100_000
_OFTEN = 5


@lru_cache(maxsize=10_000)
def meant(domain: str) -> str | None:
    """The domain that a misspelt one must mean; None if it looks right. domain: in lower case."""
    if domain in PROVIDERS or domain in _HONEST:
        return None
    before, _, ending = domain.rpartition(".")
    if ending in _ENDINGS:
        mended = f"{before}.{_ENDINGS[ending]}"
        return meant(mended) or mended
    near = (known for known in sorted(PROVIDERS) if OSA.distance(domain, known, score_cutoff=1) == 1)
    return next((known for known in near if not _other_country(domain, known)), None)


def _other_country(domain: str, other: str) -> bool:
    """Whether two domains differ in nothing but their countries, as yahoo.com.ar and yahoo.com.br do."""
    (before, _, country), (other_before, _, other_country) = domain.rpartition("."), other.rpartition(".")
    return before == other_before and len(country) == len(other_country) == 2


class Domains:
    """Counts the domains of a roster, up to 100,000 different ones."""

    def __init__(self) -> None:
        self.seen: dict[str, list[int]] = {}

    def add(self, domain: str, line: int) -> None:
        """One address of a domain, in a line."""
        known = self.seen.get(domain)
        if known is not None:
            known[0] += 1
        elif len(self.seen) < _COUNTED:
            self.seen[domain] = [1, line]

    def unlikely(self) -> Iterator[tuple[int, str, str]]:
        """Line, domain and what it must mean, of those that stand once and are one letter from one that stands five times and more."""
        often = {domain for domain, (count, _) in self.seen.items() if count >= _OFTEN}
        near: dict[str, list[str]] = {}
        for domain in sorted(often):
            for shorter in _shorter(domain):
                near.setdefault(shorter, []).append(domain)
        for domain, (count, line) in self.seen.items():
            if count == 1 and often and not meant(domain):
                candidates = {other for shorter in _shorter(domain) for other in near.get(shorter, ())}
                found = next((other for other in sorted(candidates) if _slip(domain, other)), None)
                if found is not None:
                    yield line, domain, found


def _shorter(domain: str) -> set[str]:
    """The domain itself, and without each of its characters: two domains that are one slip apart have one of them in common."""
    return {domain, *(domain[:index] + domain[index + 1 :] for index in range(len(domain)))}


def _slip(domain: str, other: str) -> bool:
    """Whether one is the other but for one letter (optimal string alignment, a swap counts one) in a label of five letters and more.
    Names that are numbered, such as cs1 and cs2, are different on purpose."""
    if OSA.distance(domain, other, score_cutoff=1) != 1 or _digits(domain) != _digits(other):
        return False
    labels, others = domain.split("."), other.split(".")
    if len(labels) != len(others):
        return False
    changed = [(mine, theirs) for mine, theirs in zip(labels, others, strict=True) if mine != theirs]
    return len(changed) == 1 and min(map(len, changed[0])) >= 4 and max(map(len, changed[0])) >= 5


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
