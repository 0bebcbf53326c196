"""`python -P tied.py PROGRAM …`: runs a Python program that ends when whoever started it does, however that came about.

Whoever starts it keeps the other end of its standard input open. The kernel closes it at the latest when that process is dead, also
after a SIGKILL.
"""

import os
import runpy
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Final

STANDARD_INPUT: Final = 0
STOP_SECONDS: Final = 15


def main() -> None:
    del sys.argv[0]
    program = Path(sys.argv[0])
    threading.Thread(target=_end_with_the_input, args=(threading.get_ident(),), daemon=True).start()
    sys.path.insert(0, str(program.parent))
    runpy.run_path(str(program), run_name="__main__")


def _end_with_the_input(main_thread: int) -> None:
    while os.read(STANDARD_INPUT, 1):
        pass
    signal.pthread_kill(main_thread, signal.SIGTERM)
    # the program ends by itself meanwhile, and this thread with it: what follows is for one that hangs
    time.sleep(STOP_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main()
