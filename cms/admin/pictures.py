"""Pictures that editors upload are looked at from top to bottom before they are taken."""

from __future__ import annotations

from typing import Any, override

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from PIL import Image
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm


class PictureField(WagtailImageField):
    """Wagtail checks the kind and the size that a file claims, and fails on one that breaks off or claims a size beyond all bounds."""

    @override
    def to_python(self, data: Any) -> UploadedFile[bytes] | None:
        try:
            picture: UploadedFile[bytes] | None = super().to_python(data)  # type: ignore[no-untyped-call]  # stub gap: no annotations
            if picture is not None:
                _read(picture)
        except ValidationError:
            raise
        except Exception as error:
            # whatever a library makes of what is no picture
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image") from error
        return picture


class PictureForm(BaseImageForm):
    """The base of all forms for pictures (`WAGTAILIMAGES_IMAGE_FORM_BASE`)."""

    @override
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if (wagtails := self.fields.get("file")) is not None:
            self.fields["file"] = PictureField(required=wagtails.required, label=wagtails.label, widget=wagtails.widget)


def _read(file: UploadedFile[bytes]) -> None:
    """Raises an error of any kind for what cannot be read to its end."""
    file.seek(0)
    with Image.open(file) as picture:
        picture.load()
    file.seek(0)
