"""`smtplib`'s client, with bounds for how long a server may take and how much it may say."""

import time
from dataclasses import dataclass
from math import inf
from smtplib import SMTP, SMTPException, SMTPServerDisconnected
from socket import socket
from typing import Final, override

LONGEST_LINE: Final = 4096
"""RFC 5321 §4.5.3.1.5 allows 512 octets for a line of a reply; some servers need more."""
MOST_LINES: Final = 100
RECEIVED_AT_ONCE: Final = 4096

type Reply = tuple[int, bytes]


class Gibberish(SMTPException):
    """Not a reply of a mail server."""


@dataclass(slots=True)
class Allowance:
    """Until when, on the monotonic clock, something new may be waited for."""

    until: float = inf

    def check(self) -> None:
        if time.monotonic() > self.until:
            raise TimeoutError("The mail server is too slow.")


class Client(SMTP):
    """`smtplib`'s client, which bounds the time for a reply only from one octet to the next, with a bound for all of them."""

    allowance = Allowance()
    _received = b""

    @override
    def getreply(self) -> Reply:
        try:
            if self.file is None:  # so far, or since TLS began: what came before it does not count (RFC 3207 §4.2)
                self._received = b""
                self.file = self._socket().makefile("rb")
            return self._reply()
        except OSError:
            self.close()
            raise

    def write(self, octets: bytes) -> None:
        server = self._socket()
        done = server.send(octets)
        if done < len(octets):
            rest = memoryview(octets)[done:]
            while rest:
                self.allowance.check()
                rest = rest[server.send(rest) :]

    def _reply(self) -> Reply:
        texts: list[bytes] = []
        while len(texts) < MOST_LINES:
            line = self._line()
            code, separator = line[:3], line[3:4]
            if len(code) < 3 or not code.isdigit() or not b"200" <= code <= b"599" or separator not in b" -":
                raise Gibberish("The mail server does not speak SMTP.")
            texts.append(line[4:].strip())
            if separator != b"-":
                return int(code), b"\n".join(texts)
        raise Gibberish("The mail server does not come to an end.")

    def _line(self) -> bytes:
        while True:
            line, end, rest = self._received.partition(b"\n")
            if len(line) > LONGEST_LINE:
                raise Gibberish("The mail server does not come to the end of a line.")
            if end:
                self._received = rest
                return line.rstrip(b"\r")
            self.allowance.check()
            octets = self._socket().recv(RECEIVED_AT_ONCE)
            if not octets:
                raise SMTPServerDisconnected("The mail server closed the connection.")
            self._received += octets

    def _socket(self) -> socket:
        if self.sock is None:
            raise SMTPServerDisconnected("The connection to the mail server is closed.")
        return self.sock
