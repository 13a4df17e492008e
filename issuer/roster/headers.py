"""The headers that mean a known field in many languages: which are the whole name, which half of it, which the address and the day.

Only words that leave no doubt are here. A word for the name alone (bare) is only half of it beside a word for the other half: `Nom` is the
name, and the family name beside `Prénom`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Literal

from issuer.roster.text import tidy

_SPACES = str.maketrans({"_": " ", "-": " ", ".": " ", ":": " ", "*": " ", "’": "'", "‐": " ", "‑": " "})


@dataclass(frozen=True, slots=True)
class Words:
    """What one language calls a name. bare: the name, or half of it; bare_is: which half it is beside the other half, None if that cannot
    be told; full: the whole name whatever stands beside it; given, family: the halves; middle: what stands between them; family_first: how
    the language writes a name; tight: whether it writes no space between the halves in its own script."""

    language: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    bare: tuple[str, ...] = ()
    bare_is: Literal["given", "family"] | None = None
    full: tuple[str, ...] = ()
    middle: tuple[str, ...] = ()
    family_first: bool = False
    tight: bool = False


NAMES = (
    Words(
        "English",
        given=("first name", "firstname", "given name", "given names", "givenname", "forename", "forenames"),
        family=("last name", "lastname", "surname", "family name", "familyname"),
        bare=("name",),
        full=(
            "full name",
            "fullname",
            "complete name",
            "recipient name",
            "student name",
            "participant name",
            "learner name",
            "attendee name",
        ),
    ),
    Words(
        "German",
        given=("vorname", "vornamen", "rufname"),
        family=("nachname", "familienname", "zuname"),
        bare=("name",),
        bare_is="family",
        full=("vollständiger name", "vor und nachname", "vorname und nachname", "vorname nachname"),
    ),
    Words(
        "French",
        given=("prénom", "prénoms"),
        family=("nom de famille",),
        bare=("nom",),
        bare_is="family",
        full=("nom complet", "prénom et nom", "prénom nom"),
    ),
    Words(
        "Spanish",
        given=("nombres", "nombre(s)"),
        family=("apellidos", "apellido", "apellido(s)"),
        bare=("nombre",),
        bare_is="given",
        full=("nombre completo", "nombre y apellidos", "nombre y apellido", "nombres y apellidos"),
    ),
    Words("Catalan", given=(), family=("cognoms", "cognom"), bare=("nom",), bare_is="given", full=("nom complet", "nom i cognoms")),
    Words(
        "Portuguese",
        given=("primeiro nome", "nome próprio"),
        family=("sobrenome", "apelido", "apelidos", "último nome"),
        bare=("nome",),
        bare_is="given",
        full=("nome completo", "nome e sobrenome", "nome e apelido"),
    ),
    Words("Italian", given=(), family=("cognome",), bare=("nome",), bare_is="given", full=("nome completo", "nome e cognome")),
    Words(
        "Dutch",
        given=("voornaam", "voornamen", "roepnaam"),
        middle=("tussenvoegsel", "tussenvoegsels"),
        family=("achternaam", "familienaam"),
        bare=("naam",),
        full=("volledige naam", "voor en achternaam"),
    ),
    Words("Swedish", given=("förnamn",), family=("efternamn",), bare=("namn",), full=("fullständigt namn", "för och efternamn")),
    Words("Danish", given=("fornavn", "fornavne"), family=("efternavn",), bare=("navn",), full=("fulde navn", "for og efternavn")),
    Words("Norwegian", given=("fornavn",), family=("etternavn",), bare=("navn",), full=("fullt navn", "for og etternavn")),
    Words("Finnish", given=("etunimi", "etunimet"), family=("sukunimi",), bare=("nimi",), full=("koko nimi",)),
    Words("Polish", given=("imię", "imiona"), family=("nazwisko",), full=("imię i nazwisko",)),
    Words(
        "Czech", given=("křestní jméno",), family=("příjmení",), bare=("jméno",), bare_is="given", full=("celé jméno", "jméno a příjmení")
    ),
    Words("Slovak", given=("krstné meno",), family=("priezvisko",), bare=("meno",), bare_is="given", full=("meno a priezvisko",)),
    Words("Slovenian", given=(), family=("priimek",), bare=("ime",), bare_is="given", full=("ime in priimek",)),
    Words("Croatian", given=(), family=("prezime",), bare=("ime",), bare_is="given", full=("ime i prezime",)),
    Words("Romanian", given=("prenume",), family=("nume de familie",), bare=("nume",), bare_is="family", full=("nume complet",)),
    Words(
        "Hungarian",
        given=("keresztnév", "utónév"),
        family=("vezetéknév", "családnév"),
        bare=("név",),
        full=("teljes név",),
        family_first=True,
    ),
    Words("Lithuanian", given=(), family=("pavardė",), bare=("vardas",), bare_is="given", full=("vardas ir pavardė",)),
    Words("Latvian", given=(), family=("uzvārds",), bare=("vārds",), bare_is="given", full=("vārds uzvārds", "vārds un uzvārds")),
    Words(
        "Turkish",
        given=("ad", "adı"),
        family=("soyad", "soyadı", "soyisim"),
        bare=("isim",),
        bare_is="given",
        full=("ad soyad", "adı soyadı"),
    ),
    Words("Greek", given=(), family=("επώνυμο", "επίθετο"), bare=("όνομα",), bare_is="given", full=("ονοματεπώνυμο",)),
    Words("Russian", given=(), family=("фамилия",), bare=("имя",), bare_is="given", full=("полное имя", "фио")),
    Words("Ukrainian", given=(), family=("прізвище",), bare=("ім'я",), bare_is="given", full=("повне ім'я", "піб")),
    Words("Bulgarian", given=("собствено име",), family=("фамилия",), bare=("име",), bare_is="given", full=("пълно име",)),
    Words(
        "Arabic",
        given=("الاسم الأول",),
        family=("اسم العائلة", "اللقب", "الكنية"),
        bare=("الاسم",),
        bare_is="given",
        full=("الاسم الكامل", "الاسم الثلاثي", "الاسم الرباعي"),
    ),
    Words("Hebrew", given=("שם פרטי",), family=("שם משפחה",), bare=("שם",), full=("שם מלא",)),
    Words("Persian", given=(), family=("نام خانوادگی",), bare=("نام",), bare_is="given", full=("نام کامل", "نام و نام خانوادگی")),
    Words("Hindi", given=("पहला नाम",), family=("उपनाम",), bare=("नाम",), bare_is="given", full=("पूरा नाम",)),
    Words("Thai", given=(), family=("นามสกุล",), bare=("ชื่อ",), bare_is="given", full=("ชื่อ นามสกุล", "ชื่อและนามสกุล")),
    Words("Indonesian", given=("nama depan",), family=("nama belakang",), bare=("nama",), full=("nama lengkap",)),
    Words("Vietnamese", given=("tên",), family=("họ",), full=("họ và tên", "họ tên"), family_first=True),
    Words("Chinese", given=("名",), family=("姓", "姓氏"), full=("姓名",), family_first=True, tight=True),
    Words("Japanese", given=("名",), family=("姓", "氏"), full=("氏名", "お名前", "名前"), family_first=True, tight=True),
    Words("Korean", given=(), family=("성",), bare=("이름",), bare_is="given", full=("성명",), family_first=True, tight=True),
)

EMAILS = {
    "every language": ("email", "e-mail", "mail"),
    "English": ("email address", "e-mail address", "mail address", "emailaddress"),
    "German": ("e-mail-adresse", "emailadresse", "mailadresse", "email-adresse"),
    "French": ("adresse e-mail", "adresse email", "adresse mail", "courriel", "adresse de courriel", "adresse électronique", "mél"),
    "Spanish": ("correo electrónico", "correo", "dirección de correo", "dirección de correo electrónico", "dirección email"),
    "Catalan": ("correu electrònic", "adreça electrònica"),
    "Portuguese": ("endereço de e-mail", "endereço de email", "correio eletrónico", "correio eletrônico"),
    "Italian": ("indirizzo e-mail", "indirizzo email", "posta elettronica"),
    "Dutch": ("e-mailadres", "emailadres"),
    "Swedish": ("e-post", "e-postadress", "epost"),
    "Danish": ("e-mailadresse",),
    "Norwegian": ("e-postadresse",),
    "Finnish": ("sähköposti", "sähköpostiosoite"),
    "Polish": ("adres e-mail", "adres email"),
    "Czech": ("e-mailová adresa",),
    "Hungarian": ("e-mail-cím", "e-mail cím", "email cím"),
    "Romanian": ("adresă de e-mail", "adresa de e-mail"),
    "Turkish": ("e-posta", "e-posta adresi", "eposta"),
    "Greek": ("διεύθυνση e-mail", "ηλεκτρονική διεύθυνση"),
    "Russian": ("электронная почта", "адрес электронной почты", "эл. почта"),
    "Ukrainian": ("електронна пошта", "адреса електронної пошти"),
    "Arabic": ("البريد الإلكتروني", "البريد الالكتروني"),
    "Hebrew": ("דואר אלקטרוני", "אימייל"),
    "Persian": ("ایمیل",),
    "Hindi": ("ईमेल",),
    "Thai": ("อีเมล",),
    "Indonesian": ("alamat email", "surel"),
    "Vietnamese": ("địa chỉ email",),
    "Chinese": ("邮箱", "电子邮箱", "电子邮件", "電子郵件", "電郵"),
    "Japanese": ("メールアドレス", "電子メール"),
    "Korean": ("이메일", "이메일 주소", "전자우편"),
}
AWARDED = {
    "English": (
        *("awarded", "awarded on", "award date", "date of award", "date awarded"),
        *("completion date", "date of completion", "date completed", "completed on"),
    ),
    "German": ("verliehen am", "verleihungsdatum", "datum der verleihung", "abschlussdatum", "abgeschlossen am"),
    "French": ("date d'obtention", "date d'attribution", "date de délivrance"),
    "Spanish": ("fecha de finalización", "fecha de concesión", "fecha de otorgamiento"),
    "Portuguese": ("data de conclusão",),
    "Italian": ("data di conseguimento", "data di completamento"),
    "Dutch": ("datum van uitreiking", "afgerond op"),
}
"""Only looked for when batch.yml gives no day itself."""
LANGUAGES = {"English": ("language", "language code", "preferred language")}
"""Few, since a column of languages is as often about the course as about the person."""
VALID_UNTIL = {"English": ("valid until",)}


@cache
def plain(header: str) -> str:
    """A header without what people add or leave out: case, accents of Latin letters, and any of _ - . : * between or after words."""
    text = tidy(header.casefold().translate(_SPACES))
    bare = "".join(character for character in unicodedata.normalize("NFKD", text) if not unicodedata.combining(character))
    return bare if bare.isascii() else text


def _plain(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(plain, words))


KNOWN = {
    field: frozenset(plain(word) for words in table.values() for word in words)
    for field, table in (("email", EMAILS), ("awarded", AWARDED), ("language", LANGUAGES), ("valid_until", VALID_UNTIL))
}
"""Known field, but for the name → its headers, plain."""
_PARTS = ("given", "family", "bare", "full", "middle")
PLAIN_NAMES = [(words, [_plain(getattr(words, part)) for part in _PARTS]) for words in NAMES]
WHOLE_NAMES = frozenset(word for _, (_, _, bare, full, _) in PLAIN_NAMES for word in (*bare, *full))
"""Every header that can be the whole name, plain."""
_HALF_WORDS = frozenset(word for _, (given, family, *_) in PLAIN_NAMES for word in (*given, *family))


@dataclass(frozen=True, slots=True)
class Candidate:
    """Columns that together can fill the name. indexes: 0-based, in the order in which they are joined; tight: as in Words; sure: False if
    the header may as well be one half of the name."""

    indexes: tuple[int, ...]
    tight: bool = False
    sure: bool = True


def is_half(header: str) -> bool:
    """Whether a header is the given or the family name in some language, and never the whole."""
    return plain(header) in _HALF_WORDS


def names(headers: list[tuple[int, str]]) -> list[Candidate]:
    """Every way to read the name from these columns, the best known first. headers: 0-based index and header, each header once."""
    words = [(index, plain(header)) for index, header in headers]
    pairs: dict[tuple[int, ...], Candidate] = {}
    halved: set[int] = set()  # bare words beside one half, so that nobody can tell what they are
    taken: set[int] = set()  # bare words that are one half of a pair
    singles: dict[int, bool] = {}
    for spoken, parts in PLAIN_NAMES:
        given, family, bare, full, middle = ([index for index, word in words if word in part] for part in parts)
        singles |= dict.fromkeys([*bare, *full], True)
        if bare and spoken.bare_is == "family" and given and not family:
            family, bare = bare, []
            taken.update(family)
        elif bare and spoken.bare_is == "given" and family and not given:
            given, bare = bare, []
            taken.update(given)
        if given and family:
            for first in given:
                for last in family:
                    order = (last, *middle[:1], first) if spoken.family_first else (first, *middle[:1], last)
                    pairs.setdefault(order, Candidate(order, spoken.tight))
        elif given or family:
            halved.update(bare)
    known = {frozenset(order): pair for order, pair in reversed(pairs.items())}  # of 姓 and 名, Chinese and Japanese make the same pair
    alone = [Candidate((index,), sure=index not in halved) for index in singles if index not in taken]
    return [*reversed(known.values()), *alone]
