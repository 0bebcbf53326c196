"""The adapters as a Django app."""

from datetime import timedelta
from typing import override

from django.apps import AppConfig


class AdaptersConfig(AppConfig):
    name = "adapters"
    verbose_name = "Postings and subscriptions"

    @override
    def ready(self) -> None:
        from django.core.checks import register
        from django.db.backends.signals import connection_created

        from adapters import (
            background,
            checks,
            daily,
            following,
            hourly,
            limits,
            outbox,
            pruning,
            sessions,
            signals,
            touched,
        )
        from adapters.observing import beats

        register(checks.challenge_exists)
        connection_created.connect(sessions.begin, dispatch_uid="adapters.sessions")
        _observe()
        signals.subscription_requested.connect(
            hourly.count_asked, uid="adapters.count_asked", why="Counts the requests to follow in each hour."
        )
        signals.subscription_confirmed.connect(
            hourly.count_confirmed,
            uid="adapters.count_confirmed",
            why="Counts, for the hour of the request, that it was confirmed.",
        )
        signals.subscription_confirmed.connect(
            daily.count_gained, uid="adapters.count_gained", why="Counts the followers that were gained on each day."
        )
        signals.subscription_ended.connect(
            daily.count_lost, uid="adapters.count_lost", why="Counts the followers that were lost on each day."
        )
        background.register(following.SEE_TO, every=timedelta(minutes=5), run=following.see_to)
        background.register("dispatch events", every=timedelta(minutes=1), run=outbox.dispatch_due)
        background.register("prune tasks", every=timedelta(hours=1), run=background.prune_finished)
        background.register("forget addresses", every=timedelta(hours=1), run=pruning.prune_addresses)
        background.register("prune allowances", every=timedelta(hours=6), run=limits.prune)
        background.register("prune hourly counts", every=timedelta(hours=6), run=hourly.prune)
        background.register("prune public changes", every=timedelta(minutes=20), run=touched.prune)
        background.register("forget workers", every=timedelta(hours=1), run=beats.prune)


def _observe() -> None:
    from adapters.observing import exposition, health, standing, tracing

    tracing.start()
    health.register("database", standing.database, is_vital=True)
    health.register("migrations", standing.migrations, is_vital=True)
    health.register("outbox", standing.outbox)
    health.register("workers", standing.workers)
    health.register("jobs", standing.jobs)
    exposition.register("adapters", standing.metrics)
