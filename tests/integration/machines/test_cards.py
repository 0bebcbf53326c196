"""The picture that is shown where a posting's address is shared."""

from __future__ import annotations

import re
from io import BytesIO
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image

from cms.actions import CloseJobAction
from cms.models import JobPage
from cms.sharing import views
from cms.sharing.card import FINE, HEIGHT, RIGHT, TITLE_LINES, TITLE_SIZES, WIDTH, Card, png
from cms.sharing.lettering import Weight, fitted
from tests.integration.cms.factories import live, make_job

pytestmark = [pytest.mark.integration]

LONG = (
    "Senior Environmental Engineer, Bureau of Wastewater Treatment, Division of Process Control and Long Term Planning"
)
LONG_WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzbeauftragte"


def drawn(title: str, *facts: str, company: str = "Bread & Sons") -> Image.Image:
    picture = Image.open(BytesIO(png(Card(title=title, company=company, facts=facts, board="Jobs"))))
    assert picture.size == (WIDTH, HEIGHT)
    return picture.convert("RGB")


def ink_beyond(picture: Image.Image, left: int) -> bool:
    """Whether there is light text right of that column, above the thread."""
    part = picture.crop((left, 0, WIDTH, HEIGHT - 190))
    return any(min(colour) > 200 for _, colour in part.getcolors(1 << 20) or [] if isinstance(colour, tuple))


@pytest.mark.parametrize("title", ["Baker", LONG, LONG_WORD, "W" * 255, "🎉", ""])
def test_any_title_stays_within_the_picture(title: str) -> None:
    picture = drawn(title, "Ghent, Belgium", "€3,000–3,400 a month", "Closes 23 December 2026")
    assert not ink_beyond(picture, RIGHT + 4)


def test_different_texts_make_different_pictures() -> None:
    assert png(Card(title="A", company="", facts=(), board="")) != png(Card(title="B", company="", facts=(), board=""))


@pytest.mark.parametrize("text", ["Größe, Straße, Öl", "Łódź Žižkov Ţară ğış", "Ελληνικά", "Українська"])
def test_letters_of_european_languages_are_written(text: str) -> None:
    assert fitted(text, weight=Weight.BOLD, sizes=[40], width=2000, lines=1).lines == (text,)


def test_letters_that_no_font_has_are_left_out() -> None:
    assert fitted("Cook 東京 🎉 tea\x00m", weight=Weight.BOLD, sizes=[40], width=2000, lines=1).lines == ("Cook tea m",)


@pytest.mark.parametrize("title", ["株式会社の経理担当", "مهندس برمجيات", "วิศวกรซอฟต์แวร์"])
def test_a_title_that_no_font_can_write_leaves_the_picture_of_the_board(title: str) -> None:
    card = Card(title=title, company="東京ソフト", facts=("東京", "Closes 3 March 2026"), board="Jobs")
    assert png(card) == png(Card(title="Jobs", company="", facts=("Closes 3 March 2026",), board=""))


def test_a_long_title_is_written_smaller_and_then_cut() -> None:
    sizes = [size * FINE for size in TITLE_SIZES]
    short = fitted("Baker", weight=Weight.BOLD, sizes=sizes, width=1880, lines=TITLE_LINES)
    longer = fitted(LONG, weight=Weight.BOLD, sizes=sizes, width=1880, lines=TITLE_LINES)
    assert short.font.size == sizes[0]
    assert longer.font.size < short.font.size
    assert len(longer.lines) == TITLE_LINES
    assert longer.lines[-1].endswith("…")
    assert all(longer.font.getlength(line) <= 1880 for line in longer.lines)


@pytest.mark.django_db
class TestAddress:
    def test_a_picture_of_a_posting(self) -> None:
        job = make_job()
        response = Client().get(f"/cards/{job.posting_id}.png")
        assert response.headers["Content-Type"] == "image/png"
        assert Image.open(BytesIO(response.content)).size == (WIDTH, HEIGHT)
        etag = response.headers["ETag"]
        assert Client().get(f"/cards/{job.posting_id}.png", headers={"If-None-Match": etag}).status_code == 304

    def test_its_address_is_another_one_when_the_picture_is(self) -> None:
        def address() -> str:
            found = re.search(r'property="og:image" content="([^"]+)"', Client().get("/jobs/baker/").content.decode())
            assert found is not None
            return found[1]

        job = make_job()
        before = address()
        assert address() == before
        assert Client().get(before.removeprefix("http://testserver")).status_code == 200
        job.title = "Head baker"
        job.save_revision().publish()
        assert address() != before

    def test_it_changes_with_the_posting(self) -> None:
        job = make_job()
        address = f"/cards/{job.posting_id}.png"
        seen = {Client().get(address).content, Client().get(f"/de{address}").content}
        job.title = "Head baker"
        job.save_revision().publish()
        seen.add(Client().get(address).content)
        CloseJobAction(page=live(job), reason=JobPage.ClosedReason.FILLED).execute()
        seen.add(Client().get(address).content)
        assert len(seen) == 4

    def test_what_cannot_be_read_has_none(self) -> None:
        draft = make_job(published=False)
        assert Client().get(f"/cards/{draft.posting_id}.png").status_code == 404
        assert Client().get(f"/cards/{uuid4()}.png").status_code == 404


@pytest.mark.django_db
def test_it_is_drawn_once_whatever_comes_with_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Card] = []

    def noted(card: Card) -> bytes:
        drawn.append(card)
        return png(card)

    monkeypatch.setattr(views, "png", noted)
    address = f"/cards/{make_job().posting_id}.png"
    somebody = Client()
    somebody.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
    assert somebody.head(address).status_code == 200
    pictures = {somebody.get(address).content, Client().get(address).content}
    for number in range(3):
        pictures.add(Client().get(f"{address}?x={number}").content)
        pictures.add(Client().get(f"{address}?v={number}").content)
        somebody.cookies[settings.SESSION_COOKIE_NAME] = f"{number}" * 32
        pictures.add(somebody.get(f"{address}?x={number}").content)
    assert len(pictures) == len(drawn) == 1
