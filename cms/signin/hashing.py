"""How passwords are kept."""

from __future__ import annotations

from django.contrib.auth.hashers import ScryptPasswordHasher


class Scrypt(ScryptPasswordHasher):
    """Django's, with the least work that OWASP asks for (ASVS 5.0, appendix C).

    Django stores what was stored with less anew when its owner signs in.
    """

    work_factor = 2**15
    parallelism = 3
    maxmem = 64 * 1024 * 1024
    """Bytes; half of it are needed."""
