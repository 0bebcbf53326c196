"""Pictures of every public page, light and dark, on a desk and on a phone."""

from datetime import timedelta
from io import BytesIO
from typing import Final, Literal
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Page, expect

from docs.studio import IMAGES, Studio
from tests.browser.inbox import open_mail, wait_for_mail
from tests.browser.visitor import open_job

PAGES: Final = IMAGES / "pages"
type Scheme = Literal["light", "dark"]

VARIANTS: Final[tuple[tuple[Scheme, int], ...]] = (("light", 1280), ("dark", 1280), ("light", 375), ("dark", 375))
HEIGHT: Final = 900
QUALITY: Final = 60
SILENCE: Final = timedelta(days=366)
READER: Final = "zora@mail.example.org"


def take(studio: Studio, *, open_posting: str, closed: str, retired: str, follower: str, mail: str) -> None:
    """The titles of three public postings of the demo, of which the last one is taken down, and the subject of a mail that somebody got."""
    PAGES.mkdir(exist_ok=True)
    with studio.visitor() as page:
        job = urlsplit(open_job(page, open_posting)).path
        company = page.locator("a[href^='/companies/']").first.get_attribute("href") or ""
        category = page.locator("a[href^='/categories/']").first.get_attribute("href") or ""
        gone = urlsplit(open_job(page, retired)).path
        with studio.at_the_desk("publisher") as publisher:
            publisher.edit(retired)
            publisher.choose("Unpublish")
            publisher.confirm("Yes, unpublish it")
        for name, address in {
            "list": "/jobs/",
            "list-in-german": "/de/jobs/",
            "found": "/jobs/?q=data&workplace=remote",
            "nothing-found": "/jobs/?q=lighthouse+baker&workplace=remote",
            "company": company,
            "category": category,
            "job": job,
            "job-in-german": f"/de{job}",
            "closed": f"/jobs/{'-'.join(closed.lower().split())}/",
            "gone": gone,
            "not-found": "/nothing-here/",
            "link-too-old": "/subscriptions/confirm/nothing/",
        }.items():
            page.goto(address)
            shoot(page, name)
        following(page, open_posting)
        following_a_search(page)
        all_that_is_followed(page)
        leaving(page, recipient=follower, subject=mail)
        studio.wait(SILENCE)
        still_interested(page)


def following(page: Page, job: str) -> None:
    """From a mistyped address to the end of it."""
    open_job(page, job)
    page.get_by_label("Your e-mail address").fill("zora@mail")
    page.get_by_role("button", name="Follow").click()
    expect(page.locator("[aria-invalid='true']")).to_be_visible()
    shoot(page, "follow-mistyped")
    page.get_by_label("Your e-mail address").fill(READER)
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(job)
    shoot(page, "follow-sent")
    asked = wait_for_mail(page, recipient=READER, subject="Confirm: follow")
    mail = open_mail(page, recipient=READER, subject=asked)
    mail.get_by_role("link", name="Yes, follow this job").click()
    shoot(page, "confirm")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You follow it now")
    shoot(page, "confirmed")


def following_a_search(page: Page) -> None:
    page.goto("/jobs/?q=data&workplace=remote")
    page.get_by_role("link", name="Mail me new jobs like these").click()
    shoot(page, "follow-a-search")
    page.get_by_label("Your e-mail address").fill(READER)
    page.get_by_role("button", name="Follow").click()
    asked = wait_for_mail(page, recipient=READER, subject="Confirm: follow jobs")
    open_mail(page, recipient=READER, subject=asked).get_by_role("link", name="Yes, follow this search").click()
    shoot(page, "confirm-a-search")


def all_that_is_followed(page: Page) -> None:
    page.goto("/jobs/")
    page.get_by_role("link", name="What do I follow?").click()
    shoot(page, "sign-in")
    page.get_by_label("Your e-mail address").fill(READER)
    page.get_by_role("button", name="Send me the link").click()
    mail = open_mail(page, recipient=READER, subject="What you follow")
    mail.get_by_role("link", name="See what I follow").click()
    page.get_by_text("When, and a pause").first.click()
    shoot(page, "followed")
    page.get_by_role("link", name="Get all this at another address").click()
    shoot(page, "another-address")
    page.get_by_role("link", name="Back to what I follow").click()
    page.get_by_role("link", name="Have everything erased").click()
    shoot(page, "erase")


def leaving(page: Page, *, recipient: str, subject: str) -> None:
    """By the foot of a mail."""
    open_mail(page, recipient=recipient, subject=subject).get_by_role("link", name="Stop following this job").click()
    shoot(page, "leave")
    page.get_by_role("button", name="Stop following").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("no longer follow")
    shoot(page, "left")


def still_interested(page: Page) -> None:
    """Asked after a year."""
    question = "Are you still interested in what you follow?"
    for link, name in {
        "Yes, keep on": "keep",
        "No, stop all of this": "leave-all",
        "All that you follow": "followed-asked",
    }.items():
        open_mail(page, recipient=READER, subject=question).get_by_role("link", name=link).click()
        shoot(page, name)


def shoot(page: Page, name: str) -> None:
    """What the page shows, in all variants, from top to bottom."""
    for scheme, width in VARIANTS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": HEIGHT})
        picture = Image.open(BytesIO(page.screenshot(full_page=True)))
        picture.convert("RGB").save(PAGES / f"{name}-{width}-{scheme}.webp", quality=QUALITY, method=6)
    scheme, width = VARIANTS[0]
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": HEIGHT})
