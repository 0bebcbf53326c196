"""The links of a mail, as its reader has them."""

import re

from django.core.mail import EmailMultiAlternatives

from tests.integration.notifications.world import html

BOARD = "http://testserver"


def links(message: EmailMultiAlternatives) -> set[str]:
    """Of both parts and of the header with which one leaves."""
    in_the_header = re.findall(rf"<({BOARD}[^>]+)>", message.extra_headers.get("List-Unsubscribe", ""))
    return {*links_of_text(message), *links_of_html(message), *in_the_header}


def links_of_text(message: EmailMultiAlternatives) -> list[str]:
    return re.findall(rf"{BOARD}[^\s<>]+", str(message.body))


def links_of_html(message: EmailMultiAlternatives) -> list[str]:
    found = re.findall(rf'href="({BOARD}[^"]+)"', html(message))
    return [link.replace("&amp;", "&") for link in found]


def link_to(page: str, message: EmailMultiAlternatives) -> str:
    """The one to such a page of a subscription, which both parts have."""
    (found,) = {link for link in links_of_text(message) if f"/subscriptions/{page}/" in link}
    assert found in links_of_html(message)
    return found


def path_of(link: str) -> str:
    assert link.startswith(f"{BOARD}/")
    return link.removeprefix(BOARD)
