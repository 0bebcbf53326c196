"""A letter that is filled in is the same as each message written by itself."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from uuid import UUID

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from notifications import mime
from notifications.letters import Letter, Message
from notifications.mailers.django_backend import email_of
from notifications.mime import CannotBeSent, Letters, compiled_letter
from notifications.personal import Personal, fill_text, mark
from tests.integration.notifications.test_mailers import LETTER, message, some

pytestmark = pytest.mark.integration

NUMBER = UUID("0b1c1d7e-30a5-4bd1-9f0c-3f6a1f1b2c3d")
OTHER = UUID("1b1c1d7e-30a5-4bd1-9f0c-3f6a1f1b2c3d")
MARKS = [mark(part, NUMBER) for part in Personal]
NASTY = [
    "\r\n.\r\n", ".", "\n.", "=", "=\n", "=3D", "=?utf-8?q?x?=", "\r", "\n\n", "\t", " \n", "--=_", f"--=_{NUMBER.hex}", "From ",
    "</a>", "<script>", '"', "'", "&", "&amp;", "%", "{{ x }}", "\\", "🥖", "é", "e\u0301", "\u00a0", "\u2028", "\0", "\x85", "\x0b",
    "x" * 80, "é" * 40, "y" * 1200, "word " * 30, "Bcc: everybody@example.org", *(mark(part, OTHER) for part in Personal),
]  # fmt: skip

texts = (
    st.lists(st.one_of(st.sampled_from([*NASTY, *MARKS]), st.text(max_size=20)), min_size=1, max_size=12)
    .map("".join)
    .filter(bool)
)
values = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=20)), max_size=6).map("".join)
lines = values.map(lambda text: " ".join("".join(c if c.isprintable() else " " for c in text).split()))
"""What can stand in a header: `one_line` in `postings.py` makes such of what editors type."""
personal = st.fixed_dictionaries(dict.fromkeys(Personal, values))
headers = st.sampled_from(["", "42.followers.board.example.org"])


def filled(one: Message) -> EmailMessage:
    return read(compiled_letter(one.letter).fill(one))


def read(octets: bytes) -> EmailMessage:
    return message_from_bytes(octets, policy=policy.default)


def sender(octets: bytes) -> tuple[str, str]:
    """Python's newer parser finds spaces between encoded words of a name, where there are none (RFC 2047 §6.2)."""
    name, address = parseaddr(message_from_bytes(octets, policy=policy.compat32)["From"])
    return str(make_header(decode_header(name))), address


def body(of: EmailMessage, kind: str) -> str:
    part = of.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return re.sub(r"\r\n|\r|\n", "\n", content)


def letter(
    subject: str = "News", sender_name: str = "Jobs", text: str = "", html: str = "", list_id: str = ""
) -> Letter:
    return Letter(
        notification_id=NUMBER,
        language="en",
        sender="jobs@board.example.org",
        sender_name=sender_name,
        subject=subject,
        text=text,
        html=html,
        list_id=list_id,
    )


def to_one(of: Letter, own: dict[Personal, str] | None = None, recipient: str = "ana@example.org") -> Message:
    own = own or {}
    return Message(
        letter=of,
        delivery_id=1,
        recipient=recipient,
        message_id="<1.ab@board.example.org>",
        personal=own,
        leave_links=(own.get(Personal.LEAVE_URL, "https://board.example.org/leave"),),
    )


@settings(deadline=None)
@given(text=texts, html=texts, subject=lines, sender_name=lines, own=personal, list_id=headers)
@example(text=MARKS[0] * 2, html=".", subject="", sender_name="", own=dict.fromkeys(Personal, "=\r\n."), list_id="")
def test_filling_in_is_the_same_as_writing_each_message_by_itself(
    text: str, html: str, subject: str, sender_name: str, own: dict[Personal, str], list_id: str
) -> None:
    assume(fill_text(text, NUMBER, own))  # Django has no part for an empty text
    one = to_one(letter(subject, sender_name, text, html, list_id), own)
    try:
        written = email_of(one).message()
    except CannotBeSent:
        with pytest.raises(CannotBeSent):
            compiled_letter(one.letter).fill(one)
        return
    octets = compiled_letter(one.letter).fill(one)
    got, alone = read(octets), read(written.as_bytes())
    for kind in ("plain", "html"):  # Django 6 ends a last line that is open, which none of the board's texts has
        assert body(got, kind).removesuffix("\n") == body(alone, kind).removesuffix("\n")
    assert sender(octets) == (sender_name, "jobs@board.example.org")
    assert str(got["Subject"]) == subject
    if "=?" not in subject:  # Django lets it pass for what it looks like
        assert str(alone["Subject"]).strip() == subject  # and leaves the first line blank before a long word
    ours = {name: str(value) for name, value in got.items()}
    its = {name: str(value) for name, value in written.items()}  # as they are before long ones are folded
    for name in ("Date", "Content-Type", "Subject", "From"):
        assert name in ours
        assert name in its
        del ours[name], its[name]
    assert ours == its
    assert [part.get_content_type() for part in got.walk()] == [part.get_content_type() for part in alone.walk()]
    check_form(octets)


def check_form(octets: bytes) -> None:
    """RFC 5322 §2.1.1, RFC 2045 §6.7, RFC 2047 §2"""
    assert octets.isascii()
    assert b"\0" not in octets
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", octets)
    head, _, rest = octets.partition(b"\r\n\r\n")
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert all(len(line) <= 76 for line in rest.split(b"\r\n"))
    assert not re.search(rb"^[\w-]+:\s*\r\n[ \t]", head, re.MULTILINE)
    assert not re.search(rb"[ \t]\r\n", rest)


def test_a_subject_begins_on_its_first_line_and_breaks_no_limit() -> None:
    for subject in (
        "x" * 900,
        "ß" * 300,
        "🥖" * 200,
        "Short " + "y" * 200,
        "word " * 60 + "end",
        "  two  spaces ",
        "a =?b",
    ):
        octets = compiled_letter(letter(subject)).fill(to_one(letter(subject)))
        head = octets.partition(b"\r\n\r\n")[0]
        (first,) = [line for line in head.split(b"\r\n") if line.startswith(b"Subject:")]
        assert len(first) > len("Subject: ")
        assert all(len(line) <= 76 for line in head.split(b"\r\n"))
        assert read(octets)["Subject"] == subject


def test_the_link_to_leave_is_on_one_line_and_escaped_where_it_stands() -> None:
    url = "https://board.example.org/" + "leave/" * 20 + "?a=1&b=é"
    of = letter(text=MARKS[0], html=f'<a href="{MARKS[0]}">Leave</a>', list_id="42.followers.board.example.org")
    octets = compiled_letter(of).fill(to_one(of, {Personal.LEAVE_URL: url}))
    quoted = url.replace("é", "%C3%A9")
    assert (
        f"\r\nList-Unsubscribe: <{quoted}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n".encode() in octets
    )
    assert body(read(octets), "plain") == url
    assert body(read(octets), "html") == f'<a href="{url.replace("&", "&amp;")}">Leave</a>'
    assert read(octets)["List-Id"] == "<42.followers.board.example.org>"


def test_several_links_to_leave_stand_in_order_on_one_line() -> None:
    of = letter(list_id="42.followers.board.example.org")
    links = ("https://board.example.org/leave/", "mailto:leave+abc@board.example.org?subject=unsubscribe")
    octets = compiled_letter(of).fill(replace(to_one(of), leave_links=links))
    assert f"\r\nList-Unsubscribe: <{links[0]}>, <{links[1]}>\r\nList-Unsubscribe-Post: ".encode() in octets
    with pytest.raises(CannotBeSent):
        compiled_letter(of).fill(replace(to_one(of), leave_links=(links[0] + "x" * 900, links[1])))


@pytest.mark.parametrize("control", ["\r\nBcc: x@example.org", "\n", "\r", "\0", "\x85", "\u2028", "\ud800"])
def test_nothing_gets_into_a_header_that_could_end_it(control: str) -> None:
    of = letter(list_id="42.followers.board.example.org")
    own = {Personal.LEAVE_URL: "https://board.example.org/leave"}
    good = to_one(of, own)
    compiled_letter(of).fill(good)
    for bad in (
        to_one(letter(subject=f"News{control}")),
        to_one(letter(sender_name=f"Jobs{control}")),
        to_one(letter(list_id=f"42{control}"), own),
        to_one(of, own, recipient=f"ana@example.org{control}"),
        to_one(of, {Personal.LEAVE_URL: f"https://board.example.org/leave{control}"}),
        replace(good, message_id=f"<1{control}>"),
        replace(good, leave_links=(*good.leave_links, f"mailto:leave@board.example.org?subject=a{control}")),
    ):
        with pytest.raises(CannotBeSent):
            compiled_letter(bad.letter).fill(bad)


@pytest.mark.parametrize(
    "recipient", ["ana@example.org, ben@example.org", "a b@example.org", "<ana@example.org>", "a>b@example.org", ""]
)
def test_one_recipient_is_one_address(recipient: str) -> None:
    with pytest.raises(CannotBeSent):
        compiled_letter(LETTER).fill(message(1, recipient or " "))


def test_the_words_of_a_letter_cannot_be_its_boundary() -> None:
    boundary = read(compiled_letter(LETTER).fill(message(1))).get_boundary()
    of = Letter(
        notification_id=LETTER.notification_id, sender=LETTER.sender, sender_name="", subject="", list_id="",
        language="en",
        text=f"--{boundary}\r\n\r\nx\r\n--{boundary}--\r\n", html=f"\n--{boundary}--",
    )  # fmt: skip
    got = filled(to_one(of))
    assert len(list(got.iter_parts())) == 2
    assert body(got, "plain") == of.text.replace("\r\n", "\n")


def test_an_international_name_of_the_sender_is_encoded() -> None:
    for name in ("Käse, Brot & Jobs", 'The "Board"', "Jobs, Inc.", "ß" * 100, "J" * 200, "a =?b"):
        octets = compiled_letter(letter(sender_name=name)).fill(to_one(letter(sender_name=name)))
        assert sender(octets) == (name, "jobs@board.example.org")
        check_form(octets)


def test_letters_are_compiled_once_and_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[Letter] = []
    real = mime.compiled_letter

    def count(of: Letter) -> mime.Compiled:
        compiled.append(of)
        return real(of)

    monkeypatch.setattr(mime, "compiled_letter", count)
    letters = Letters()
    for one in some(10):
        letters.fill(one)
    assert len(compiled) == 1
    others = [to_one(Letter(
        notification_id=UUID(int=number), language="en", sender="jobs@board.example.org", sender_name="", subject="", text="", html="",
        list_id="",
    )) for number in range(100)]  # fmt: skip
    for one in others:
        letters.fill(one)
    assert len(letters.kept) == mime.LETTERS_KEPT
    again = Letter(
        notification_id=UUID(int=99),
        language="en",
        sender="jobs@board.example.org",
        sender_name="",
        subject="Other",
        text="",
        html="",
        list_id="",
    )
    assert read(letters.fill(to_one(again)))["Subject"] == "Other"
