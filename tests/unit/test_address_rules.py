import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs_domain.address_rules import Objection, domain_and_those_above, is_nobodys_inbox, objection
from jobs_domain.email_address import EmailAddress, InvalidEmailAddress, ascii_domain
from tests.unit.strategies import email_addresses

pytestmark = pytest.mark.unit

NOBODYS = """
    abuse noc security postmaster Postmaster hostmaster usenet news webmaster www uucp ftp root
    noreply no-reply no_reply No.Reply NOREPLY donotreply do-not-reply do_not_reply mailer-daemon MAILER-DAEMON
    nobody null devnull autoreply auto-reply bounce bounces
    noreply+jobs bounces+ana=example.org postmaster+1 bakers-request bakers-bounces bakers-owner
""".split()
SOMEBODYS = """
    ana jobs hr info team careers sales marketing support hello office
    noreply.ana ana.noreply reply newsletter ana-no-reply webmaster2 news.desk rootes abuser ana+noreply +noreply
""".split()


@pytest.mark.parametrize("name", NOBODYS)
def test_what_by_rfc_2142_or_custom_is_nobodys_inbox(name: str) -> None:
    assert is_nobodys_inbox(EmailAddress(f"{name}@example.org"))


@pytest.mark.parametrize("name", SOMEBODYS)
def test_people_and_teams_have_inboxes(name: str) -> None:
    assert not is_nobodys_inbox(EmailAddress(f"{name}@example.org"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ana@example.org", None),
        ("jobs@käse.example", None),
        ("ana@xn--kse-qla.example", None),
        ("änne@example.org", Objection.NOT_ASCII),
        ("анна@example.org", Objection.NOT_ASCII),
        ("no-reply@example.org", Objection.ROLE),
        ("ana@gone.example", Objection.DISPOSABLE),
        ("ana@Mail.GONE.example", Objection.DISPOSABLE),
        ("ana@notgone.example", None),
        ("ana@junk.example", Objection.BLOCKED_DOMAIN),
        ("ana@a.b.junk.example", Objection.BLOCKED_DOMAIN),
        ("ana@käse.junk.example", Objection.BLOCKED_DOMAIN),
        ("ana@jünk.example", Objection.BLOCKED_DOMAIN),
        ("noreply@junk.example", Objection.BLOCKED_DOMAIN),
        ("noreply@gone.example", Objection.ROLE),
    ],
)
def test_each_address_has_one_objection_at_most(text: str, expected: Objection | None) -> None:
    found = objection(
        EmailAddress(text), disposable={"gone.example"}, blocked={"junk.example", ascii_domain("jünk.example")}
    )
    assert found is expected


@given(email_addresses())
def test_without_lists_only_the_name_counts(address: EmailAddress) -> None:
    found = objection(address, disposable=(), blocked=())
    assert found in {None, Objection.NOT_ASCII, Objection.ROLE}
    other = EmailAddress(f"{address.value.rpartition('@')[0]}@example.org")
    assert objection(other, disposable=(), blocked=()) is found


@given(email_addresses(), st.data())
def test_who_blocks_a_domain_blocks_what_is_below_it_and_nothing_else(
    address: EmailAddress, data: st.DataObject
) -> None:
    above = data.draw(st.sampled_from(domain_and_those_above(address.domain)))
    assert objection(address, disposable=(), blocked={above}) is Objection.BLOCKED_DOMAIN
    assert objection(address, disposable=(), blocked={f"x{above}", f"-.{above}"}) is not Objection.BLOCKED_DOMAIN


@given(email_addresses())
def test_how_an_address_is_written_makes_no_difference(address: EmailAddress) -> None:
    for same in (address.value, address.for_the_wire, address.key):
        assert objection(EmailAddress(same), disposable=(), blocked=()) is objection(address, disposable=(), blocked=())


@given(email_addresses())
def test_a_domain_is_read_as_that_of_an_address_is(address: EmailAddress) -> None:
    shown = address.value.rpartition("@")[2]
    assert ascii_domain(shown) == ascii_domain(address.domain) == ascii_domain(f" {shown}\n") == address.domain


@given(st.text())
def test_any_text_is_a_domain_or_refused_as_none(text: str) -> None:
    try:
        domain = ascii_domain(text)
    except InvalidEmailAddress:
        return
    assert ascii_domain(domain) == domain
    assert EmailAddress(f"ana@{domain}").domain == domain


@pytest.mark.parametrize(
    "text", ["", "junk", "junk..example", "-junk.example", "ana@junk.example", "junk.example/x", "192.0.2.1", "a" * 300]
)
def test_what_is_no_domain_is_refused(text: str) -> None:
    with pytest.raises(InvalidEmailAddress):
        ascii_domain(text)
