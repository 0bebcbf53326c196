"""A backup of the board, and a board from a backup: a folder with the database and what editors have uploaded.

The database's copy is one state, taken while the board runs, and holds all sending (`notifications.hold`). Uploads are copied after it:
whatever the copy speaks of is among them, for what was uploaded is never written to again.
"""

import os
import shutil
import tarfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final, Protocol

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection

from config.backups import noted

MEDIA: Final = "media.tar"
NO_BOARD: Final = "The copy holds no board: it is of something else, or was never finished."
REACHABLE: Final = 0o755
"""Of folders of uploads: the proxy reads them. The database beside them is for this user alone."""


class CannotBackUp(Exception):
    """And why."""


class Database(Protocol):
    """One kind of database."""

    file: str
    """How its copy is called."""

    def copy_to(self, file: Path) -> None:
        """Raises `CannotBackUp`."""

    def is_empty(self) -> bool: ...

    def fill_from(self, file: Path) -> None:
        """All or nothing. Raises `CannotBackUp`."""


def database() -> Database:
    """Raises `CannotBackUp`."""
    from config.backups.postgresql import PostgreSQL
    from config.backups.sqlite import SQLite

    match connection.vendor:
        case "sqlite":
            return SQLite()
        case "postgresql":
            return PostgreSQL()
        case vendor:
            raise CannotBackUp(f"The board does not know how to copy {vendor}.")


def make(folder: Path) -> list[Path]:
    """Write a backup into a new folder. Gives its files. Raises `CannotBackUp`.

    Nobody but this user may read it. It is written beside the folder, which appears when all of it is on the disk: what is there is whole.
    """
    if folder.exists():
        raise CannotBackUp(f"{folder} exists already. Name a new folder for each backup.")
    with noted.noted():
        _make(folder)
    return sorted(folder.iterdir())


def _make(folder: Path) -> None:
    unfinished = folder.with_name(f".{folder.name}.unfinished-{os.getpid()}")
    unfinished.mkdir(mode=0o700, parents=True)
    try:
        _write(unfinished)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    _onto_the_disk(folder.parent)


def _write(folder: Path) -> None:
    ours, media = database(), _media_folder()
    ours.copy_to(_private(folder / ours.file))
    if media is not None:
        with tarfile.open(_private(folder / MEDIA), "w") as archive:
            if media.is_dir():
                archive.add(media, arcname=".")
    for file in folder.iterdir():
        _onto_the_disk(file)


def restore(folder: Path, *, with_uploads: bool = True) -> None:
    """Fill an empty database, and an empty folder of uploads. Raises `CannotBackUp`, and has then changed neither.

    Uploads that are kept elsewhere are in no backup. Without a copy of those that are kept here nothing is restored, unless that is wanted.
    """
    ours, media = database(), _media_folder() if with_uploads else None
    copy, archive = folder / ours.file, folder / MEDIA
    if not copy.is_file():
        raise CannotBackUp(f"There is no {copy}: this is no backup of a board with {connection.vendor}.")
    if not ours.is_empty():
        raise CannotBackUp(
            f"The database is not empty: {connection.settings_dict['NAME']}. Name an empty one in DATABASE_URL."
        )
    if media is not None and not archive.is_file():
        raise CannotBackUp(
            f"There is no {archive}: what editors have uploaded would be lost. --without-uploads does without."
        )
    if media is not None and media.is_dir() and any(media.iterdir()):
        raise CannotBackUp(f"{media} is not empty.")
    with ExitStack() as undo:
        if media is not None:
            media.mkdir(parents=True, exist_ok=True)
            undo.callback(_empty, media)
            _unpack(archive, media)
        ours.fill_from(copy)
        undo.pop_all()


def _unpack(archive: Path, media: Path) -> None:
    """Whatever the umask is."""
    try:
        with tarfile.open(archive) as uploads:
            uploads.extractall(media, filter="data")
    except tarfile.TarError as error:
        raise CannotBackUp(f"{archive} is damaged: {error}") from error
    for folder, _, files in media.walk():
        folder.chmod(REACHABLE)
        for name in files:
            (folder / name).chmod(settings.FILE_UPLOAD_PERMISSIONS)


def _empty(folder: Path) -> None:
    """It may be a mount: only what is in it goes."""
    for there in folder.iterdir():
        if there.is_dir():
            shutil.rmtree(there)
        else:
            there.unlink()


def _media_folder() -> Path | None:
    """`None` if uploads are kept elsewhere, where they have a backup of their own."""
    return Path(settings.MEDIA_ROOT) if isinstance(default_storage, FileSystemStorage) else None


def _private(file: Path) -> Path:
    file.touch(mode=0o600)
    return file


def _onto_the_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
