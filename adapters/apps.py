"""The adapters as a Django app."""

from datetime import timedelta
from typing import override

from django.apps import AppConfig


class AdaptersConfig(AppConfig):
    name = "adapters"
    verbose_name = "Postings and subscriptions"

    @override
    def ready(self) -> None:
        from adapters import background, outbox, pruning

        background.register("dispatch events", every=timedelta(minutes=1), run=outbox.dispatch_due)
        background.register("prune tasks", every=timedelta(hours=1), run=background.prune_finished)
        background.register("forget addresses", every=timedelta(hours=1), run=pruning.prune_addresses)
