"""What a browser makes of a document, and whether anything in it came from a payload and is more than text."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Route

from tests.browser import chromium
from tests.integration.attacks.payloads import MARK

HOST: Final = "http://testserver"

TAKES_NOTES: Final = f"""
window.ran = [];
window.{MARK} = () => window.ran.push(new Error().stack);
window.alert = window.prompt = window.confirm = () => window.ran.push("a dialogue");
"""

LOOK: Final = """
(whole, mark) => {
    const ADDRESSES = ["href", "src", "action", "formaction", "data", "poster", "background", "ping", "cite", "srcset", "xlink:href",
        "longdesc", "manifest"];
    const HARMLESS = ["http:", "https:", "mailto:"];
    const RAW = ["script", "style", "iframe", "noembed", "noframes", "xmp", "plaintext"];
    const ACTIVE = ["script", "style", "iframe", "object", "embed", "svg", "math", "template", "base", "applet", "frame"];
    const found = [];
    const has = (text) => (text || "").toLowerCase().includes(mark);
    const isData = (element) => element.localName === "script" && /json/.test(element.type);
    const tell = (what, node) => found.push(`${what}: ${(node.outerHTML || node.data || "").slice(0, 300)}`);
    const SHOWN = NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT | NodeFilter.SHOW_PROCESSING_INSTRUCTION;
    const lookIntoData = (value, name) => { // what search engines show of it: descriptions are HTML, addresses are followed
        if (value && typeof value === "object") {
            for (const [key, each] of Object.entries(value)) {
                if (has(key)) found.push(`a name in data: ${key}`);
                lookIntoData(each, Array.isArray(value) ? name : key);
            }
        } else if (name === "description") {
            look(new DOMParser().parseFromString(String(value), "text/html"));
        } else if (["url", "sameAs", "logo", "image", "@id"].includes(name) && has(String(value))) {
            let address = null;
            try { address = new URL(value); } catch (error) { /* leads nowhere */ }
            if (address && !HARMLESS.includes(address.protocol)) found.push(`an address in data: ${value}`);
        }
    };
    const look = (root) => {
        const nodes = (root.ownerDocument || root).createTreeWalker(root, SHOWN);
        while (nodes.nextNode()) {
            const node = nodes.currentNode;
            if (node.nodeType !== Node.ELEMENT_NODE) {
                if (has(node.data)) tell("a comment", node);
                continue;
            }
            if (has(node.localName)) tell("an element", node);
            if (RAW.includes(node.localName) && has(node.textContent)) {
                if (!isData(node)) tell("a script or style", node);
                else try { lookIntoData(JSON.parse(node.textContent)); } catch (error) { tell("broken JSON", node); }
            }
            if (node.localName === "meta" && node.httpEquiv && has(node.content)) tell("a refresh", node);
            const cannotRun = node.localName === "iframe" && node.getAttribute("sandbox") === "";
            for (const {name, value} of node.attributes) {
                if (has(name)) tell("an attribute", node);
                if (!has(value)) continue;
                if (cannotRun && name === "srcdoc") {
                    look(new DOMParser().parseFromString(value, "text/html"));
                    continue;
                }
                if (ACTIVE.includes(node.localName)) tell("an active element", node);
                if (/^on|^style$|^srcdoc$/.test(name)) tell(`an attribute ${name}`, node);
                if (/^(id|class|name)$/.test(name) && value === mark) tell(`an attribute ${name}`, node);
                if (ADDRESSES.includes(name)) {
                    let address = null;
                    try { address = new URL(value.split(/\\s/)[0] ? value : "", whole.baseURI); } catch (error) { /* leads nowhere */ }
                    if (address && !HARMLESS.includes(address.protocol)) tell("an address", node);
                    if (address && has(address.host) && name !== "href") tell("a foreign address", node);
                }
            }
            if (node.content instanceof DocumentFragment) look(node.content);
        }
    };
    look(whole);
    return found;
}
"""
LOOK_AT_THE_PAGE: Final = f"(mark) => ({{found: ({LOOK})(document, mark), ran: window.ran}})"
LOOK_AT_ALL: Final = f"""
([documents, mark]) => documents
    .map((html) => html.replace(/<([/]?)noscript/gi, "<$1noembed")) // the same to a parser whose page may run scripts
    .map((html) => ({LOOK})(new DOMParser().parseFromString(html, "text/html"), mark))
"""


@dataclass
class Documents:
    """What the board answered: HTML by the name that a reader of a failure wants to see. The same is looked at once."""

    html: dict[str, str] = field(default_factory=dict)
    to_open: set[str] = field(default_factory=set)
    """Names of those whose scripts are run, too."""
    _seen: set[str] = field(default_factory=set)

    def add(self, name: str, html: str, *, opened: bool = False) -> None:
        if html not in self._seen:
            self._seen.add(html)
            self.html[name] = html
            if opened:
                self.to_open.add(name)

    def add_part(self, name: str, part: str) -> None:
        """HTML that others show within a page of theirs, as readers of feeds do."""
        self.add(name, f"<!DOCTYPE html><title>A part</title><div>{part}</div>")


def complaints(documents: Documents) -> dict[str, list[str]]:
    """What of a payload was at work in each document: in all as a browser parses them, in some also after their scripts have run."""
    path = chromium.executable()
    if path is None:
        message = "There is no Chromium: apt-get install chromium, or uv run playwright install chromium."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with chromium.launched(path) as browser:
        return _complaints(browser, documents)


def _complaints(browser: Browser, documents: Documents) -> dict[str, list[str]]:
    shown = "<!DOCTYPE html>"

    def answer(route: Route) -> None:
        """Instead of the network: the document, the files of this project, nothing else."""
        address = urlsplit(route.request.url)
        if route.request.is_navigation_request() and route.request.frame.parent_frame is None:
            route.fulfill(body=shown, content_type="text/html; charset=utf-8")
        elif address.hostname == "testserver" and (file := _file(address.path)) is not None:
            route.fulfill(path=file, content_type=mimetypes.guess_type(file)[0] or "application/octet-stream")
        else:
            route.abort()

    page = browser.new_context(base_url=HOST).new_page()
    page.add_init_script(TAKES_NOTES)
    page.route("**/*", answer)
    found = _parsed(page, documents.html)
    for name in sorted(documents.to_open):
        shown = documents.html[name]
        if complaint := _opened(page):
            found[name] = complaint
    page.context.close()
    return found


def _parsed(page: Page, documents: Mapping[str, str]) -> dict[str, list[str]]:
    """By the parser of browsers, which runs and loads nothing."""
    page.goto("/")
    seen = page.evaluate(LOOK_AT_ALL, [list(documents.values()), MARK])
    return {name: [*map(str, found)] for name, found in zip(documents, seen, strict=True) if found}


def _opened(page: Page) -> list[str]:
    page.goto("/", wait_until="load")
    seen = page.evaluate(LOOK_AT_THE_PAGE, MARK)
    return [*map(str, seen["found"]), *(f"ran: {each}" for each in seen["ran"])]


def _file(path: str) -> str | None:
    """Wagtail's own scripts are left out: they are large, and what they are given was looked at."""
    own = path.startswith(("/static/board/", "/static/cms/"))
    file = finders.find(path.removeprefix("/static/")) if own else None
    return file if isinstance(file, str) else None
