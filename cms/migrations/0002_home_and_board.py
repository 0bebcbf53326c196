"""Wagtail's welcome page becomes the root of the site, with the board below it."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone


def plant(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    ContentType = apps.get_model("contenttypes", "ContentType")
    HomePage = apps.get_model("cms", "HomePage")
    JobIndexPage = apps.get_model("cms", "JobIndexPage")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")

    site = Site.objects.filter(is_default_site=True).select_related("root_page__content_type").first()
    if site is None or site.root_page.content_type.model != "page" or site.root_page.numchild:
        return  # somebody has begun a site of their own
    now = timezone.now()
    home_type, _ = ContentType.objects.get_or_create(app_label="cms", model="homepage")
    columns = {field.attname: getattr(site.root_page, field.attname) for field in Page._meta.concrete_fields}
    home = HomePage(page_ptr_id=site.root_page_id, **columns)
    home.title = home.draft_title = "Home"
    home.slug, home.url_path = "home", "/home/"
    home.content_type_id, home.numchild = home_type.pk, 1
    home.first_published_at = home.last_published_at = now
    home.save()

    board_type, _ = ContentType.objects.get_or_create(app_label="cms", model="jobindexpage")
    JobIndexPage.objects.create(
        title="Open jobs",
        draft_title="Open jobs",
        intro=(
            "Every job here can be followed: leave your e-mail address, and hear when the pay, the place or the closing "
            "date changes."
        ),
        slug="jobs",
        path=f"{home.path}0001",
        depth=home.depth + 1,
        url_path=f"{home.url_path}jobs/",
        content_type_id=board_type.pk,
        locale_id=home.locale_id,
        show_in_menus=True,
        first_published_at=now,
        last_published_at=now,
    )


def uproot(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    ContentType = apps.get_model("contenttypes", "ContentType")
    HomePage = apps.get_model("cms", "HomePage")
    Page = apps.get_model("wagtailcore", "Page")

    page_type, _ = ContentType.objects.get_or_create(app_label="wagtailcore", model="page")
    for home in HomePage.objects.all():
        Page.objects.filter(path__startswith=home.path, depth__gt=home.depth).delete()
        Page.objects.filter(pk=home.pk).update(content_type_id=page_type.pk, numchild=0)
        home.delete(keep_parents=True)


class Migration(migrations.Migration):
    dependencies = [("cms", "0001_initial")]

    operations = [migrations.RunPython(plant, uproot)]
