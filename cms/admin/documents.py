"""Documents that editors upload begin as their names say."""

from __future__ import annotations

from typing import Any, Final, override

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from wagtail.documents.forms import BaseDocumentForm

ARCHIVE: Final = b"PK\x03\x04"
BEGINNINGS: Final = {"pdf": b"%PDF-", "rtf": rb"{\rtf"} | dict.fromkeys(
    ("docx", "odp", "ods", "odt", "pptx", "xlsx"), ARCHIVE
)
"""By the end of the name. What else `WAGTAILDOCS_EXTENSIONS` allows is plain text."""
LOOKED_AT: Final = 1024


class DocumentForm(BaseDocumentForm):
    """The base of all forms for documents (`WAGTAILDOCS_DOCUMENT_FORM_BASE`)."""

    @override
    def add_error(self, field: Any, error: Any) -> None:
        """What is wrong with a file is said once: without it Wagtail finds that nothing has no allowed ending."""
        if (
            field is None
            and isinstance(error, ValidationError)
            and hasattr(error, "error_dict")
            and self.has_error("file")
        ):
            error.error_dict.pop("file", None)
        super().add_error(field, error)

    def clean_file(self) -> object:
        file: object = self.cleaned_data["file"]
        if isinstance(file, UploadedFile) and not _is_what_it_is_called(file):
            raise ValidationError(
                "This is not what its name says. Save it anew by the program that made it, and upload that."
            )
        return file


def _is_what_it_is_called(file: UploadedFile[bytes]) -> bool:
    ending = (file.name or "").rpartition(".")[2].lower()
    file.seek(0)
    beginning = file.read(LOOKED_AT)
    file.seek(0)
    expected = BEGINNINGS.get(ending)
    return b"\0" not in beginning if expected is None else beginning.startswith(expected)
