"""Followed from a posting and from a search, told by mail, and left again by each way there is; in both languages, without scripts."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from config.demo.accounts import PASSWORD
from tests import clock
from tests.browser import demo
from tests.browser.editor import Editor, logged_in
from tests.browser.inbox import (
    as_text,
    everything_sent,
    header,
    link_to,
    open_newest,
    wait_for_mail,
    wait_for_more,
)

pytestmark = pytest.mark.browser

A_DAY: Final = timedelta(days=1)
PHONE: Final = 375
FORM: Final = "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"
MULTIPART: Final = (
    "multipart/form-data; boundary=one-click",
    '--one-click\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--one-click--\r\n',
)
"""The bodies of RFC 8058 §8.2 and §8.3."""


class Way(StrEnum):
    LINK = "link"
    ONE_CLICK = "one-click"
    PAGE = "page"
    ERASURE = "erasure"
    STAYS = "stays"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """What is followed, and the words by which its mails and pages are known."""

    code: str
    spoken: str
    prefix: str
    job: str
    new_job: str
    like_these: str
    confirm_job: str
    confirm_search: str
    raised: str
    lowered: str
    found: str
    sign_in: str
    no_longer: str
    erased: str

    def address_of(self, way: Way) -> str:
        return f"{way}.{self.code}@mail.example.net"


ENGLISH: Final = Tongue(
    code="en",
    spoken="en-gb",
    prefix="/en",
    job="Actuary, Small Farms",
    new_job="Bell Ringer",
    like_these="Mail me new jobs like these",
    confirm_job="Confirm: follow Actuary, Small Farms at",
    confirm_search="Confirm: follow jobs with",
    raised="Pay raised: ",
    lowered="Pay lowered: ",
    found="1 new job: ",
    sign_in="What you follow",
    no_longer="You no longer follow this",
    erased="Everything is erased",
)
GERMAN: Final = Tongue(
    code="de",
    spoken="de",
    prefix="/de",
    job="Lighting Technician",
    new_job="Lamp Lighter",
    like_these="Neue Stellen wie diese per E-Mail",
    confirm_job="Bitte bestätigen: Lighting Technician bei",
    confirm_search="Bitte bestätigen: Stellen mit",
    raised="Gehalt erhöht: ",
    lowered="Gehalt gesenkt: ",
    found="1 neue Stelle: ",
    sign_in="Was Sie abonniert haben",
    no_longer="Sie folgen dem nicht mehr",
    erased="Alles ist gelöscht",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ways_out")


@pytest.fixture(scope="module")
def board(folder: Path) -> Iterator[str]:
    with demo.running(folder, SETTLING_TIME="0", ASKS_PER_CLIENT="0") as address:
        yield address


@pytest.fixture
def reader(browser: Browser, board: str) -> Iterator[Page]:
    context = browser.new_context(base_url=board, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def publisher(browser: Browser, board: str) -> Iterator[Editor]:
    yield from logged_in(browser, board, "publisher")


@pytest.mark.parametrize("tongue", [ENGLISH, GERMAN], ids=["English", "German"])
def test_who_follows_a_posting_and_a_search_is_told_and_leaves_by_each_way(
    reader: Page, publisher: Editor, folder: Path, tongue: Tongue
) -> None:
    for way in Way:
        _ask_to_follow(reader, tongue, tongue.address_of(way))
    for way in Way:
        _confirm(reader, tongue, tongue.address_of(way))
    _happen(publisher, reader, folder, tongue, title=tongue.new_job, pay="99000", told=tongue.raised)
    _leave_by_the_link(reader, tongue)
    _leave_by_one_click(reader, tongue)
    _end_one_and_then_all(reader, tongue)
    _erase(reader, tongue)

    stays = tongue.address_of(Way.STAYS)
    wait_for_mail(reader, recipient=stays, subject=tongue.found)
    before = Counter(everything_sent(folder))
    publisher.log_in("publisher", PASSWORD)  # a day later one is signed out
    _happen(publisher, reader, folder, tongue, title=f"Second {tongue.new_job}", pay="98000", told=tongue.lowered)
    wait_for_more(reader, folder, than=before, recipient=stays, subject=tongue.found)
    # what was asked for after the digest is sent after all others
    _sign_in(reader, tongue, Way.STAYS)
    theirs = {tongue.address_of(way) for way in Way if way is not Way.STAYS}
    assert [told for told in Counter(everything_sent(folder)) - before if told[0] in theirs] == []

    reader.set_viewport_size({"width": PHONE, "height": 740})
    for subject in (tongue.confirm_job, tongue.confirm_search, tongue.raised, tongue.found, tongue.sign_in):
        _open(reader, tongue, stays, subject)
        reader.goto(f"{reader.url}html/")
        assert reader.evaluate("document.documentElement.scrollWidth") <= PHONE


def _ask_to_follow(page: Page, tongue: Tongue, address: str) -> None:
    page.goto(f"{tongue.prefix}/jobs/?{urlencode({'q': tongue.job})}")
    page.get_by_role("link", name=tongue.job, exact=True).click()
    _fill_in(page, address)
    page.goto(f"{tongue.prefix}/jobs/?{urlencode({'q': tongue.new_job})}")
    page.get_by_role("link", name=tongue.like_these).click()
    _fill_in(page, address)


def _fill_in(page: Page, address: str) -> None:
    page.locator("#follow-address").fill(address)
    page.locator("#follow button[type=submit]").click()
    expect(page.locator(".steps [aria-current=step]")).to_be_visible()


def _confirm(page: Page, tongue: Tongue, address: str) -> None:
    """One by the HTML of the mail, the other by its text."""
    _open(page, tongue, address, tongue.confirm_job).locator(link_to("confirm")).click()
    _press_the_one_button(page, tongue)
    _open(page, tongue, address, tongue.confirm_search)
    as_text(page).locator(link_to("confirm")).click()
    _press_the_one_button(page, tongue)


def _happen(publisher: Editor, reader: Page, folder: Path, tongue: Tongue, *, title: str, pay: str, told: str) -> None:
    """A new posting and another pay; then it is the next day."""
    publisher.add(title, company="Brightwater Instruments")
    publisher.edit(tongue.job)
    publisher.page.locator("#id_salary_maximum").fill(pay)
    publisher.page.locator("#id_change_note").fill("The range is another one.")
    publisher.publish()
    # by then it is noted that the posting is new
    wait_for_mail(reader, recipient=tongue.address_of(Way.STAYS), subject=told)
    clock.set_ahead(folder, timedelta(seconds=clock.read(folder / clock.FILE)) + A_DAY)


def _leave_by_the_link(page: Page, tongue: Tongue) -> None:
    """Of the mail about the posting by its HTML, of the other by its text."""
    address = tongue.address_of(Way.LINK)
    _open(page, tongue, address, tongue.raised).locator(link_to("end")).click()
    _press_the_one_button(page, tongue)
    expect(page.get_by_role("heading", level=1)).to_have_text(tongue.no_longer)
    _open(page, tongue, address, tongue.found)
    as_text(page).locator(link_to("end")).click()
    _press_the_one_button(page, tongue)
    expect(page.get_by_role("heading", level=1)).to_have_text(tongue.no_longer)


def _leave_by_one_click(page: Page, tongue: Tongue) -> None:
    """As the mail provider does for its reader; a second time, too."""
    for subject, sent in ((tongue.raised, FORM), (tongue.found, MULTIPART)):
        _open(page, tongue, tongue.address_of(Way.ONE_CLICK), subject)
        assert header(page, "List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
        url = header(page, "List-Unsubscribe").removeprefix("<").removesuffix(">")
        for _ in range(2):
            assert _post(url, *sent) == HTTPStatus.OK


def _end_one_and_then_all(page: Page, tongue: Tongue) -> None:
    """On the page of all that is followed, which the foot of each mail leads to."""
    address = tongue.address_of(Way.PAGE)
    _open(page, tongue, address, tongue.raised).locator(link_to("manage")).click()
    expect(page.locator("button[name=end]")).to_have_count(2)
    page.locator("section.panel").filter(has_text=tongue.job).locator("button[name=end]").click()
    expect(page.get_by_role("status")).to_be_visible()
    _open(page, tongue, address, tongue.found)
    as_text(page).locator(link_to("manage")).click()
    expect(page.locator("button[name=end]")).to_have_count(1)
    page.locator("button[name=end-all]").click()
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.locator("button[name=end]")).to_have_count(0)


def _erase(page: Page, tongue: Tongue) -> None:
    _open(page, tongue, tongue.address_of(Way.ERASURE), tongue.found).locator(link_to("manage")).click()
    at = page.url
    page.locator("main a[href$='/erase/']").click()
    _press_the_one_button(page, tongue)
    expect(page.get_by_role("heading", level=1)).to_have_text(tongue.erased)
    answer = page.goto(at)
    assert answer is not None
    assert answer.status == HTTPStatus.NOT_FOUND


def _sign_in(page: Page, tongue: Tongue, way: Way) -> None:
    """Asks for a link, and waits for the mail with it."""
    page.goto(f"{tongue.prefix}/jobs/")
    page.locator("footer a[href$='/subscriptions/manage/']").click()
    page.locator("main input[type=email]").fill(tongue.address_of(way))
    page.locator("main button[type=submit]").click()
    _open(page, tongue, tongue.address_of(way), tongue.sign_in)


def _open(page: Page, tongue: Tongue, address: str, subject: str) -> FrameLocator:
    """The newest mail to the address whose subject begins so; both parts are as they should be."""
    mail = open_newest(page, recipient=address, subject=subject)
    expect(mail.locator("html")).to_have_attribute("lang", tongue.spoken)
    why = mail.locator(".foot p").first.inner_text()
    assert why in " ".join(as_text(page).inner_text().split())
    return mail


def _press_the_one_button(page: Page, tongue: Tongue) -> None:
    """There is no other, and the page is in the reader's language."""
    expect(page.locator("html")).to_have_attribute("lang", tongue.spoken)
    page.locator("main button").click()


def _post(url: str, content_type: str, body: str) -> int:
    """Without cookies, origin and referrer; what would be a redirect is not followed."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=30)
    connection.request("POST", parts.path, body.encode(), {"Content-Type": content_type})
    answer = connection.getresponse()
    assert answer.getheader("Set-Cookie") is None
    connection.close()
    return answer.status
