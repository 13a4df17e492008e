"""The letter: headers that nobody can bend, a text part that is complete, an HTML part that escapes, and the same bytes every time."""

from __future__ import annotations

import datetime as dt
import email
import io
import re
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

import pytest
from PIL import Image

from issuer.batch_config import BatchMail
from issuer.config import IssuerConfig
from issuer.errors import ConfigError, FormatError
from issuer.mail.address import on_the_wire
from issuer.mail.compose import compose, message_id

NOW = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)
ID = "0x5gr8k2m4vw9c7t1bqz3hn6pj"
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
FIELDS = {
    "name": "José Núñez",
    "achievement": "Python 101",
    "issuer": "Example Academy",
    "issuer_url": "https://academy.example.org",
    "awarded": "2026-05-30",
    "awarded_long": "30 May 2026",
    "id": ID,
    "url": f"https://certificates.example.org/c/{ID}/",
    "score": "91",
}
HOSTILE_NAMES = [
    "Lovelace, Ada",
    'Ada "Countess" Lovelace',
    "Ada\r\nBcc: all@example.org",
    "Ada\nLovelace\u2028X",
    "Ada <ada@example.net>, Eve <eve@example.net>",
    "דניאל כהן",
    "دانيال الأحمد",
    "王小明",
    "Zoë " * 40,
    "a;b:c@d\\",
    "=?utf-8?q?Eve?=",
    "عبد الرحمن بن محمد بن عبد العزيز الأنصاري القرطبي",
    "Ada " * 60,
    "<script>alert(1)</script> & 'co'",
]


def _issuer(**mail: Any) -> IssuerConfig:
    return IssuerConfig.model_validate(
        {
            "name": "Example Academy",
            "url": "https://academy.example.org",
            "base_url": "https://certificates.example.org",
            "keys": [{"key": "z6Mk"}],
            "mail": {"from": "certificates@example.org", "support": "help@example.org"} | mail,
        }
    )


def _compose(address: str = "ada@example.net", words: BatchMail | None = None, **more: Any) -> EmailMessage:
    fields = FIELDS | more.pop("fields", {})
    arguments = {"recipient_name": fields["name"], "issuer": _issuer(), "revision": DIGEST, "now": NOW} | more
    return compose(fields, address=address, words=words or BatchMail(), **arguments)


def _sent(message: EmailMessage) -> EmailMessage:
    """The message as its reader sees it."""
    return email.message_from_bytes(message.as_bytes(), policy=policy.default)


def _name(message: EmailMessage) -> str:
    """The recipient's name by RFC 2047; Python's newer reader puts spaces between the encoded words of a name."""
    raw = email.message_from_bytes(message.as_bytes(policy=policy.SMTP.clone(refold_source="none")), policy=policy.compat32)
    name, _ = parseaddr(re.sub(r"\r?\n", "", raw["To"]))
    return str(make_header(decode_header(name)))


def _part(message: EmailMessage, kind: str) -> str:
    part = _sent(message).get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content.replace("\r\n", "\n")


def _png(width: int, height: int) -> bytes:
    sink = io.BytesIO()
    Image.new("P", (width, height)).save(sink, "PNG")
    return sink.getvalue()


def test_headers() -> None:
    message = _sent(_compose())
    assert {name: str(value) for name, value in message.items() if name != "Content-Type"} == {
        "From": "Example Academy <certificates@example.org>",
        "To": "José Núñez <ada@example.net>",
        "Reply-To": "help@example.org",
        "Subject": "Your certificate: Python 101",
        "Date": "Mon, 01 Jun 2026 08:00:00 +0000",
        "Message-ID": f"<c.{ID}.9f86d081884c7d65@certificates.example.org>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "en",
        "MIME-Version": "1.0",
    }
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_the_same_input_gives_the_same_bytes_that_any_server_takes() -> None:
    data = _compose().as_bytes()
    assert data == _compose().as_bytes()
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(len(line) for line in data.split(b"\r\n") if not line.startswith(b"Message-ID: <")) <= 78


def test_a_correction_is_another_message() -> None:
    first, second = _sent(_compose()), _sent(_compose(revision="0" * 64, corrected=True))
    assert first["Message-ID"] != second["Message-ID"]
    assert first.get_boundary() != second.get_boundary()
    assert second["Subject"] == "Corrected: Your certificate: Python 101"
    assert "has corrected your certificate" in _part(second, "plain")
    assert "has corrected your certificate" in _part(second, "html")
    assert "Congratulations" not in _part(second, "plain")


def test_a_mail_shows_the_certificate_without_fetching_anything() -> None:
    picture = _png(800, 566)
    message = _sent(_compose(picture=picture))
    plain, related = message.iter_parts()
    assert (plain.get_content_type(), related.get_content_type()) == ("text/plain", "multipart/related")
    html, shown = related.iter_parts()
    assert (shown.get_content_type(), shown.get_content_disposition(), shown.get_filename()) == ("image/png", "inline", "certificate.png")
    assert shown.get_content() == picture
    image = re.search(r"<img [^>]*>", html.get_content())
    assert image is not None
    assert f'src="cid:{shown["Content-ID"].strip("<>")}"' in image[0]
    assert 'width="516" height="365"' in image[0]
    assert 'alt="Certificate: Python 101, awarded to José Núñez by Example Academy on 30 May 2026"' in image[0]
    assert 'class="whom"' not in html.get_content()
    assert len({message.get_boundary(), related.get_boundary()}) == 2


def test_a_mail_with_a_picture_is_the_same_every_time() -> None:
    data = _compose(picture=_png(800, 566)).as_bytes()
    assert data == _compose(picture=_png(800, 566)).as_bytes()
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_is_one_recipient_and_no_header(name: str) -> None:
    message = _sent(_compose(fields={"name": name}))
    (recipient,) = message["To"].addresses
    assert recipient.addr_spec == "ada@example.net"
    assert _name(message) == " ".join(name.replace("\u2028", " ").split())
    assert message["Bcc"] is None
    assert not message.defects


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_is_text_in_both_parts(name: str) -> None:
    message = _compose(fields={"name": name})
    shown = " ".join(name.replace("\u2028", " ").split())
    assert shown in _part(message, "plain")
    html = _part(message, "html")
    assert "<script" not in html
    assert re.search(r'<span dir="auto">' + re.escape(shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))[:20], html)


def test_names_that_run_from_right_to_left_are_isolated() -> None:
    text = _part(_compose(fields={"name": "דניאל כהן"}), "plain")
    assert "Congratulations, \u2068דניאל כהן\u2069!" in text
    assert "\u2068" not in _part(_compose(), "plain")


def test_the_subject_has_one_line() -> None:
    message = _sent(_compose(words=BatchMail(subject="{{ achievement }}"), fields={"achievement": "A\r\nBcc: eve@example.org"}))
    assert message["Subject"] == "A Bcc: eve@example.org"
    assert message["Bcc"] is None


@pytest.mark.parametrize("achievement", ["أساسيات بايثون " * 12, "Einführung in die Ärztekammerverwaltungsgebührenordnung " * 4, "x" * 300])
def test_a_long_subject_arrives_whole(achievement: str) -> None:
    message = _sent(_compose(words=BatchMail(subject="{{ achievement }}"), fields={"achievement": achievement}))
    assert message["Subject"] == achievement.strip()


def test_the_text_part_is_complete_by_itself() -> None:
    text = _part(_compose(fields={"valid_until": "2028-05-30", "valid_until_long": "30 May 2028"}), "plain")
    for needed in (
        "José Núñez",
        "Python 101",
        "Example Academy",
        "30 May 2026",
        "30 May 2028",
        FIELDS["url"],
        "help@example.org",
        ID,
        "linkedin.com",
    ):
        assert needed in text
    assert "&amp;" not in text
    assert "\n\n\n\n" not in text


def test_the_html_part_loads_nothing_and_serves_dark_mode() -> None:
    html = _part(_compose(), "html")
    assert not re.search(r"<(img|link|script|iframe|object)|url\(|@import|src=", html)
    assert "prefers-color-scheme: dark" in html
    assert 'content="light dark"' in html
    assert f'href="{FIELDS["url"]}"' in html
    assert 'href="mailto:help@example.org"' in html
    assert re.search(r'<td class="button" style="[^"]*background-color: #1d4f91', html)


def test_words_of_the_batch_replace_the_paragraphs() -> None:
    words = BatchMail(
        subject="{{ name }}: {{ score }}", text="Dear {{ name }},\n\nyou have <b>{{ score }}</b> points.\nSee {{ url }}\n\n\nYour teachers"
    )
    message = _compose(words=words, language="de")
    assert _sent(message)["Subject"] == "José Núñez: 91"
    assert _sent(message)["Content-Language"] == "de"
    text, html = _part(message, "plain"), _part(message, "html")
    assert text.startswith(f"Dear José Núñez,\n\nyou have <b>91</b> points.\nSee {FIELDS['url']}\n\nYour teachers\n\n")
    assert "Well done" not in text + html
    assert "Congratulations" not in text + html
    assert "&lt;b&gt;" in html
    assert f'<a href="{FIELDS["url"]}"' in html
    assert "<h1" not in html  # the author's own words greet the recipient


@pytest.mark.parametrize("text", ["Liebe/r {{ name }},\n\nIhre Urkunde: {{ url }}", "Danke, dass Sie da waren."])
@pytest.mark.parametrize("corrected", [False, True])
def test_words_of_the_batch_are_the_whole_letter(text: str, corrected: bool) -> None:
    message = _compose(words=BatchMail(text=text), language="de", corrected=corrected)
    plain, html = _part(message, "plain"), _part(message, "html")
    for ours in ("show it", "how others check it", "linkedin", "misspelt", "your certificate:\n", "copy this address"):
        assert ours not in plain.lower() + html.lower()
    assert plain.count(FIELDS["url"]) == 1
    assert "Open your certificate</a>" in html
    assert plain.rstrip().partition("\n-- \n")[2].count("\n") == 0
    for needed in ("Python 101", "30 May 2026", "Questions? help@example.org", ID, "You get this message because Example Academy"):
        assert needed in plain
    assert "\n\n\n" not in plain
    assert 'href="mailto:help@example.org"' in html
    assert "You get this message because" in html
    assert ("has corrected your certificate" in plain) is corrected


def test_words_without_a_name_are_still_personal() -> None:
    message = _compose(words=BatchMail(text="Thank you for coming."))
    assert _part(message, "plain").startswith("Hello José Núñez,\n\nThank you for coming.\n")
    assert _sent(message)["Content-Language"] is None
    assert "<html>" in _part(message, "html")


def test_a_value_is_never_read_as_words() -> None:
    message = _compose(words=BatchMail(text="Hi {{ name }}: {{ score }}"), fields={"name": "{{ url }}", "score": "a\n\nb {{ id }}"})
    assert _part(message, "plain").startswith("Hi {{ url }}: a b {{ id }}\n")


def test_a_field_that_a_row_lacks_is_refused_unless_optional() -> None:
    words = BatchMail(text="one\n\ntwo {{ grade }}")
    with pytest.raises(FormatError, match="line 3, offset 9: there is no value"):
        _compose(words=words)
    assert "two \n" in _part(_compose(words=words, optional=["grade"]), "plain")


@pytest.mark.parametrize(
    "address",
    ["", "ada", "ada@", "a b@example.org", "ada@example.org\r\nBcc: x@example.org", "a@example.org, b@example.org", "<a@example.org>"],
)
def test_a_wrong_address_is_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(FormatError) as caught:
        _compose(address)
    assert "example.org" not in str(caught.value)


def test_addresses_beyond_ascii() -> None:
    assert on_the_wire("ada@bücher.example.org") == "ada@xn--bcher-kva.example.org"
    assert _compose("ada@bücher.example.org").as_bytes().isascii()
    message = _compose("jörg@bücher.example.org")
    assert "jörg@xn--bcher-kva.example.org".encode() in message.as_bytes()


def test_support_may_be_a_page() -> None:
    message = _compose(issuer=_issuer(support="https://academy.example.org/help"))
    assert message["Reply-To"] is None
    assert 'href="https://academy.example.org/help"' in _part(message, "html")


def test_mail_settings_are_needed() -> None:
    bare = _issuer().model_copy(update={"mail": None})
    with pytest.raises(ConfigError, match="no mail settings"):
        _compose(issuer=bare)


@pytest.mark.parametrize("revision", ["", "a b", "x>\r\nBcc: y", "ä", "a" * 129])
def test_a_revision_cannot_leave_the_message_id(revision: str) -> None:
    with pytest.raises(FormatError):
        message_id(ID, revision, "https://certificates.example.org")


def test_a_long_host_keeps_the_message_id_whole() -> None:
    host = "certificates." + "a-department-with-a-long-name." * 4 + "example.org"
    issuer = _issuer().model_copy(update={"base_url": f"https://{host}:8443/certs"})
    assert f"<c.{ID}.9f86d081884c7d65@{host}>".encode() in _compose(issuer=issuer).as_bytes()
