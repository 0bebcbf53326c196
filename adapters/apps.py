"""The adapters as a Django app."""

from datetime import timedelta
from typing import override

from django.apps import AppConfig


class AdaptersConfig(AppConfig):
    name = "adapters"
    verbose_name = "Postings and subscriptions"

    @override
    def ready(self) -> None:
        from adapters import background, daily, limits, outbox, pruning, signals, touched

        signals.subscription_confirmed.connect(
            daily.count_gained, uid="adapters.count_gained", why="Counts the followers that were gained on each day."
        )
        signals.subscription_ended.connect(
            daily.count_lost, uid="adapters.count_lost", why="Counts the followers that were lost on each day."
        )
        background.register("dispatch events", every=timedelta(minutes=1), run=outbox.dispatch_due)
        background.register("prune tasks", every=timedelta(hours=1), run=background.prune_finished)
        background.register("forget addresses", every=timedelta(hours=1), run=pruning.prune_addresses)
        background.register("prune allowances", every=timedelta(hours=6), run=limits.prune)
        background.register("prune public changes", every=timedelta(minutes=20), run=touched.prune)
