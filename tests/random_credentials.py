"""Credentials with every part that Open Badges 3.0 knows, each there or not, and texts that try to break out of where they stand.

`credential(shape, texts)` takes two sources of chance: the same shape with other texts is another credential of the same kind.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from issuer.formats import issuer_context, rdfc

BASE = "https://certificates.example.org"
OWN = issuer_context.url(BASE)
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
OTHERS = ("https://w3id.org/security/data-integrity/v2", "https://w3id.org/security/multikey/v1")
OLDER = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"
"""The only older one that VC 2.0 can be used with: 3.0.0 and 3.0.1 define protected terms again."""
HOSTILE = (
    '"',
    "\\",
    "\n",
    "\r",
    "\t",
    "\\n",
    '" .\n_:c14n0 <urn:x> "',
    '"^^<urn:x>',
    "@en",
    "%s",
    "%%",
    "%(a)s",
    "{0}",
    "_:b0",
    "_:c14n0",
    "urn:text:0:",
    '"urn:text:1:"',
    "urn:undefined:x",
    "<b>&amp;",
    "\u0080\u0085",
    "\u2028\u2029",
    "\u202e",
    "\ufeff",
    "\uffff",
    "🙂",
    "𝔘",
    "\U0010ffff",
    "José Núñez",
    "Łódź",
    "王小明",
    "محمد",
    "e\u0301",
    " ",
    "",
    "0",
    "true",
    "null",
)


class Maker:
    """Makes the parts of one credential. Each text and address is another one, as those of a roster's rows are."""

    def __init__(self, shape: Random, texts: Random) -> None:
        self._shape = shape
        self._texts = texts
        self._count = 0
        self._often = shape.choice([0.1, 0.2, 0.3, 0.6])

    def text(self) -> str:
        """A text that is no other's, with up to three pieces that could do harm."""
        self._count += 1
        pieces = [*(self._texts.choice(HOSTILE) for _ in range(self._texts.randrange(4))), f"{self._count}"]
        self._texts.shuffle(pieces)
        return "".join(pieces)

    def address(self) -> str:
        """An absolute address that is no other's."""
        self._count += 1
        start = self._texts.choice(
            ["https://example.org/", "urn:uuid:", "did:web:example.net:", "https://bücher.example/%20ü/", "mailto:a@"]
        )
        return f"{start}{self._texts.getrandbits(64):x}{self._count}{self._texts.choice(['', '/', '#a', '?b=%s&c', '.'])}"

    def day(self) -> str:
        """A day."""
        return f"20{self._texts.randrange(10, 99)}-0{self._texts.randrange(1, 10)}-{self._texts.randrange(10, 29)}"

    def stamp(self) -> str:
        """A day with a time."""
        return f"{self.day()}T{self._texts.randrange(10, 24)}:00:00{self._shape.choice(['Z', '+02:00'])}"

    def sometimes(self, parts: dict[str, Callable[[], Any]]) -> dict[str, Any]:
        """Some of these parts, in any order."""
        names = [name for name in parts if self._shape.random() < self._often]
        self._shape.shuffle(names)
        return {name: parts[name]() for name in names}

    def one_of(self, *ways: Callable[[], Any]) -> Any:
        """What one of these ways makes."""
        return self._shape.choice(ways)()

    def several(self, make: Callable[[], Any], least: int = 1) -> list[Any]:
        """A short list."""
        return [make() for _ in range(self._shape.randrange(least, 4))]

    def node(self, kind: str, always: dict[str, Any], parts: dict[str, Callable[[], Any]]) -> dict[str, Any]:
        """An object of a type with some of its parts."""
        return {"type": self._shape.choice([kind, [kind]]), **always, **self.sometimes(parts)}

    def image(self) -> Any:
        """An image, by its address or as an object."""
        return self.one_of(self.address, lambda: self.node("Image", {"id": self.address()}, {"caption": self.text}))

    def profile(self, identifier: str) -> dict[str, Any]:
        """An organisation or a person."""
        place = {"addressLocality": self.text, "addressCountry": self.text, "geo": self.geo}
        parts = {
            "url": self.address,
            "email": self.text,
            "description": self.text,
            "image": self.image,
            "dateOfBirth": self.day,
            "phone": self.text,
            "address": lambda: self.node("Address", {"streetAddress": self.text()}, place),
            "otherIdentifier": lambda: self.several(self.other_identifier),
        }
        return self.node("Profile", {"id": identifier, "name": self.text()}, parts)

    def geo(self) -> dict[str, Any]:
        """Numbers with and without a fraction."""
        return {
            "type": "GeoCoordinates",
            "latitude": self._shape.choice([1.5, -0.25, 12, 1e-7]),
            "longitude": self._shape.choice([0, 3.0, 179.999]),
        }

    def other_identifier(self) -> dict[str, Any]:
        """A number that somebody else gave."""
        return {"type": "IdentifierEntry", "identifier": self.text(), "identifierType": self.text()}

    def identity(self) -> dict[str, Any]:
        """A recipient, by name or by a hash."""
        parts = {"salt": self.text}
        always = {"hashed": self._shape.random() < 0.3, "identityType": self.text(), "identityHash": self.text()}
        return self.node("IdentityObject", always, parts)

    def alignment(self) -> dict[str, Any]:
        """A place in a framework."""
        always = {"targetName": self.text(), "targetUrl": self.address()}
        return self.node("Alignment", always, {"targetCode": self.text, "targetDescription": self.text, "targetFramework": self.text})

    def description(self) -> dict[str, Any]:
        """A description of a result: some have lists whose order counts."""
        parts = {
            "allowedValue": lambda: self.several(self.text),
            "requiredValue": self.text,
            "requiredLevel": self.address,
            "valueMin": self.text,
            "valueMax": self.text,
            "alignment": lambda: self.several(self.alignment),
            "rubricCriterionLevel": lambda: self.several(self.level),
        }
        return self.node("ResultDescription", {"id": self.address(), "name": self.text(), "resultType": "Result"}, parts)

    def level(self) -> dict[str, Any]:
        """A level of a rubric."""
        return self.node("RubricCriterionLevel", {"id": self.address(), "name": self.text()}, {"level": self.text, "points": self.text})

    def result(self) -> dict[str, Any]:
        """A result."""
        parts = {"resultDescription": self.address, "achievedLevel": self.address, "status": self.text}
        return self.node("Result", {"value": self.text()}, {**parts, "alignment": lambda: self.several(self.alignment)})

    def evidence(self) -> dict[str, Any]:
        """Evidence."""
        parts = {"id": self.address, "name": self.text, "genre": self.text, "audience": self.text, "description": self.text}
        return self.node("Evidence", {"narrative": self.text()}, parts)

    def achievement(self, contexts: list[str], issuer: str) -> dict[str, Any]:
        """What is awarded."""
        parts: dict[str, Callable[[], Any]] = {
            "achievementType": self.text,
            "alignment": lambda: self.several(self.alignment),
            "creator": lambda: self.profile(self._shape.choice([issuer, *(self.address() for _ in range(5))])),
            "creditsAvailable": lambda: self._shape.choice([3, 2.5, 0]),
            "fieldOfStudy": self.text,
            "humanCode": self.text,
            "image": self.image,
            "otherIdentifier": lambda: self.several(self.other_identifier),
            "related": lambda: self.several(lambda: {"id": self.address(), "type": ["Related"], "version": self.text()}),
            "resultDescription": lambda: self.several(self.description),
            "specialization": self.text,
            "tag": lambda: self.several(self.text),
            "version": self.text,
        }
        if rdfc.OPEN_BADGES_3 in contexts:
            parts["inLanguage"] = lambda: self._texts.choice(["en", "de-AT", "zh-Hans"])
        criteria = self.one_of(
            lambda: {"narrative": self.text()},
            lambda: {"id": self.address()},
            lambda: {"id": self.address(), "narrative": self.text()},
        )
        always = {"id": self.address(), "name": self.text(), "description": self.text(), "criteria": criteria}
        return self.node("Achievement", always, parts)

    def field(self) -> dict[str, Any]:
        """A field of the issuer's own."""
        return {"type": ["Field"], "key": self.text(), "name": self.text(), "value": self.text()}

    def status(self) -> dict[str, Any]:
        """A status entry."""
        index = str(self._texts.randrange(131072))
        number = {"statusListIndex": index, "statusListCredential": self.address(), "statusPurpose": self.text()}
        return {"id": self.address(), "type": "BitstringStatusListEntry", **number}

    def credential(self) -> dict[str, Any]:
        """The whole."""
        contexts = [rdfc.CREDENTIALS_V2, self._shape.choice([OLDER, *[rdfc.OPEN_BADGES_3] * 5])]
        contexts += [url for url in (OWN, EXTENSIONS, *OTHERS) if self._shape.random() < 0.4]
        issuer = self.address()
        subject: dict[str, Callable[[], Any]] = {
            "id": self.address,
            "identifier": lambda: self.several(self.identity),
            "activityEndDate": self.day,
            "activityStartDate": self.day,
            "creditsEarned": lambda: self._shape.choice([3, 2.5, 1.0, 10**15]),
            "image": self.image,
            "licenseNumber": self.text,
            "narrative": self.text,
            "result": lambda: self.several(self.result),
            "role": self.text,
            "source": lambda: self.profile(self._shape.choice([issuer, *(self.address() for _ in range(5))])),
            "term": self.text,
        }
        if OWN in contexts:
            subject["field"] = lambda: self.several(self.field)
        top: dict[str, Callable[[], Any]] = {
            "name": self.text,
            "description": self.text,
            "image": self.image,
            "validUntil": self.stamp,
            "evidence": lambda: self.several(self.evidence),
            "credentialStatus": lambda: self.one_of(self.status, lambda: self.several(self.status)),
            "termsOfUse": lambda: {"id": self.address(), "type": "Evidence"},
        }
        if rdfc.OPEN_BADGES_3 in contexts:
            top["awardedDate"] = self.stamp
        if EXTENSIONS in contexts:
            top["credentialSchema"] = lambda: {"id": self.address(), "type": "1EdTechJsonSchemaValidator2019"}
        always = {"achievement": self.achievement(contexts, issuer)}
        return {
            "@context": contexts,
            "id": self.address(),
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "issuer": self.one_of(lambda: issuer, lambda: self.profile(issuer)),
            "validFrom": self.stamp(),
            "credentialSubject": self.node("AchievementSubject", always, subject),
            **self.sometimes(top),
        }


def credential(shape: Random, texts: Random) -> dict[str, Any]:
    """One credential."""
    return Maker(shape, texts).credential()
