"""The notifications as a Django app: who listens to what, and what the worker does."""

from datetime import timedelta
from pathlib import Path
from typing import override

from django.apps import AppConfig, apps
from django.conf import settings


class NotificationsConfig(AppConfig):
    name = "notifications"

    @override
    def ready(self) -> None:
        from adapters import newsroom
        from notifications import checks
        from notifications.newsroom import DjangoNewsroom

        newsroom.serve(DjangoNewsroom())
        checks.register_all()
        self._listen()
        self._work()
        self._observe()

    def _observe(self) -> None:
        from adapters.observing import exposition, health
        from notifications import standing

        health.register("mail", standing.mail)
        health.register("delivery", standing.delivery)
        exposition.register("notifications", standing.metrics)

    def _work(self) -> None:
        from adapters import background
        from notifications import (
            announcing,
            asking,
            daily,
            digests,
            fan_out,
            farewell,
            lookups,
            maildir,
            pruning,
            resending,
            sending,
        )
        from notifications.alerts import followed, matching, telling
        from notifications.preferences import moving, signing_in

        background.register(announcing.FAN_OUT, every=timedelta(minutes=1), run=fan_out.fan_out_due)
        background.register(telling.PREPARE, every=timedelta(minutes=30), run=digests.prepare_due)
        background.register(farewell.LET_GO, every=timedelta(hours=6), run=farewell.let_go_due)
        background.register(asking.ASK, every=timedelta(hours=1), run=asking.ask_due)
        background.register(announcing.SEND, every=timedelta(minutes=1), run=sending.sweep)
        background.register(resending.RESEND, every=timedelta(minutes=15), run=resending.resend_due)
        background.register(signing_in.SEND_LINKS, every=timedelta(hours=6), run=signing_in.send_links)
        background.register("prune changes of address", every=timedelta(hours=6), run=moving.prune)
        background.register("prune deliveries", every=timedelta(hours=1), run=pruning.prune_deliveries)
        background.register(followed.INDEX, every=timedelta(hours=1), run=followed.index_due)
        background.register(followed.PRUNE, every=timedelta(hours=6), run=followed.prune)
        background.register("prune search matches", every=timedelta(hours=6), run=matching.prune)
        background.register("prune look-ups", every=timedelta(hours=1), run=lookups.prune)
        background.register("count mails", every=timedelta(minutes=10), run=daily.count_mails)
        if settings.BOUNCES_MAILDIR:
            folder = Path(settings.BOUNCES_MAILDIR)
            background.register("read bounces", every=timedelta(minutes=1), run=lambda: maildir.read(folder))

    def _listen(self) -> None:
        from adapters import signals
        from notifications import digests, handlers, interest
        from notifications.alerts import matching

        signals.subscription_requested.connect(
            handlers.ask_to_confirm,
            uid="notifications.ask_to_confirm",
            why="Sends the mail with which the owner of the address confirms.",
        )
        signals.subscription_confirmed.connect(
            handlers.tell_company_of_follower,
            uid="notifications.tell_company_of_follower",
            why="Tells the company that one more person follows its posting.",
        )
        signals.subscription_confirmed.connect(
            digests.begin,
            uid="notifications.plan_digest",
            why="Plans the first digest of who does not want to hear at once, or follows a search.",
        )
        signals.subscription_succeeded.connect(
            digests.go_on,
            uid="notifications.plan_digest_anew",
            why="Plans digests by the new wishes, from where the follower was told last.",
        )
        signals.subscription_ended.connect(
            digests.give_up,
            uid="notifications.give_up_digest",
            why="Plans no more digests.",
        )
        signals.subscription_erased.connect(
            digests.give_up,
            uid="notifications.give_up_digest_of_erased",
            why="Forgets when the next digest was due.",
        )
        signals.subscription_confirmed.connect(
            interest.begin,
            uid="notifications.plan_question",
            why="Plans when to ask whether this is still wanted, and takes it for a sign that all else is.",
        )
        signals.subscription_succeeded.connect(
            interest.begin,
            uid="notifications.plan_question_anew",
            why="Plans when to ask whether this is still wanted: a change of wishes is a sign that all is.",
        )
        signals.subscription_ended.connect(
            interest.forget,
            uid="notifications.forget_question",
            why="Asks no more about it.",
        )
        signals.subscription_erased.connect(
            interest.forget,
            uid="notifications.forget_question_of_erased",
            why="Forgets when the follower showed interest.",
        )
        signals.posting_published.connect(
            matching.match_published,
            uid="notifications.match_new_posting",
            why="Finds the followed searches that show the new posting.",
        )
        signals.posting_reopened.connect(
            matching.match_reopened,
            uid="notifications.match_reopened_posting",
            why="Finds the followed searches that have not shown the posting; all, if it was away for 30 days.",
        )
        signals.posting_revised.connect(
            matching.match_revised,
            uid="notifications.match_corrected_posting",
            why="Finds further searches for a posting that is put right on its first day.",
        )
        signals.posting_revised.connect(
            handlers.tell_followers_of_revision,
            uid="notifications.tell_followers_of_revision",
            why="Tells followers what changed; for a minor change, notes that nobody is told.",
        )
        signals.posting_closed.connect(
            handlers.tell_followers_of_closing,
            uid="notifications.tell_followers_of_closing",
            why="Tells followers that the posting takes no more applications, and why.",
        )
        signals.posting_reopened.connect(
            handlers.tell_followers_of_reopening,
            uid="notifications.tell_followers_of_reopening",
            why="Tells followers that they can apply again.",
        )
        signals.posting_retired.connect(
            handlers.tell_followers_of_retirement,
            uid="notifications.tell_followers_of_retirement",
            why="Tells followers that the posting's page is gone.",
        )
        if apps.is_installed("anymail"):
            from notifications import anymail_events

            anymail_events.listen()
        signals.subscription_erased.connect(
            handlers.forget,
            uid="notifications.forget",
            why="Forgets the follower's address in the ledger and sends nothing more.",
        )
