"""Uploads in a bucket, on a server that speaks S3."""

import gc
import runpy
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final
from urllib.error import HTTPError
from urllib.request import urlopen

import boto3
import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.test import Client
from moto.server import ThreadedMotoServer
from PIL import Image as Picture
from wagtail.documents import get_document_model
from wagtail.images.models import Image

from config import backups

pytestmark = [
    pytest.mark.integration,
    pytest.mark.django_db,
    # django-storages leaves what it has read to the garbage collector
    pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning"),
]

ROOT: Final = Path(__file__).parents[3]
SETTINGS: Final = ROOT / "site" / "config" / "settings" / "uploads.py"
POLICY: Final = ROOT / "docs" / "deploy" / "bucket-policy.json"


def picture_file(name: str) -> ContentFile[bytes]:
    drawn = BytesIO()
    Picture.new("RGB", (64, 48), "white").save(drawn, "PNG")
    return ContentFile(drawn.getvalue(), name)


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def _kept_there(service: str, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """By the variables that docs/deploy.md names."""
    given = {
        "MEDIA_S3_BUCKET": "uploads",
        "MEDIA_S3_URL": f"{service}/uploads",
        "MEDIA_S3_ENDPOINT": service,
        "MEDIA_S3_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "board",
        "AWS_SECRET_ACCESS_KEY": "only-for-tests",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    bucket = boto3.client("s3", endpoint_url=service, region_name="us-east-1")
    bucket.create_bucket(Bucket="uploads")
    bucket.put_bucket_policy(Bucket="uploads", Policy=POLICY.read_text())
    settings.STORAGES = settings.STORAGES | {"default": runpy.run_path(str(SETTINGS))["UPLOADS"]}
    settings.WAGTAILDOCS_SERVE_METHOD = "serve_view"
    yield
    gc.collect()  # here, where the warning is expected, and not in the test after


def test_a_picture_is_kept_in_the_bucket_and_got_from_the_address_that_visitors_know(service: str) -> None:
    picture = Image.objects.create(title="Team", file=picture_file("team.png"))
    smaller = picture.get_rendition("width-32")
    assert smaller.url.startswith(f"{service}/uploads/images/team")
    with urlopen(smaller.url, timeout=30) as answer:  # noqa: S310 - http, to ourselves
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.read(8) == b"\x89PNG\r\n\x1a\n"


def test_nothing_is_written_over() -> None:
    first, second = (Image.objects.create(title="Team", file=picture_file("same.png")) for _ in "12")
    assert first.file.name != second.file.name


def test_a_document_comes_through_the_board_as_an_attachment_and_no_other_way(client: Client) -> None:
    document = get_document_model().objects.create(
        title="Contract", file=ContentFile(b"<script>alert(1)</script>", "contract.html")
    )
    answer = client.get(document.url)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(answer) == b"<script>alert(1)</script>"
    with pytest.raises(HTTPError, match="403"):
        urlopen(document.file.url, timeout=30)  # noqa: S310 - http, to ourselves


def test_a_backup_leaves_the_bucket_to_its_own_versions() -> None:
    assert backups._media_folder() is None
