"""What `manage.py check --deploy` finds that would go wrong on the internet, beside what Django finds. docs/deploy.md has the table."""

import json
import os
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's name
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.http.request import validate_host

from adapters.checks import is_here
from config.settings.base import ROOT

NETWORK_FILE_SYSTEMS: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "glusterfs", "afs"})
OVER_A_NETWORK: Final = ("fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse.rclone", "fuse.ceph")
SHORTEST_PREFIX: Final = {4: 8, 6: 7}
"""Of networks that somebody may have to themselves: 10.0.0.0/8, fc00::/7."""
SHORTEST_TOKEN: Final = 20
UNENCRYPTED: Final = ("disable", "allow")


def register_all() -> None:
    for check in (hosts, board_url, proxies, folders, bucket, secrets, style_sheets, sqlite, postgresql):
        register(check, Tags.security, deploy=True)


def hosts(**_: object) -> Iterator[CheckMessage]:
    """With `*` whoever sends a request chooses the host to which links in it lead."""
    if "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "ALLOWED_HOSTS allows every host.",
            hint="Name the host names under which the board is public, the first one before others.",
            id="config.E001",
        )


def board_url(**_: object) -> Iterator[CheckMessage]:
    url = urlsplit(settings.BOARD_URL)
    if url.scheme != "https":
        yield Error(
            f"BOARD_URL does not begin with https: {settings.BOARD_URL}",
            hint="Mails link there, with links that act for their reader. Write https:// and the host name.",
            id="config.E002",
        )
    if url.path or url.query or not url.hostname:
        yield Error(
            f"BOARD_URL is not just a scheme and a host: {settings.BOARD_URL}",
            hint="The board has to be at the top of its host, such as https://jobs.example.org.",
            id="config.E003",
        )
    elif not validate_host(url.hostname, settings.ALLOWED_HOSTS):
        yield Error(
            f"The host in BOARD_URL is not in ALLOWED_HOSTS: {url.hostname}",
            hint="Every link in a mail would be answered with 400. Add it to ALLOWED_HOSTS.",
            id="config.E004",
        )


def proxies(**_: object) -> Iterator[CheckMessage]:
    if not settings.TRUSTED_PROXIES and settings.ASKS_PER_CLIENT:
        yield Warning(
            "TRUSTED_PROXIES names no proxy: all visitors who come through one are one client, and are soon asked to wait.",
            hint="Name it: 127.0.0.1 for one on this machine, unix for a Unix socket, or the network where it is.",
            id="config.W001",
        )
    networks = [ip_network(each, strict=False) for each in settings.TRUSTED_PROXIES if each != "unix"]
    if any(network.prefixlen < SHORTEST_PREFIX[network.version] for network in networks):
        yield Error(
            "TRUSTED_PROXIES names a great part of the internet: anybody there may say which client they are.",
            hint="Name only the networks of your own proxies.",
            id="config.E005",
        )


def folders(**_: object) -> Iterator[CheckMessage]:
    given = {"DATA_DIR": settings.DATA_DIR, "STATIC_ROOT": settings.STATIC_ROOT}
    for name, folder in given.items():
        if not Path(folder).is_absolute():
            yield Error(
                f"{name} is not an absolute path: {folder}",
                hint="Another process may begin in another folder, and would have an empty board there.",
                id="config.E006",
            )
    if Path(settings.DATA_DIR).resolve().is_relative_to(ROOT):
        yield Warning(
            f"DATA_DIR is inside the program's folder: {settings.DATA_DIR}",
            hint="An upgrade may replace that folder. Keep data elsewhere, such as in /srv/board.",
            id="config.W002",
        )
    if not isinstance(default_storage, FileSystemStorage):
        return
    media = Path(settings.MEDIA_ROOT).resolve()
    if not _may_write(media):
        yield Error(
            f"{media} cannot be written to by this user.",
            hint="Editors could not upload anything. Run the check as the user of the web server, and give the folder to it.",
            id="config.E007",
        )
    static = Path(settings.STATIC_ROOT).resolve()
    if media.is_relative_to(static) or static.is_relative_to(media):
        yield Error(
            f"Uploads and style sheets are in one folder: {media}, {static}",
            hint="What editors upload would be served as if it were the board's own. Keep them apart.",
            id="config.E008",
        )


def bucket(**_: object) -> Iterator[CheckMessage]:
    url = urlsplit(settings.S3_URL)
    if settings.S3_BUCKET and (
        url.scheme != "https" or not url.hostname or validate_host(url.hostname, settings.ALLOWED_HOSTS)
    ):
        yield Error(
            f"MEDIA_S3_URL is no https address on a host of its own: {settings.S3_URL}",
            hint="Visitors get uploads there, and what one holds must not run as the board's own: such as https://media.example.org.",
            id="config.E014",
        )


def secrets(**_: object) -> Iterator[CheckMessage]:
    if 0 < len(settings.METRICS_TOKEN) < SHORTEST_TOKEN:
        yield Warning(
            "METRICS_TOKEN is so short that it can be guessed.",
            hint='python3 -c "import secrets; print(secrets.token_urlsafe(32))"',
            id="config.W005",
        )
    file = Path(settings.DATA_DIR).resolve().parent / "environment"
    if file.is_file() and file.stat().st_mode & 0o007:
        yield Warning(
            f"Every user of this machine may read the secrets in {file}.",
            hint=f"chmod o= {file}",
            id="config.W006",
        )


def style_sheets(**_: object) -> Iterator[CheckMessage]:
    """Without the list that `collectstatic` makes every page is an error."""
    if not isinstance(staticfiles_storage, ManifestStaticFilesStorage):
        return
    manifest = Path(settings.STATIC_ROOT) / staticfiles_storage.manifest_name
    known = json.loads(manifest.read_text())["paths"] if manifest.is_file() else {}
    missing = sorted({name for finder in get_finders() for name, _ in finder.list([])} - set(known))
    if missing:
        yield Error(
            f"{len(missing)} of the style sheets, scripts and pictures are not in STATIC_ROOT, such as {missing[0]}",
            hint="Run manage.py collectstatic --no-input with the same settings.",
            id="config.E009",
        )


def sqlite(**_: object) -> Iterator[CheckMessage]:
    database = connection.settings_dict
    if "sqlite3" not in database["ENGINE"]:
        return
    file = Path(database["NAME"])
    if not file.is_absolute():
        yield Error(
            f"The SQLite database is not an absolute path: {file}",
            hint="Write four slashes: sqlite:////srv/board/board.sqlite3.",
            id="config.E010",
        )
    file = file.resolve()
    if any(file.is_relative_to(Path(folder).resolve()) for folder in (settings.MEDIA_ROOT, settings.STATIC_ROOT)):
        yield Error(
            f"The database is in a folder whose files everybody can read: {file}",
            hint="Keep it beside the uploads, not among them.",
            id="config.E011",
        )
    if not (_may_write(file) and _may_write(file.parent)):
        yield Error(
            f"{file}, and the folder that it is in, cannot be written to by this user.",
            hint="SQLite keeps a log and locks beside its file. Give the folder to the user of the board.",
            id="config.E012",
        )
    if file.exists() and file.stat().st_mode & 0o007:
        yield Warning(
            f"Every user of this machine may read {file}, with the addresses of all followers.",
            hint=f"chmod o= {file}",
            id="config.W003",
        )
    kind = file_system_of(file)
    if kind in NETWORK_FILE_SYSTEMS or kind.startswith(OVER_A_NETWORK):
        yield Error(
            f"The SQLite database is on a network drive ({kind}), where locks do not hold: {file}",
            hint="Keep it on a disk of this machine, or use PostgreSQL.",
            id="config.E013",
        )


def postgresql(**_: object) -> Iterator[CheckMessage]:
    database = connection.settings_dict
    host = str(database.get("HOST", ""))
    mode = database.get("OPTIONS", {}).get("sslmode", UNENCRYPTED[0])
    if "postgresql" in database["ENGINE"] and not is_here(host) and mode in UNENCRYPTED:
        yield Warning(
            f"The connection to PostgreSQL on {host} may be unencrypted.",
            hint="Add ?sslmode=verify-full (or require) to DATABASE_URL, or ?sslmode=prefer if you know that the network is yours alone.",
            id="config.W004",
        )


def file_system_of(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """Its kind, as Linux calls it (`man 5 proc`); empty where that is not known."""
    if not mounts.exists():
        return ""
    rows = (line.split() for line in mounts.read_text().splitlines())
    below = [(len(where), kind) for _, where, kind, *_ in rows if path.is_relative_to(where)]
    return max(below, default=(0, ""))[1]


def _may_write(path: Path) -> bool:
    """Or make it, if it is not there."""
    there = next(folder for folder in (path, *path.parents) if folder.exists())
    return os.access(there, os.W_OK)
