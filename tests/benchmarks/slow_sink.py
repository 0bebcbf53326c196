"""A mail server that answers each command 20 ms after it came in, however many came at once.

`python -m tests.benchmarks.slow_sink PORT`
"""

import asyncio
import sys
from typing import Final, override

DELAY: Final = 0.02
HOST: Final = "127.0.0.1"
END_OF_DATA: Final = b"\r\n.\r\n"
COMMAND_LENGTH: Final = 4
FEATURES: Final = b"250-slow.example.org\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n"
REPLIES: Final = {
    b"EHLO": FEATURES,
    b"HELO": b"250 slow.example.org\r\n",
    b"DATA": b"354 Go ahead\r\n",
    b"QUIT": b"221 2.0.0 Bye\r\n",
}
TAKEN: Final = b"250 2.0.0 Ok\r\n"


class Session(asyncio.Protocol):
    taken = 0
    """By all sessions."""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._input = b""
        self._in_data = False
        self._answer(b"220 slow.example.org ESMTP\r\n")

    @override
    def data_received(self, data: bytes) -> None:
        self._input += data
        while self._message() if self._in_data else self._command():
            pass

    def _command(self) -> bool:
        line, end, rest = self._input.partition(b"\r\n")
        if not end:
            return False
        self._input = rest
        verb = line[:COMMAND_LENGTH].upper()
        self._in_data = verb == b"DATA"
        if self._in_data:
            self._input = b"\r\n" + rest  # so that the dot of an empty message is found as well
        self._answer(REPLIES.get(verb, TAKEN), hang_up=verb == b"QUIT")
        return True

    def _message(self) -> bool:
        _, end, rest = self._input.partition(END_OF_DATA)
        if not end:
            return False
        self._input, self._in_data = rest, False
        Session.taken += 1
        sys.stdout.write(f"mesg={Session.taken}\r")
        sys.stdout.flush()
        self._answer(TAKEN)
        return True

    def _answer(self, reply: bytes, *, hang_up: bool = False) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + DELAY
        loop.call_at(due, self._transport.write, reply)
        if hang_up:
            loop.call_at(due, self._transport.close)


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Session, HOST, port, backlog=256)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(serve(int(sys.argv[1])))
    except KeyboardInterrupt:
        sys.exit(0)
