"""What nothing can undercut by much: `smtplib`, connections that stay open, one mail's bytes made beforehand, no database.

`python -m tests.benchmarks.floor PORT MESSAGES CONNECTIONS FILE`
"""

import sys
from pathlib import Path
from smtplib import SMTP
from threading import Thread
from typing import Final

HOST: Final = "127.0.0.1"
SENDER: Final = "jobs@board.example.org"


def send(port: int, numbers: range, mail: bytes) -> None:
    with SMTP(HOST, port) as connection:
        for number in numbers:
            connection.sendmail(SENDER, [f"follower-{number}@example.org"], mail)


def main() -> None:
    port, messages, connections = (int(argument) for argument in sys.argv[1:4])
    mail = Path(sys.argv[4]).read_bytes()
    shares = [range(first, messages, connections) for first in range(connections)]
    if connections == 1:
        send(port, shares[0], mail)
        return
    threads = [Thread(target=send, args=(port, share, mail)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
