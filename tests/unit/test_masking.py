"""What never leaves a process in a log line."""

import json
from uuid import uuid4

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.observing.masking import MASK, masked
from jobs_domain.email_address import EmailAddress
from tests.unit.strategies import email_addresses

pytestmark = pytest.mark.unit

TOKEN = "AbCdEfGhIjKlMnOpQrStUv.0123456789-abcdefghijklmnopqrstuvwxyz_ABCDEF"


@given(
    email_addresses(), st.sampled_from(["550 <{}>: no such user", "to={}", "Key (address)=({}) exists", "{}", "'{}'"])
)
@example(EmailAddress("o'brien@example.org"), "{}")
def test_no_address_is_left_of_any_text(address: EmailAddress, text: str) -> None:
    for written in (address.value, address.key, address.for_the_wire):
        name, _, domain = written.partition("@")
        line = masked(json.dumps({"event": text.format(written)}, ensure_ascii=False))
        assert MASK in line
        assert f"{name}@" not in line
        assert f"@{domain}" not in line


@pytest.mark.parametrize(
    "secret",
    [
        TOKEN,
        "AbCdEfGhIjKlMnOpQrStUv.1vQx9z.0123456789-abcdefghijklmnopqrstuvwxyz_ABCDEF",
        "mfrggzdfmztwq2lknnwg23tpobyxe43uov3ho6dzpiydcmrtgq2t",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "ana%40example.org",
        '"ana b"@example.org',
        "ana@[192.0.2.1]",
        "ана@пример.рф",
        "<12.0123456789abcdef@example.org>",
        "postgres://board:secret@db/board",
    ],
)
def test_what_only_its_owner_may_have_is_masked(secret: str) -> None:
    line = masked(f"Not Found: /subscriptions/end/{secret}/ and more")
    assert MASK in line
    assert "and more" in line
    assert secret.strip("<>").partition("@")[0].removeprefix("postgres://board:") not in line


def test_ids_and_names_stay() -> None:
    said = f"{uuid4()} {uuid4().hex} test_what_only_its_owner_may_have_is_masked_in_a_line_of_a_log 2026-11-29T03:45:15.634294Z"
    assert masked(said) == said
