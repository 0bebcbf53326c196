import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from jobs_domain.email_address import MAX_ADDRESS_OCTETS, EmailAddress, InvalidEmailAddress
from tests.unit.strategies import email_addresses, hostile_texts

pytestmark = pytest.mark.unit

INVISIBLE = {
    "zero-width space": "\u200b",
    "zero-width non-joiner": "\u200c",
    "zero-width joiner": "\u200d",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "left-to-right mark": "\u200e",
    "right-to-left mark": "\u200f",
    "right-to-left override": "\u202e",
    "combining grapheme joiner": "\u034f",
    "variation selector": "\ufe0f",
    "Hangul filler": "\u3164",
    "null": "\x00",
    "no-break space": "\u00a0",
    "ideographic space": "\u3000",
    "line feed": "\n",
    "carriage return": "\r",
    "line separator": "\u2028",
}


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("Ana@Example.org", "ana@example.org"),
        ("ana@EXAMPLE.ORG", "ana@example.org"),
        ("  ana@example.org\t", "ana@example.org"),
        ("ana@example.org\r\n", "ana@example.org"),
        ("ÄNNE@example.org", "änne@example.org"),
        ("a\u0308nne@example.org", "änne@example.org"),
        ("H\u0331@example.org", "\u1e96@example.org"),
        ("ΟΔΟΣ@example.org", "οδοσ@example.org"),
        ("a@käse.example", "a@xn--kse-qla.example"),
        ("a@KÄSE.example", "a@XN--KSE-QLA.example"),
        ("a@ka\u0308se.example", "a@käse.example"),
        ("a@H\u0331.example", "a@\u1e96.example"),
        ("a@STRAẞE.example", "a@straße.example"),
        ("a@ΣΑΣ-1.example", "a@σασ-1.example"),
        ("a@ｅｘａｍｐｌｅ．org", "a@example.org"),
        ("a@xn--ｋse-qla.example", "a@käse.example"),
        ("a@\u212aelvin.example", "a@kelvin.example"),
        ("a@ﬁsh.example", "a@fish.example"),
    ],
)
def test_two_spellings_are_one_address(one: str, same: str) -> None:
    assert EmailAddress(one) == EmailAddress(same)
    assert hash(EmailAddress(one)) == hash(EmailAddress(same))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ana@example.org", "anna@example.org"),
        ("ana@example.org", "ana@example.com"),
        ("ana+jobs@example.org", "ana@example.org"),
        ("a.na@example.org", "ana@example.org"),
        ("a@straße.example", "a@strasse.example"),
        ("straße@example.org", "strasse@example.org"),
        ("ı@example.org", "i@example.org"),
        ("İ@example.org", "i@example.org"),
        ("a@\u0430.example", "a@a.example"),
    ],
)
def test_two_addresses_are_kept_apart(one: str, other: str) -> None:
    assert EmailAddress(one) != EmailAddress(other)


def test_the_local_part_is_shown_as_typed_and_the_domain_in_lower_case() -> None:
    assert str(EmailAddress(" Ana.Müller+Jobs@XN--KSE-QLA.Example ")) == "Ana.Müller+Jobs@käse.example"


def test_on_the_wire_the_domain_is_ascii_and_the_local_part_as_typed() -> None:
    address = EmailAddress("Ana@Käse.Example")
    assert address.for_the_wire == "Ana@xn--kse-qla.example"
    assert address.domain == "xn--kse-qla.example"
    assert address.key == "ana@xn--kse-qla.example"


@pytest.mark.parametrize("domain", ["straße.example", "XN--STRAE-OQA.example"])
def test_a_sharp_s_in_a_domain_stays_one(domain: str) -> None:
    assert EmailAddress(f"a@{domain}").domain == "xn--strae-oqa.example"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Enter an e-mail address"),
        (" \t\r\n", "Enter an e-mail address"),
        ("not an email", "has an @"),
        ("ana.example.org", "has an @"),
        ("ana＠example.org", "has an @"),
        ("@example.org", "missing before the @"),
        ("ana@", "full domain"),
        ("ana@localhost", "full domain"),
        ("ana@@example.org", "cannot contain “@”"),
        ("ana@ben@example.org", "cannot contain “@”"),
        ("ana @example.org", "cannot contain a space"),
        ("ana@exam ple.org", "cannot contain a space"),
        ("ana@example.org ben@example.org", "cannot contain “@”"),
        ("ana@example.org\nBcc: ben@example.org", "cannot contain “@”"),
        ("ana@example.org\nBcc: ben", "cannot contain a space, a line break"),
        ("ana@example.org,ben@example.org", "cannot contain “@”"),
        ("Ana <ana@example.org>", "cannot contain a space"),
        ("<ana@example.org>", "cannot contain “<”"),
        ('"ana"@example.org', 'cannot contain “"”'),
        ("ana(x)@example.org", "cannot contain “\\(”"),
        ("=\u0338@example.org", "cannot contain “≠”"),
        ("😀@example.org", "cannot contain “😀”"),
        ("\ud800@example.org", "another invisible character"),
        ("a@\ud800.org", "another invisible character"),
        (".ana@example.org", "dot where none can be"),
        ("ana.@example.org", "dot where none can be"),
        ("a..na@example.org", "dot where none can be"),
        ("ana@.example.org", "dot where none can be"),
        ("ana@example.org.", "dot where none can be"),
        ("ana@example..org", "dot where none can be"),
        ("ana@example…org", "dot where none can be"),
        ("ana@-example.org", "hyphen"),
        ("ana@example-.org", "hyphen"),
        ("ana@exam_ple.org", "cannot contain “_”"),
        ("ana@℀.org", "cannot contain “/”"),
        ("ana@127.0.0.1", "not an IP address"),
        ("ana@１２７.0.0.１", "not an IP address"),
        ("ana@[127.0.0.1]", "cannot contain “\\[”"),
        ("ana@[IPv6:::1]", "full domain"),
        ("ana@xn--.example", "not a valid international name"),
        ("ana@xn--abc-.example", "not a valid international name"),
        ("ana@xn--99999999.example", "not a valid international name"),
        ("ana@xn--ä.example", "not a valid international name"),
    ],
)
def test_text_that_is_no_address_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(InvalidEmailAddress, match=why):
        EmailAddress(text)


@pytest.mark.parametrize("character", INVISIBLE.values(), ids=INVISIBLE.keys())
@pytest.mark.parametrize("around", ["a{}b@example.org", "ana@exam{}ple.org"], ids=["local part", "domain"])
def test_nothing_invisible_hides_in_an_address(around: str, character: str) -> None:
    with pytest.raises(
        InvalidEmailAddress, match="cannot contain a space, a line break or another invisible character"
    ):
        EmailAddress(around.format(character))


@pytest.mark.parametrize(
    "decoded",
    ["kase", "Äther", "ﬁsch", "\u212a", "H\u0331", "xn--ä", "ｘｎ--kse-qla"],
    ids=ascii,
)
def test_a_domain_in_ascii_form_must_be_what_its_unicode_form_encodes_to(decoded: str) -> None:
    with pytest.raises(InvalidEmailAddress, match="not a valid international name"):
        EmailAddress(f"a@xn--{decoded.encode('punycode').decode()}.example")


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000,
        "a" * 10_000 + "@example.org",
        "a@" + "b" * 10_000 + ".org",
        "a@" + "b." * 5_000 + "org",
        "a@" + "".join(map(chr, range(0x4E00, 0x4E00 + 10_000))) + ".org",
        "a@xn--" + "b4" * 5_000 + ".org",
        "a" + "\u0301\u0323" * 5_000 + "@example.org",
        "@" * 10_000,
    ],
    ids=["no @", "local part", "label", "labels", "Chinese label", "encoded label", "marks", "nothing but @"],
)
def test_ten_kilobytes_are_refused_before_they_are_looked_at(text: str) -> None:
    with pytest.raises(InvalidEmailAddress, match=f"at most {MAX_ADDRESS_OCTETS} characters"):
        EmailAddress(text)


def _domain_of(octets: int) -> str:
    """A domain of so many octets, in labels of at most 63."""
    return ".".join("b" * 49 for _ in range(octets // 50)) + "." + "c" * (octets % 50)


@pytest.mark.parametrize(
    ("longest", "too_long", "why"),
    [
        ("a" * 64 + "@example.org", "a" * 65 + "@example.org", "before the @ has at most 64"),
        ("ä" * 32 + "@example.org", "ä" * 32 + "a@example.org", "before the @ has at most 64"),
        # Ⱥ is two octets, ⱥ three: the key of an address is one, too
        ("Ⱥ" * 21 + "@example.org", "Ⱥ" * 22 + "@example.org", "before the @ has at most 64"),
        ("Ⱥ" * 20 + "aa@" + _domain_of(191), "Ⱥ" * 21 + "@" + _domain_of(191), "at most 254"),
        ("a@" + "b" * 63 + ".org", "a@" + "b" * 64 + ".org", "longer than 63"),
        # 58 letters in 63 octets: `xn--`, 57 times `b`, `-`, and `ä` in one or more digits
        ("a@" + "b" * 54 + "ä.org", "a@" + "b" * 58 + "ä.org", "longer than 63"),
        ("a" * 62 + "@" + _domain_of(191), "a" * 63 + "@" + _domain_of(191), "at most 254"),
        ("ä" * 31 + "@" + _domain_of(191), "ä" * 31 + "a@" + _domain_of(191), "at most 254"),
    ],
)
def test_an_address_is_as_long_as_mail_allows_and_no_longer(longest: str, too_long: str, why: str) -> None:
    assert str(EmailAddress(longest)) == longest
    with pytest.raises(InvalidEmailAddress, match=why):
        EmailAddress(too_long)


def _hostile_addresses() -> st.SearchStrategy[str]:
    return st.builds(lambda local, domain: f"{local}@{domain}.example", hostile_texts(), hostile_texts())


@given(_hostile_addresses() | hostile_texts() | st.text())
def test_any_text_is_an_address_or_refused_as_none(text: str) -> None:
    try:
        address = EmailAddress(text)
    except InvalidEmailAddress:
        return
    assert address.for_the_wire.count("@") == 1
    assert len(address.for_the_wire.encode()) <= MAX_ADDRESS_OCTETS


def _is_address(text: str) -> bool:
    try:
        EmailAddress(text)
    except InvalidEmailAddress:
        return False
    return True


@given(_hostile_addresses().filter(_is_address) | email_addresses().map(str))
@example("İ@İ.example")
@example("a@H\u0331.example")
@example("H\u0331\u0323@J\u030c.example")
@example("ΑΣ@ΑΣ-1.example")
@example("a@xn--kse-qla.xn--4ca.example")
@example("\u0301a@\u0301a.example")
@example("א@א1.example")
def test_an_address_survives_being_written_and_read_again(text: str) -> None:
    address = EmailAddress(text)
    shown, sent = EmailAddress(str(address)), EmailAddress(address.for_the_wire)
    assert address == shown == sent
    assert str(address) == str(shown) == str(sent)
    assert address.for_the_wire == shown.for_the_wire == sent.for_the_wire


@given(email_addresses())
def test_the_domain_goes_over_the_wire_in_ascii_and_lower_case(address: EmailAddress) -> None:
    domain = address.for_the_wire.rpartition("@")[2]
    assert domain == address.domain == address.key.rpartition("@")[2]
    assert domain.isascii()
    assert domain == domain.lower()


@given(email_addresses())
@example(EmailAddress("\u1e96@\u01f0.example"))
@example(EmailAddress("οδοσ@οδοσ.example"))
def test_upper_and_lower_case_are_the_same_where_a_letter_has_both(address: EmailAddress) -> None:
    shouted = str(address).upper()
    # left out: letters whose upper case is that of another letter, too (ß, ς, ı)
    assume(all(_lower(letter.upper()) == _lower(letter) for letter in str(address)))
    assume(_is_address(shouted))  # upper case can take more octets
    assert EmailAddress(shouted) == address


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", text.lower())
