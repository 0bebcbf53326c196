"""Requests that no browser makes: broken in their query, method, body, headers or path."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

NAMES: Final = (
    "q category company place workplace employment salary currency since sort page limit cursor next return address token done format"
    " frequency stamp id ids into kind state standing p ordering export mode into_page filter next_url"
).split()
"""Parameters that somebody reads, and some that nobody does."""

VALUES: Final = (
    "",
    "%00",
    "a%00b",
    "%ff%fe",
    "%c0%af..%c0%af",
    "%ed%a0%80",
    "%f0%9f%92%a9" * 500,
    "a" * 20_000,
    "1" * 20_000,
    "-1",
    "0",
    "1e400",
    "NaN",
    "%D9%A1",
    "99999999999999999999999",
    "9223372036854775807",
    "-2147483649.1",
    "1.1.1",
    "%27%20OR%201=1;--",
    "%22%29%20UNION%20SELECT%20NULL--",
    "%25s%25n%7B0%7D%25%28x%29s",
    "(((((a%2B)%2B)%2B)%2B)%2B)$%5B%5C",
    "a" * 30 + "!",
    "..%2F..%2F..%2Fetc%2Fpasswd",
    "%0d%0aX-Evil:%201",
    "%25%25%25",
    "%",
    "%u0041%zz",
    "http://evil.example//%5C%5Cevil.example",
    "%7B%22a%22:%5B%5D%7D",
)
QUERIES: Final = (
    *("&".join(f"{name}={value}" for name in NAMES) for value in VALUES),
    "&".join(f"{name}=1&{name}=&{name}=%00" for name in NAMES),
    "&".join(f"{name}[]=1&{name}[0]=2&{name}.x=3" for name in NAMES),
    "&".join(NAMES),
    "&&=&==;;&=1&?%3F#",
    "&".join(f"q{number}=1" for number in range(5_000)),
    "page=" + "9" * 1_000_000,
    "limit=" + "9" * 1_000_000,
    "q=" + "%E2%80%8B" * 10_000,
    "\x80\xff\xfe=\x80\xff",
)

METHODS: Final = (
    *("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"),
    *("PROPFIND", "get", "Post", "X" * 2_000, "QUERY"),
)

FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data; boundary=b"


@dataclass(frozen=True, slots=True)
class Body:
    content: bytes
    kind: str
    headers: Mapping[str, str] = field(default_factory=dict)


BODIES: Final = (
    Body(b"", ""),
    Body(b"address=a%00%ff", FORM),
    Body(b"\xff\xfe\x00" * 100, FORM),
    Body("address=\ud800".encode("utf-16", "surrogatepass"), f"{FORM}; charset=utf-16"),
    Body(b"address=+ADw-", f"{FORM}; charset=utf-7"),
    Body(b"address=a", f"{FORM}; charset=no-such-thing"),
    Body(b"address=a", f'{FORM}; charset="\xc3\xa9'),
    Body(b"&".join(b"a%d=1" % number for number in range(11_000)), FORM),
    Body(b"address=" + b"a" * 3_000_000, FORM),
    Body(b"&&&==&;=" * 1_000, FORM),
    Body(b"anything", "multipart/form-data"),
    Body(b"anything", "multipart/form-data; boundary=" + "b" * 300),
    Body(b"--b\r\n", MULTIPART),
    Body(b'--b\r\nContent-Disposition: form-data; name="address"\r\n\r\na', MULTIPART),
    Body(b'--b\r\nContent-Disposition: form-data; name="address"; filename="../../x"\r\n\r\na\r\n--b--\r\n', MULTIPART),
    Body(b"--b\r\nContent-Disposition: form-data; name*=utf-8''%ff%00\r\n\r\na\r\n--b--\r\n", MULTIPART),
    Body(
        b'--b\r\nContent-Disposition: form-data; name="address"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--b--\r\n',
        MULTIPART,
    ),
    Body(b"--b\r\n" + b"X" * 20_000 + b"\r\n\r\n--b--", MULTIPART),
    Body(b"--b--" * 10_000, MULTIPART),
    Body(b'{"address": "a"', "application/json"),
    Body(b"[" * 100_000, "application/json"),
    Body(b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>", "application/xml"),
    Body(gzip.compress(b"address=ana@example.org"), FORM, {"Content-Encoding": "gzip"}),
    Body(b"address=a", "\x00\xff"),
    Body(b"address=a", FORM, {"CONTENT_LENGTH": "-5"}),
)

HEADERS: Final[tuple[Mapping[str, str], ...]] = (
    {"Host": "evil.example"},
    {"Host": ""},
    {"Host": "testserver:99999999"},
    {"Host": "testserver\xff"},
    {"Host": "[::1"},
    {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "javascript",
        "X-Forwarded-For": "1.2.3.4.5, ::, \xff, " * 50,
    },
    {"Accept-Language": "de;q=x, *;q=9, " + "a-" * 500},
    {"Accept-Language": "de-\x80,\xff;q=1.0.0" * 100},
    {"Accept": "\xff;q=;,/*,", "Accept-Encoding": "gzip;q=NaN, \xff", "Accept-Charset": "utf-7"},
    {"Range": "bytes=0-0,-1,5-2,99999999999999999999-"},
    {"If-Modified-Since": "Mon, 99 Foo 99999 99:99:99 XYZ", "If-None-Match": 'W/"\xff", ***, "', "If-Match": "\xff"},
    {"If-Modified-Since": "9" * 5_000, "If-Unmodified-Since": "-1", "If-Range": "\xff"},
    {"Cookie": "sessionid=\xff\xfe; csrftoken=" + "x" * 5_000 + '; messages="[[\\"__json_message'},
    {"Cookie": ";;;==;= ; sessionid ; a=b=c; \xff=\xff; django_language=\xff"},
    {"Referer": "http://[::1", "Origin": "null", "Sec-Fetch-Site": "\xff"},
    {"Origin": "http://[", "Sec-Fetch-Site": "cross-site"},
    {"HX-Request": "true", "HX-Target": "\xff\"'<>", "HX-Current-URL": "http://[", "HX-Trigger": "x" * 5_000},
    {"User-Agent": "\xff" * 5_000, "From": "\xff"},
    {"Authorization": "Basic \xff\xff", "X-CSRFToken": "\xff" * 64, "X-Requested-With": "XMLHttpRequest"},
    {"X-HTTP-Method-Override": "DELETE", "Upgrade": "h2c", "Expect": "200-maybe", "TE": "\xff"},
    {"Content-Type": "\xff", "Content-Length": "x"},
)

SEGMENTS: Final = (
    *(
        "%00",
        "%ff",
        "%c0%ae%c0%ae",
        "%ed%a0%80",
        "..%2f..",
        "%2e%2e",
        "%0d%0a",
        "%",
        "%zz",
        "%25",
        "-1",
        "0",
    ),
    *("9" * 200, "a" * 5_000, "%F0%9F%92%A9", "%E2%80%AE", "a.b.c", "...", "%20", "~", "*", "%27%22%3C"),
    *("00000000-0000-0000-0000-000000000000", "A" * 43 + "." + "B" * 43, "." * 100, ":" * 100, "a:b:c"),
)
"""In place of what an address names."""


def paths_around(path: str) -> Iterator[str]:
    """Addresses that look like this one."""
    bare = path.rstrip("/")
    yield from (
        f"/{path}",
        f"{bare}//",
        f"{bare}/.",
        f"{bare}/%2e%2e/",
        f"{bare};a=b/",
        f"{bare}/%00",
        f"/de{path}",
        f"/de/de{path}",
    )
    yield from (f"{bare}/{segment}/" for segment in SEGMENTS[:6])
    yield bare.upper()
