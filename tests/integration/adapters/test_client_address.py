import pytest
from django.conf import LazySettings
from django.test import RequestFactory
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from adapters.web.client_address import UNKNOWN, client_of

pytestmark = pytest.mark.integration

PROXIES = ["10.0.0.0/8", "2001:db8:ff::/48"]


def client(remote: str, forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_of(RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote))


@pytest.mark.parametrize(
    ("remote", "forwarded", "expected"),
    [
        ("192.0.2.7", None, "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.2.3.4", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.1", '"[2001:db8::17]:4711"', "2001:db8::/64"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
        ("2001:db8:1:2:3::4", None, "2001:db8:1:2::/64"),
        ("2001:db8:ff::1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("fe80::1%eth0", None, "fe80::/64"),
        ("", "198.51.100.1", UNKNOWN),
    ],
)
def test_a_client_is_who_speaks_to_the_outermost_proxy(
    settings: LazySettings, remote: str, forwarded: str | None, expected: str
) -> None:
    settings.TRUSTED_PROXIES = PROXIES
    assert client(remote, forwarded) == expected


def test_a_proxy_may_come_by_a_socket(settings: LazySettings) -> None:
    settings.TRUSTED_PROXIES = ["unix"]
    assert client("", "6.6.6.6, 198.51.100.1") == "198.51.100.1"
    assert client("") == UNKNOWN


@given(remote=st.text(max_size=40), forwarded=st.text(st.characters(codec="latin-1"), max_size=80))
@how(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_header_is_an_error(settings: LazySettings, remote: str, forwarded: str) -> None:
    settings.TRUSTED_PROXIES = ["unix", "0.0.0.0/0", "::/0"]
    assert client(remote, forwarded)
