"""Publishes and takes down what is scheduled, as `manage.py publish_scheduled` does, but one page's failure stops no other."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import transaction
from wagtail.models import Page, Revision

from adapters import clock

logger = logging.getLogger(__name__)


def publish_scheduled() -> int:
    """Returns how many pages were published or taken down."""
    return _take_down_expired() + _publish_due()


def _take_down_expired() -> int:
    expired = Page.objects.live().filter(expire_at__lt=clock.now()).order_by("expire_at")
    return sum(_done(_take_down, page) for page in list(expired))


def _take_down(page: Page) -> None:
    page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def _publish_due() -> int:
    due = Revision.objects.filter(approved_go_live_at__lt=clock.now()).order_by("approved_go_live_at")
    return sum(_done(_publish, revision) for revision in list(due))


def _publish(revision: Revision) -> None:
    revision.publish(log_action="wagtail.publish.scheduled")


def _done[T](act: Callable[[T], None], on: T) -> bool:
    try:
        # Wagtail forgets the schedule before it stores the page: together, or the page would never be published
        with transaction.atomic():
            act(on)
    except Exception:  # whatever is wrong with one page, the others are due as well
        logger.exception("The schedule of “%s” could not be kept", on)
        return False
    return True
