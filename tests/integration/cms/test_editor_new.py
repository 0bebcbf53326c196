"""A new posting begins with a choice; a copy of an earlier one tells nobody."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from cms.models import JobPage
from tests.integration.cms import keyboard
from tests.integration.cms.factories import live, make_company, make_job, make_user, nothing_heard, the_board
from tests.integration.cms.keyboard import text

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def add(query: str = "") -> str:
    return reverse("wagtailadmin_pages:add", args=["cms", "jobpage", the_board().pk]) + query


def test_wagtails_button_leads_to_the_choice(editor: Client) -> None:
    answer = editor.get(reverse("wagtailadmin_pages:add_subpage", args=[the_board().pk]), follow=True)
    page = answer.content.decode()
    for kind in ("permanent", "contract", "internship", "blank"):
        assert f'href="{add()}?kind={kind}"' in page
    assert reverse("cms_editor:choose_earlier", args=[the_board().pk]) in page


def test_the_choice_leads_back_to_where_one_came_from(editor: Client) -> None:
    assert f"{add()}?kind=blank&amp;next=%2Fadmin%2F" in text(editor, add("?next=/admin/"))


@pytest.mark.parametrize(
    ("kind", "employment", "heading"),
    [
        ("permanent", ["FULL_TIME"], "What we offer"),
        ("contract", ["CONTRACTOR"], "Duration and terms"),
        ("internship", ["INTERN"], "What you will learn"),
        ("blank", [], None),
    ],
)
def test_the_kind_fills_in_the_form(editor: Client, kind: str, employment: list[str], heading: str | None) -> None:
    form = keyboard.filled_in(editor, add(f"?kind={kind}"), "", {})
    assert form.getlist("employment_types") == employment
    description = str(form["description"])
    assert heading is None or f'"{heading}"' in description
    assert ("header-three" in description) is (heading is not None)


def test_it_is_stored_like_any_other(editor: Client) -> None:
    company = str(make_company("Bread & Sons").pk)
    values: dict[str, str | list[str]] = {"title": "Baker", "slug": "baker", "company": company}
    keyboard.send(editor, add("?kind=internship"), add(), keyboard.SAVE, values)
    job = keyboard.created()
    assert job.employment_types == ["INTERN"]
    assert "<h3" in job.description
    assert "What you will learn" in job.description


def test_an_unknown_kind_is_not_found(editor: Client) -> None:
    assert editor.get(add("?kind=slavery")).status_code == HTTPStatus.NOT_FOUND


def test_only_who_may_add_is_asked(editor: Client) -> None:
    stranger = Client()
    stranger.force_login(make_user())
    for address in (add(), add("?kind=blank"), reverse("cms_editor:choose_earlier", args=[the_board().pk])):
        assert editor.get(address).status_code == HTTPStatus.OK
        for client in (Client(), stranger):
            assert client.get(address).headers["Location"].startswith("/admin/login/")


def test_earlier_postings_are_found_by_title_and_company(editor: Client) -> None:
    make_job("Baker"), make_job("Cook", company=make_company("Levain"), published=False)
    address = reverse("cms_editor:choose_earlier", args=[the_board().pk])
    titles = [job.title for job in editor.get(address).context["postings"]]
    assert sorted(titles) == ["Baker", "Cook"]
    for wanted, found in (("bak", ["Baker"]), ("levain", ["Cook"]), ("nobody", [])):
        assert [job.title for job in editor.get(address, {"q": wanted}).context["postings"]] == found
    assert editor.get(address, {"page": "99"}).status_code == HTTPStatus.NOT_FOUND


def test_a_copy_is_a_draft_and_tells_nobody(editor: Client) -> None:
    job = make_job()
    JobPage.objects.filter(pk=job.pk).update(change_note="A step up.")
    address = reverse("wagtailadmin_pages:copy", args=[job.pk])
    assert address in text(editor, reverse("cms_editor:choose_earlier", args=[the_board().pk]))
    form = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": str(the_board().pk)}
    with nothing_heard():
        assert editor.post(address, form).status_code == HTTPStatus.FOUND
    copy = keyboard.created("Copy")
    assert not copy.live
    assert copy.posting_id != live(job).posting_id
    assert copy.change_note == ""


def test_the_form_is_in_groups(editor: Client) -> None:
    page = text(editor, add("?kind=blank"))
    places = [
        page.index(f'id="panel-child-content-{group}-heading"') for group in ("job", "place", "pay", "apply", "dates")
    ]
    assert places == sorted(places)
