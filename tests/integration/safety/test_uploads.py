"""What editors upload carries no scripts to visitors, through the screens on which it is uploaded."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image as Picture
from wagtail.documents.models import Document
from wagtail.images.models import Image

from tests.integration.notifications import people

pytestmark = [
    pytest.mark.integration,
    pytest.mark.django_db,
    # Wagtail leaves the files that smaller pictures are made in to the garbage collector
    pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.SpooledTemporaryFile:ResourceWarning"),
]

SCRIPT: Final = b"<html><script>alert(document.domain)</script></html>"
SVG: Final = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
DOCUMENTS: Final = ("/admin/documents/add/", "/admin/documents/multiple/add/", "/admin/documents/chooser/create/")
SCREENS: Final = ("/admin/images/add/", "/admin/images/multiple/add/", "/admin/images/chooser/create/")


@pytest.fixture(autouse=True)
def uploads(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def administrator() -> Client:
    return people.administrator()


def png() -> bytes:
    out = BytesIO()
    Picture.new("RGB", (40, 40), "red").save(out, "PNG")
    return out.getvalue()


def bomb(side: int) -> bytes:
    """A PNG of some kilobytes that is a picture of `side` times `side` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    rows = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def upload(client: Client, screen: str, name: str, content: bytes) -> str:
    """What the screen answers, as text."""
    file = SimpleUploadedFile(name, content)
    if "multiple" in screen:
        answer = client.post(screen, {"title": "A", "files[]": file, "collection": "1"})
    elif "chooser" in screen:
        prefix = "image-chooser-upload" if "image" in screen else "document-chooser-upload"
        answer = client.post(screen, {f"{prefix}-title": "A", f"{prefix}-file": file, f"{prefix}-collection": "1"})
    else:
        answer = client.post(screen, {"title": "A", "file": file, "collection": "1"})
    assert answer.status_code in {200, 302}, answer.status_code
    return answer.content.decode()


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("drawing.svg", SVG),
        ("drawing.png", SVG),
        ("page.png", SCRIPT),
        ("page.html", png()),
        ("picture.jpg", png()),
        ("huge.png", bomb(8_000)),
        ("monstrous.png", bomb(30_000)),
        ("broken.png", png()[:60]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_harmless_picture_is_refused(administrator: Client, screen: str, name: str, content: bytes) -> None:
    upload(administrator, screen, name, content)
    assert not Image.objects.exists()


@pytest.mark.parametrize("screen", SCREENS)
def test_a_picture_is_taken(administrator: Client, screen: str) -> None:
    """Else the test above would say nothing."""
    upload(administrator, screen, "red.png", png())
    assert Image.objects.count() == 1


def test_what_hides_behind_a_picture_is_not_in_what_visitors_get(administrator: Client) -> None:
    upload(administrator, SCREENS[0], "red.png", png() + SCRIPT)
    image = Image.objects.get()
    with image.get_rendition("max-128x128").file.open() as file:
        shown = file.read()
    assert shown.startswith(b"\x89PNG")
    assert b"script" not in shown


def test_a_picture_of_more_bytes_than_is_allowed_is_refused(administrator: Client, settings: LazySettings) -> None:
    upload(administrator, SCREENS[0], "red.png", png() + bytes(settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE))
    assert not Image.objects.exists()


@pytest.mark.parametrize("screen", DOCUMENTS)
@pytest.mark.parametrize(
    "name", ["page.html", "page.htm", "drawing.svg", "page.xhtml", "page.xml", "run.js", "page.pdf.html"]
)
def test_documents_that_browsers_run_are_refused(administrator: Client, screen: str, name: str) -> None:
    upload(administrator, screen, name, SCRIPT)
    assert not Document.objects.exists()


@pytest.mark.parametrize("screen", DOCUMENTS)
@pytest.mark.parametrize(
    ("name", "content"),
    [("page.pdf", SCRIPT), ("page.docx", SCRIPT), ("page.rtf", SCRIPT), ("picture.txt", png()), ("picture.PDF", png())],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_documents_that_are_not_what_they_are_called_are_refused(
    administrator: Client, screen: str, name: str, content: bytes
) -> None:
    upload(administrator, screen, name, content)
    assert not Document.objects.exists()


def test_what_is_wrong_with_a_document_is_said_once(administrator: Client) -> None:
    answer = upload(administrator, "/admin/documents/add/", "a.pdf", SCRIPT)
    assert "This is not what its name says." in answer
    assert "is not allowed" not in answer
    answer = upload(administrator, "/admin/documents/add/", "a.exe", b"MZ")
    assert "“exe” is not allowed" in answer


@pytest.mark.parametrize("screen", DOCUMENTS)
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF-1.7 x"),
        ("a.docx", b"PK\x03\x04 x"),
        ("a.csv", "é;ü".encode()),
        ("a.TXT", b"Terms"),
        ("a.rtf", rb"{\rtf1 x}"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_documents_are_taken(administrator: Client, screen: str, name: str, content: bytes) -> None:
    upload(administrator, screen, name, content)
    assert Document.objects.count() == 1


def test_a_document_is_saved_not_shown_whatever_is_in_it(administrator: Client) -> None:
    upload(administrator, DOCUMENTS[0], "terms.pdf", b"%PDF-1.7 " + SCRIPT)
    document = Document.objects.get()
    answer = Client().get(document.url)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert {"sandbox", "default-src 'none'"} <= set(policy)
    assert not answer.cookies
    answer.close()


def test_a_document_of_more_bytes_than_is_allowed_is_refused(administrator: Client, settings: LazySettings) -> None:
    upload(administrator, "/admin/documents/add/", "terms.pdf", b"%PDF-" + bytes(settings.WAGTAILDOCS_MAX_UPLOAD_SIZE))
    assert not Document.objects.exists()
