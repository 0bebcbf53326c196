"""`python -m tests.chaos.mail_server --spool FILE [--step STEP]`: the tests' mail server on a disk that may be full.

It is asked first whether there is room, as careful servers do (Postfix's `queue_minfree`), and answers 452 at that step if there is not.
"""

import argparse
import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Final, override

from tests.mail_server import Action, MailServer, Taken, running

ROOM: Final = 64 * 1024
FULL: Final = "452 4.3.1 Insufficient system storage"


@dataclass
class CarefulServer(MailServer):
    disk: int = 0
    """An open file on it."""
    step: str = "MAIL"

    @override
    def action(self, step: str, recipient: str = "") -> Action | None:
        disk = os.fstatvfs(self.disk)
        if step == self.step and disk.f_bavail * disk.f_frsize < ROOM:
            return FULL
        return super().action(step, recipient)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--spool", type=Path, required=True)
    parser.add_argument("--step", default="MAIL")
    arguments = parser.parse_args()
    spool = os.open(arguments.spool, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def write(message: Taken) -> None:
        os.write(spool, f"{message.recipient}\t{message.message_id}\n".encode())

    server = CarefulServer(spool=write, disk=spool, step=arguments.step)
    server.on_taken = server.taken.clear  # the spool is enough
    with running(server):
        print(server.port, flush=True)
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
