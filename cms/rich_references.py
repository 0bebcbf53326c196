"""What Wagtail puts in place of the references within a rich text, on a board whose texts may come from anybody.

The editor's form takes JSON, and whoever may write a posting may send any. Wagtail looks a reference up in the database by whatever stands
where the number belongs, and fails on what is none: the posting's page would be gone, and with it every feed that it is in.
"""

from __future__ import annotations

import re
from typing import Any, Final, override

from wagtail.admin.rich_text.converters.contentstate import (  # type: ignore[attr-defined]  # not in the stubs
    link_entity,
)
from wagtail.documents.rich_text import DocumentLinkHandler
from wagtail.embeds.rich_text import MediaEmbedHandler
from wagtail.images.rich_text import ImageEmbedHandler
from wagtail.rich_text import EmbedHandler
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.rich_text.pages import PageLinkHandler

NUMBER: Final = re.compile("[0-9]{1,18}")
NOBODYS: Final = "0"
"""The number of nothing: the database counts from 1."""

type Attributes = dict[str, str]


class PageLink(PageLinkHandler):
    """A link to what is no number leads nowhere, as one to a page that is gone."""

    @classmethod
    @override
    def get_many(cls, attrs_list: list[Attributes]) -> list[Any]:  # the stubs of Wagtail's two contradict each other
        return super().get_many([_numbered(attrs) for attrs in attrs_list])


class DocumentLink(DocumentLinkHandler):
    """Likewise."""

    @classmethod
    @override
    def get_many(cls, attrs_list: list[Attributes]) -> list[Any]:
        return super().get_many([_numbered(attrs) for attrs in attrs_list])


class _Nothing(EmbedHandler):
    """No text of the board holds pictures or films: the editor offers none, and nothing is fetched for one that was smuggled in."""

    @staticmethod
    @override
    def expand_db_attributes(attrs: Attributes) -> str:
        return ""


class NoImage(_Nothing):
    identifier = ImageEmbedHandler.identifier


class NoMedia(_Nothing):
    identifier = MediaEmbedHandler.identifier


def register(features: FeatureRegistry) -> None:
    """In place of Wagtail's own, which must have been registered before."""
    for link in (PageLink, DocumentLink):
        features.register_link_type(link)
    for embed in (NoImage, NoMedia):
        features.register_embed_type(embed)
    stored = {"to_database_format": {"entity_decorators": {"LINK": link_from_the_editor}}}
    features.converter_rules_by_converter["contentstate"]["link"] |= stored


def link_from_the_editor(props: dict[str, Any]) -> object:
    """Stored as Wagtail does it; without an address if the number of its page is none: the editor could not be opened again."""
    known = NUMBER.fullmatch(str(props.get("id")))
    return link_entity(props if known else {**props, "id": None})


def _numbered(attrs: Attributes) -> Attributes:
    return attrs if NUMBER.fullmatch(attrs.get("id", "")) else attrs | {"id": NOBODYS}
