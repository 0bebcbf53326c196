"""Renews the pictures in docs/images: `uv run python -m docs.screenshots`. Those in `pages` show each public page in four variants.

Starts a demo in a temporary folder, lets some days pass on it in which people follow and postings change, and takes the pictures.
"""

import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from playwright.sync_api import Locator, Page, expect

from docs import pages
from docs.studio import IMAGES, Studio
from tests.browser import chromium, demo
from tests.browser.editor import Editor
from tests.browser.inbox import open_mail
from tests.browser.visitor import follow, open_job

SETTLING: Final = timedelta(minutes=5)
A_DAY: Final = timedelta(days=1)

JOB: Final = "Actuary, Small Farms"
AT: Final = f"{JOB} at Sundial Mutual"
RESEARCHER: Final = "Accessibility Researcher"
PHARMACIST: Final = "Hospital Pharmacist"
LIBRARIAN: Final = "School Librarian"
PLANNER: Final = "Timetable Planner"
ENGINEER: Final = "Second Engineer, MV Sandpiper"
WRITER: Final = "Passenger Information Writer"
DECKHAND: Final = "Deckhand, Winter Timetable"
FERRIES: Final = "Tidewrack Ferries"
FOLLOWER: Final = "hana"
DAYS: Final = (
    (("ines", JOB), ("jona", PHARMACIST)),
    (("kofi", PHARMACIST), ("lena", ENGINEER), ("mats", PLANNER)),
    (("noor", LIBRARIAN),),
    (("otto", ENGINEER), ("pilar", WRITER), ("quinn", JOB)),
    (("rosa", ENGINEER), ("sven", JOB)),
    (("tove", JOB), ("uma", WRITER), ("vito", PLANNER)),
)
"""Who begins to follow what, day by day."""


def main() -> None:
    path = chromium.executable()
    if path is None:
        sys.exit("There is no Chromium: apt-get install chromium, or uv run playwright install chromium.")
    IMAGES.mkdir(exist_ok=True)
    settling = str(int(SETTLING.total_seconds()))
    with (
        tempfile.TemporaryDirectory() as folder,
        demo.running(Path(folder), SETTLING_TIME=settling) as address,
        chromium.launched(path) as browser,
    ):
        studio = Studio(browser, address, Path(folder))
        days_pass(studio)
        board(studio)
        writing(studio)
        mail(studio)
        job(studio)
        question(studio)
        desk(studio)
        notification(studio)
        pages.take(
            studio,
            open_posting=JOB,
            closed=PHARMACIST,
            retired=WRITER,
            follower=address_of(FOLLOWER),
            mail=f"2 changes: {AT}",
        )


def days_pass(studio: Studio) -> None:
    with studio.visitor() as reader, studio.at_the_desk("publisher") as publisher:
        for day, followers in enumerate(DAYS):
            for name, job in followers:
                follow(reader, job, address_of(name))
            if day == len(DAYS) // 2:
                news_is_told(studio, reader, publisher)
            studio.wait(A_DAY)
        schedule(publisher, PLANNER, at=studio.now + 3 * A_DAY)
    with studio.at_the_desk("editor") as editor:
        editor.edit(LIBRARIAN)
        editor.page.locator("#id_salary_maximum").fill("3700")
        editor.choose("Submit to Publishers’ approval")
        editor.said("submitted")


def news_is_told(studio: Studio, reader: Page, publisher: Editor) -> None:
    page = publisher.page
    publisher.edit(RESEARCHER)
    page.locator("#id_salary_maximum").fill("540")
    page.locator("#id_change_note").fill("We have more for this work than we thought.")
    publisher.publish()
    publisher.edit(PHARMACIST)
    publisher.choose("Close…")
    page.get_by_label("Filled").check()
    publisher.confirm("Yes, close it")
    publisher.said("is closed")
    studio.wait(SETTLING)
    told = open_mail(reader, recipient=address_of("bo"), subject=f"Pay raised: {RESEARCHER} at Paperboat Studio")
    told.get_by_role("link", name="Stop following this job").click()
    reader.get_by_role("button", name="Stop following").click()
    expect(reader.get_by_role("heading", level=1)).to_contain_text("no longer follow")


def schedule(publisher: Editor, job: str, *, at: datetime) -> None:
    page = publisher.page
    publisher.edit(job)
    toggle(page, "status")
    page.get_by_role("button", name="Set schedule").click()
    page.locator("#id_go_live_at").fill(f"{at:%Y-%m-%d %H:%M}")
    # the calendar may cover it
    page.get_by_role("button", name="Save schedule").press("Enter")
    page.locator("#id_salary_maximum").fill("42500")
    page.locator("#id_change_note").fill("From next month the top of the range is higher.")
    publisher.choose("Schedule to publish")
    publisher.said("scheduled")


def board(studio: Studio) -> None:
    with studio.visitor() as page:
        page.goto("/jobs/")
        page.screenshot(path=IMAGES / "board.png")


def writing(studio: Studio) -> None:
    """What is different and who would be told; the mail; and what waits after it was published."""
    with studio.at_the_desk("publisher") as publisher:
        page = publisher.page
        publisher.edit(JOB)
        closing = studio.now + timedelta(days=40)
        page.locator("#id_closing_date").fill(f"{closing:%Y-%m-%d}")
        page.locator("#id_salary_maximum").fill("92000")
        page.locator("#id_change_note").fill("The board has raised the top of the range; the work is the same.")
        expect(panel(page, "followers")).to_contain_text("92,000")
        page.locator("#id_salary_maximum").evaluate("field => field.scrollIntoView({block: 'center'})")
        page.screenshot(path=IMAGES / "editor.png")
        panel(page, "preview").get_by_label("Preview mode").select_option(label="Mail to followers")
        expect(page.frame_locator("iframe[src*='mode=mail&']").locator("h1")).to_contain_text(
            "2 changes", timeout=20_000
        )
        page.screenshot(path=IMAGES / "mail-preview.png")
        publisher.publish()
        publisher.edit(JOB)
        expect(panel(page, "followers")).to_contain_text("will be told at")
        page.screenshot(path=IMAGES / "pending.png")
    studio.wait(SETTLING)


def mail(studio: Studio) -> None:
    with studio.visitor(width=760, height=620) as page:
        open_mail(page, recipient=address_of(FOLLOWER), subject=f"2 changes: {AT}")
        page.goto(f"{page.url}html/")
        page.screenshot(path=IMAGES / "mail.png", full_page=True)


def job(studio: Studio) -> None:
    """What has happened to it, as everybody can see."""
    with studio.visitor(height=900) as page:
        open_job(page, JOB)
        history = page.get_by_role("heading", name="What has happened")
        history.evaluate("heading => heading.scrollIntoView({behavior: 'instant', block: 'center'})")
        page.screenshot(path=IMAGES / "job.png")


def question(studio: Studio) -> None:
    with studio.at_the_desk("publisher", height=700) as publisher:
        publisher.edit(RESEARCHER)
        publisher.page.locator("#id_salary_maximum").fill("560")
        publisher.choose("Publish")
        expect(publisher.page.get_by_role("heading", name="Publish without a note?")).to_be_visible()
        expect(publisher.page.get_by_text("Saving…")).to_be_hidden()
        publisher.page.screenshot(path=IMAGES / "question.png")


def desk(studio: Studio) -> None:
    with studio.at_the_desk("publisher") as publisher:
        page = publisher.page
        page.screenshot(path=IMAGES / "dashboard.png")
        page.goto("/admin/jobs/?ordering=-followers")
        page.screenshot(path=IMAGES / "jobs.png")
        page.goto(f"/admin/jobs/?q={FERRIES}")
        for job in (ENGINEER, WRITER, PLANNER, DECKHAND):
            page.get_by_role("row").filter(has_text=job).get_by_role("checkbox").check()
        page.get_by_role("link", name="Close the selected postings").click()
        page.get_by_label("Withdrawn").check()
        page.screenshot(path=IMAGES / "close.png")


def notification(studio: Studio) -> None:
    with studio.at_the_desk("publisher", height=1150) as publisher:
        page = publisher.page
        page.goto("/admin/notifications/")
        page.get_by_role("link", name=f"2 changes: {AT}").click()
        expect(page.frame_locator("iframe").locator("h1")).to_be_visible()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=IMAGES / "notification.png")


def panel(page: Page, name: str) -> Locator:
    """One of those beside the form, opened if it is not."""
    shown = page.locator(f"[data-side-panel='{name}']")
    if not shown.is_visible():
        toggle(page, name)
    return shown


def toggle(page: Page, name: str) -> None:
    page.locator(f"[data-side-panel-toggle='{name}']").click()


def address_of(name: str) -> str:
    return f"{name}@mail.example.org"


if __name__ == "__main__":
    main()
