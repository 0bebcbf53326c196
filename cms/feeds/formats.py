"""Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, override

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import escape
from django.utils.xmlutils import SimplerXMLGenerator

from cms.feeds import plain
from cms.feeds.feed import Entry, Feed

JSON_FEED: Final = "https://jsonfeed.org/version/1.1"


@dataclass(frozen=True, slots=True)
class Format:
    content_type: str
    write: Callable[[Feed], str]


class _Atom(Atom1Feed):
    @override
    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]} if item["language"] else {}

    @override
    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["html"], {"type": "html"})

    @override
    def latest_post_date(self) -> datetime:
        changed_at: datetime = self.feed["changed_at"]
        return changed_at


class _Rss(Rss201rev2Feed):
    @override
    def latest_post_date(self) -> datetime:
        changed_at: datetime = self.feed["changed_at"]
        return changed_at


def atom(feed: Feed) -> str:
    made = _begun(_Atom, feed)
    for entry in feed.entries:
        # a summary is read as HTML
        _add(made, entry, description=escape(entry.summary))
    return made.writeString("utf-8")


def rss(feed: Feed) -> str:
    made = _begun(_Rss, feed)
    for entry in feed.entries:
        _add(made, entry, description=entry.html)
    return made.writeString("utf-8")


def json_feed(feed: Feed) -> str:
    made = {
        "version": JSON_FEED,
        "title": feed.title,
        "description": feed.description,
        "home_page_url": feed.page_url,
        "feed_url": feed.url,
        "language": feed.language,
        "authors": [{"name": plain.legible(settings.BOARD_NAME)}],
        "items": [
            {
                "id": entry.urn,
                "url": entry.url,
                "title": entry.title,
                "content_html": entry.html,
                "summary": entry.summary,
                "date_published": entry.posted_at.isoformat(),
                "date_modified": entry.changed_at.isoformat(),
                "authors": [{"name": entry.company}],
                "tags": list(entry.categories),
            }
            | ({"language": entry.language} if entry.language else {})
            for entry in feed.entries
        ],
    }
    return json.dumps(made, ensure_ascii=False)


FORMATS: Final = {
    "atom": Format("application/atom+xml; charset=utf-8", atom),
    "rss": Format("application/rss+xml; charset=utf-8", rss),
    "json": Format("application/feed+json; charset=utf-8", json_feed),
}


def _begun(kind: type[SyndicationFeed], feed: Feed) -> SyndicationFeed:
    return kind(
        title=feed.title,
        link=feed.page_url,
        description=feed.description,
        subtitle=feed.description,
        language=feed.language,
        feed_url=feed.url,
        feed_guid=feed.url,
        author_name=plain.legible(settings.BOARD_NAME),
        changed_at=feed.changed_at,
    )


def _add(made: SyndicationFeed, entry: Entry, *, description: str) -> None:
    made.add_item(
        title=entry.title,
        link=entry.url,
        description=description,
        author_name=entry.company,
        pubdate=entry.posted_at,
        updateddate=entry.changed_at,
        unique_id=entry.urn,
        unique_id_is_permalink=False,
        categories=entry.categories,
        html=entry.html,
        language=entry.language,
    )
