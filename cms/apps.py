"""The editors' side as a Django app."""

from __future__ import annotations

from datetime import timedelta
from typing import override

from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Jobs"

    @override
    def ready(self) -> None:
        from adapters import background, searching
        from cms import bridge, former_addresses, former_slugs, reconcile, redirects, scheduling, touching
        from cms.admin import account, choosers, noted
        from cms.desk import remembered
        from cms.editor import likeness
        from cms.models import Category, Company
        from cms.searching import ListOfJobs
        from cms.signin import heard, links, tidying

        searching.serve(ListOfJobs())
        bridge.connect()
        touching.connect()
        former_addresses.connect()
        former_slugs.connect()
        redirects.write_in_parts()
        remembered.forget_when_changed(Category, Company)
        likeness.keep_when_saved()
        heard.connect()
        noted.connect()
        background.register(links.JOB, every=timedelta(minutes=5), run=links.send)
        background.register("forget sign-ins", every=timedelta(hours=1), run=tidying.forget)
        choosers.start_without_scripts()
        account.take_no_pictures()
        background.register("publish scheduled", every=timedelta(minutes=1), run=scheduling.publish_scheduled)
        background.register("close expired", every=timedelta(seconds=30), run=reconcile.close_expired)
        background.register("reconcile", every=timedelta(minutes=10), run=reconcile.reconcile)
