"""Who may do what at the desk: as Wagtail says, though the list asks the database for all of it at once."""

from __future__ import annotations

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.utils import timezone
from wagtail.models import GroupPagePermission, PagePermissionTester

from cms.models import JobPage
from tests.integration.cms import keyboard
from tests.integration.cms.desk import JOBS, rows
from tests.integration.cms.factories import live, make_editor, make_job, make_publisher, make_user, the_board
from tests.integration.cms.keyboard import SUBMIT, text

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_what_editors_may_delete_is_as_wagtail_says() -> None:
    owner = make_editor()
    public, draft = make_job("Public"), make_job("Draft", published=False)
    mine = make_job("Mine", published=False)
    JobPage.objects.filter(pk=mine.pk).update(owner=owner)
    for user in (owner, make_editor(), make_publisher(), people_who_may("add"), people_who_may("add", "publish")):
        for job in (public, draft, mine):
            page, wagtails = live(job), PagePermissionTester(user, live(job))
            assert page.permissions_for_user(user).can_delete() == wagtails.can_delete(), (user, job)
            assert page.permissions_for_user(user).can_move() == wagtails.can_move(), (user, job)


def people_who_may(*actions: str) -> User:
    """Somebody with these rights to the board and no others."""
    group = Group.objects.create(name=" and ".join(actions))
    for action in actions:
        right = Permission.objects.get(codename=f"{action}_page", content_type__app_label="wagtailcore")
        GroupPagePermission.objects.create(group=group, page=the_board(), permission=right)
    return make_user(group.name)


def test_rights_of_ones_own_and_of_groups_count_alike() -> None:
    user = make_user("Editors")
    user.user_permissions.add(Permission.objects.get(codename="delete_company"))
    client = Client()
    client.force_login(user)
    seen = client.get(JOBS).wsgi_request.user
    assert isinstance(seen, User)
    assert seen.has_perms(["cms.delete_company", "cms.add_company", "wagtailadmin.access_admin"])
    assert not seen.has_perm("auth.change_user")
    assert seen.get_all_permissions() == ModelBackend().get_all_permissions(User.objects.get(pk=user.pk))
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(JOBS).headers["Location"].startswith("/admin/login/")


def test_what_waits_for_moderation_is_locked_for_editors_in_the_list_too(editor: Client, publisher: Client) -> None:
    job = make_job()
    assert keyboard.address("close", job) in text(publisher, JOBS)
    JobPage.objects.filter(pk=job.pk).update(locked=True, locked_by=make_publisher(), locked_at=timezone.now())
    keyboard.edit(editor, make_job("Waiting"), SUBMIT)
    page = text(publisher, JOBS)
    assert keyboard.address("close", job) not in page
    assert len(rows(publisher)) == 2


def test_who_has_rights_elsewhere_sees_no_postings() -> None:
    make_job()
    client = Client()
    client.force_login(make_user())
    assert client.get(JOBS).status_code == 302
