"""Where what editors upload is kept: in a folder of this machine, or, for any number of machines, with a service that speaks S3."""

from environs import Env

from config.settings.extras import needs

env = Env()

S3_BUCKET = env.str("MEDIA_S3_BUCKET", default="")
"""Empty for a folder (`media` in `DATA_DIR`)."""
S3_URL = env.str("MEDIA_S3_URL", default="").rstrip("/")
"""Where visitors get what is in the bucket: the address of a web server or CDN before it, or of the bucket itself."""

UPLOADS: dict[str, object] = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
"""For Django's `STORAGES`."""

if S3_BUCKET:
    needs("s3", module="storages.backends.s3", because="MEDIA_S3_BUCKET is set")
    protocol, _, domain = S3_URL.partition("//")
    UPLOADS = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("MEDIA_S3_ENDPOINT", default="") or None,
            "region_name": env.str("MEDIA_S3_REGION", default="") or None,
            "custom_domain": domain or None,
            "url_protocol": protocol or "https:",
            "querystring_auth": False,  # pages are kept, and so their pictures' addresses may not run out
            "file_overwrite": False,
            "default_acl": None,  # who may read is for the bucket's policy to say
            "object_parameters": {"CacheControl": "public, max-age=31536000, immutable"},
        },
    }
