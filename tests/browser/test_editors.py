"""Editors at their desk, on a board whose news settles for five minutes of its own clock."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Final

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from config.demo.accounts import ADMINISTRATOR
from tests import clock
from tests.browser import demo
from tests.browser.editor import Editor, logged_in
from tests.browser.inbox import PATIENCE_SECONDS, open_mail, subjects, wait_for_mail
from tests.browser.keyboard import Keys
from tests.browser.visitor import follow, open_job

pytestmark = pytest.mark.browser

SETTLING: Final = timedelta(minutes=5)
AUTHOR: Final = "editor@board.example.org"
PANEL: Final = "[data-side-panel='followers']"


class Clock:
    """That of the running board; it only ever goes ahead."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ahead = timedelta()

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def go_on(self, by: timedelta) -> None:
        self._ahead += by
        clock.set_ahead(self._folder, self._ahead)

    def go_on_until_told(self, reader: Page, recipient: str, subject: str) -> None:
        """However late the worker comes to what has happened: the settling time counts from then on."""
        until = monotonic() + PATIENCE_SECONDS
        while subject not in subjects(reader, recipient=recipient):
            assert monotonic() < until, f"No mail “{subject}” to {recipient}: {subjects(reader, recipient=recipient)}"
            self.go_on(SETTLING)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("settling")


@pytest.fixture(scope="module")
def board(folder: Path) -> Iterator[str]:
    with demo.running(folder, SETTLING_TIME=str(int(SETTLING.total_seconds()))) as address:
        yield address


@pytest.fixture(scope="module")
def the_clock(folder: Path, board: str) -> Clock:
    return Clock(folder)


@pytest.fixture
def reader(browser: Browser, board: str) -> Iterator[Page]:
    context = browser.new_context(base_url=board, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def publisher(browser: Browser, board: str) -> Iterator[Editor]:
    yield from logged_in(browser, board, "publisher")


@pytest.fixture
def author(browser: Browser, board: str) -> Iterator[Editor]:
    yield from logged_in(browser, board, "editor")


@pytest.fixture
def administrator(browser: Browser, board: str) -> Iterator[Editor]:
    yield from logged_in(browser, board, ADMINISTRATOR)


def panel(editor: Editor) -> Locator:
    shown = editor.page.locator(PANEL)
    if not shown.is_visible():
        editor.page.locator("[data-side-panel-toggle='followers']").click()
    return shown


def test_the_panel_says_what_followers_would_read_as_it_is_typed(publisher: Editor, reader: Page) -> None:
    job, follower = "Slate Roofer", "panel@mail.example.net"
    follow(reader, job, follower)
    publisher.edit(job)
    beside = panel(publisher)
    expect(beside).to_contain_text("1 person follows this posting")
    expect(beside).to_contain_text("nothing that the public can see is different")
    publisher.page.locator("#id_salary_maximum").fill("47.50")
    expect(beside).to_contain_text("Publishing tells 1 follower")
    expect(beside).to_contain_text("47.50 an hour")
    publisher.page.get_by_label("Minor change: tell nobody").check()
    expect(beside).to_contain_text("it is marked as a minor change")
    publisher.page.get_by_label("Minor change: tell nobody").uncheck()
    publisher.page.locator("#id_salary_minimum").fill("99")
    expect(beside).to_contain_text("Not compared, because it is empty or mistaken")
    # nothing of this was published
    open_job(reader, job)
    expect(reader.locator("main")).not_to_contain_text("47.50")


def test_news_can_be_changed_recalled_or_told_at_once_while_it_settles(
    publisher: Editor, reader: Page, the_clock: Clock
) -> None:
    job, follower = "Shop Manager, Harbourside", "settles@mail.example.net"
    at = f"{job} at Halfmoon Bakery Cooperative"
    follow(reader, job, follower)

    publisher.edit(job)
    publisher.page.locator("#id_salary_maximum").fill("36600")
    publisher.page.locator("#id_change_note").fill("A tipping error.")
    publisher.publish()
    publisher.edit(job)
    expect(panel(publisher)).to_contain_text("1 follower will be told at")
    panel(publisher).get_by_role("link", name="Edit the note").click()
    publisher.page.get_by_label("What should followers read about this?").fill("We raised it.")
    publisher.page.get_by_role("button", name="Save the note").click()
    expect(panel(publisher)).to_contain_text("We raised it.")
    the_clock.go_on_until_told(reader, follower, f"Pay raised: {at}")
    mail = open_mail(reader, recipient=follower, subject=f"Pay raised: {at}")
    expect(mail.locator("body")).to_contain_text("We raised it.")
    expect(mail.locator("body")).not_to_contain_text("tipping")

    publisher.edit(job)
    publisher.page.locator("#id_salary_maximum").fill("36700")
    publisher.page.locator("#id_change_note").fill("Nobody will read this.")
    publisher.publish()
    publisher.edit(job)
    expect(panel(publisher)).to_contain_text("1 follower will be told at")
    panel(publisher).get_by_role("link", name="Tell nobody").click()
    publisher.confirm("Yes, tell nobody")
    publisher.said("Nobody is told")
    the_clock.go_on(SETTLING)

    publisher.edit(job)
    publisher.page.locator("#id_title").fill("Shop Manager, Quayside")
    publisher.page.locator("#id_change_note").fill("The street has a new name.")
    publisher.publish()
    publisher.edit("Shop Manager, Quayside")
    panel(publisher).get_by_role("link", name="Tell them now").click()
    publisher.confirm("Yes, tell them now")
    renamed = "Shop Manager, Quayside at Halfmoon Bakery Cooperative"
    wait_for_mail(reader, recipient=follower, subject=f"Title changed: {renamed}")
    assert subjects(reader, recipient=follower) == [
        f"Title changed: {renamed}",
        f"Pay raised: {at}",
        f"Confirm: follow {at}",
    ]
    publisher.page.goto(publisher.page.url.replace("/edit/", "/history/"))
    history = publisher.page.locator("main")
    for done in ("Tell followers now", "Tell nobody", "Edit the note"):
        expect(history).to_contain_text(done)


def test_publishing_without_a_note_asks_once(publisher: Editor, reader: Page) -> None:
    job = "Timetable Planner"
    follow(reader, job, "noteless@mail.example.net")
    publisher.edit(job)
    publisher.page.locator("#id_salary_maximum").fill("42000")
    publisher.choose("Publish")
    expect(publisher.page.get_by_role("heading", name="Publish without a note?")).to_be_visible()
    expect(publisher.page.locator("#id_salary_maximum")).to_have_value("42000")
    publisher.page.get_by_role("button", name="Publish without a note").click()
    publisher.said("published")


def test_many_are_closed_at_once_and_it_is_said_before_who_is_told(
    publisher: Editor, reader: Page, the_clock: Clock
) -> None:
    jobs = ("Deckhand, Winter Timetable", "Second Engineer, MV Sandpiper")
    follower = "bulk@mail.example.net"
    for job in jobs:
        follow(reader, job, follower)
    publisher.page.goto("/admin/jobs/?q=Tidewrack")
    for job in jobs:
        publisher.page.get_by_role("row").filter(has_text=job).get_by_role("checkbox").check()
    publisher.page.get_by_role("link", name="Close the selected postings").click()
    expect(publisher.page.locator("main")).to_contain_text("1 person follows these postings and will be told")
    publisher.page.get_by_label("Filled").check()
    publisher.confirm("Yes, close them")
    publisher.said("2 postings are closed. 1 person is told")
    for job in jobs:
        the_clock.go_on_until_told(reader, follower, f"Closed (filled): {job} at Tidewrack Ferries")
    publisher.page.goto("/admin/jobs/?q=Tidewrack")
    for job in jobs:
        expect(publisher.page.get_by_role("row").filter(has_text=job)).to_contain_text("filled")


def test_two_people_moderate_and_followers_hear_once_it_is_approved(
    author: Editor, publisher: Editor, reader: Page, the_clock: Clock
) -> None:
    job, follower = "Rota Coordinator", "moderated@mail.example.net"
    at = f"{job} at Clementine Care"
    follow(reader, job, follower)

    author.edit(job)
    author.page.locator("#id_salary_maximum").fill("2700")
    expect(panel(author)).to_contain_text("Submitting it tells nobody")
    author.choose("Submit to Publishers’ approval")
    author.said("submitted")
    publisher.edit(job)
    expect(panel(publisher)).to_contain_text("2,700")
    publisher.choose("Request changes")
    dialogue = publisher.page.get_by_role("dialog")
    dialogue.get_by_label("Comment").fill("Please say why.")
    dialogue.get_by_role("button", name="Request changes").click()
    rejected = wait_for_mail(reader, recipient=AUTHOR, subject=f'The page "{job}" has been rejected')
    reader.get_by_role("link", name=rejected).first.click()
    expect(reader.locator("main")).to_contain_text("Please say why.")

    author.edit(job)
    author.page.locator("#id_change_note").fill("The budget has grown.")
    author.choose("Resubmit to Publishers’ approval")
    author.said("submitted")
    the_clock.go_on(SETTLING)
    publisher.edit(job)
    publisher.choose("Approve and Publish")
    the_clock.go_on_until_told(reader, follower, f"Pay raised: {at}")
    mail = open_mail(reader, recipient=follower, subject=f"Pay raised: {at}")
    expect(mail.locator("body")).to_contain_text("The budget has grown.")
    assert subjects(reader, recipient=follower) == [f"Pay raised: {at}", f"Confirm: follow {at}"]


def test_what_is_scheduled_is_published_and_closed_by_the_worker_alone(
    publisher: Editor, reader: Page, the_clock: Clock
) -> None:
    job, follower = "School Librarian", "scheduled@mail.example.net"
    at = f"{job} at Otterbrook School"
    follow(reader, job, follower)
    publisher.edit(job)
    tomorrow = the_clock.now + timedelta(days=1)
    publisher.page.locator("#id_salary_maximum").fill("3710")
    publisher.page.locator("#id_closing_date").fill(f"{tomorrow + timedelta(days=1):%Y-%m-%d}")
    publisher.page.locator("#id_change_note").fill("From tomorrow on.")
    schedule(publisher, tomorrow)
    publisher.choose("Schedule to publish")
    publisher.said("scheduled")
    open_job(reader, job)
    expect(reader.locator("main")).not_to_contain_text("3,710")

    the_clock.go_on(timedelta(days=1, minutes=10))
    wait_until_it_says(reader, "3,710")
    the_clock.go_on_until_told(reader, follower, f"2 changes: {at}")
    mail = open_mail(reader, recipient=follower, subject=f"2 changes: {at}")
    expect(mail.locator("body")).to_contain_text("From tomorrow on.")
    open_job(reader, job)
    the_clock.go_on(timedelta(days=2))
    wait_until_it_says(reader, "Closed")
    the_clock.go_on_until_told(reader, follower, f"Closed (closing date passed): {at}")
    assert subjects(reader, recipient=follower) == [
        f"Closed (closing date passed): {at}",
        f"2 changes: {at}",
        f"Confirm: follow {at}",
    ]


def wait_until_it_says(page: Page, words: str) -> None:
    until = monotonic() + PATIENCE_SECONDS
    while words not in page.locator("main").inner_text():
        assert monotonic() < until, f"{page.url} does not say “{words}”"
        page.reload()


def schedule(editor: Editor, at: datetime) -> None:
    editor.page.locator("[data-side-panel-toggle='status']").click()
    editor.page.get_by_role("button", name="Set schedule").click()
    editor.page.locator("#id_go_live_at").fill(f"{at:%Y-%m-%d %H:%M}")
    editor.page.get_by_role("button", name="Save schedule").press("Enter")  # the calendar may lie on it


def test_an_administrator_finds_out_whether_somebody_was_told(administrator: Editor, reader: Page) -> None:
    job, follower = "Wardrobe Maker, Spring Production", "ledger@mail.example.net"
    follow(reader, job, follower)
    administrator.page.goto("/admin/notifications/person/")
    administrator.page.get_by_label("Address").fill("Ledger@Mail.example.net")
    found = administrator.page.locator("main")
    found.get_by_role("button", name="Search").click()
    expect(found).to_contain_text(job)
    expect(found).to_contain_text(f"Confirm: follow {job}")
    assert "ledger" not in administrator.page.url.lower().replace("/notifications/person/", "")
    administrator.page.goto("/admin/notifications/lookups/")
    expect(administrator.page.locator("main")).to_contain_text(ADMINISTRATOR)


def test_a_posting_is_written_and_published_with_a_note_by_keyboard_alone(publisher: Editor, reader: Page) -> None:
    page = publisher.page
    page.goto("/admin/jobs/choose_parent/")
    keys = Keys(page)
    keys.open("Permanent job")
    page.wait_for_url("**kind=permanent**")
    keys.fill("#id_title", "Bell Ringer")
    keys.press_on("#id_company-chooser [data-chooser-action-choose]", "Enter")
    dialogue = page.get_by_role("dialog")
    expect(dialogue.get_by_role("link", name="Brightwater Instruments")).to_be_visible()
    keys.open("Brightwater Instruments")
    expect(dialogue).to_be_hidden()
    keys.publish()
    publisher.said("published")
    open_job(reader, "Bell Ringer")

    follow(reader, "Bell Ringer", "bells@mail.example.net")
    publisher.edit("Bell Ringer")
    keys.fill("#id_salary_maximum", "30000")
    keys.fill("#id_salary_currency", "EUR")
    keys.fill("#id_change_note", "We forgot to say what we pay.")
    keys.publish()
    publisher.said("published")
