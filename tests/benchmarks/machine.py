"""On what it was measured."""

import os
import platform
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.benchmarks import cpus, sinks


def description(
    databases: Mapping[str, Mapping[str, str]], *, sends: bool = True, pinned: bool = True
) -> dict[str, object]:
    """Without the mail server if nothing is sent; `pinned` is whether clients and servers have a processor each."""
    model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return {
        "processor": model[1] if model else platform.machine(),
        "cores": os.cpu_count() or 0,
        "memory": f"{int(memory[1]) / 1024**2:.0f} GiB" if memory else "unknown",
        **({"pinning": f"servers on processor {cpus.SERVERS}, clients on processor {cpus.CLIENTS}"} if pinned else {}),
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        **({"sink": f"smtp-sink of Postfix {_postfix_version()}"} if sends else {}),
        **{name: f"{engine['database']}: {engine['commit']}" for name, engine in databases.items()},
    }


def _postfix_version() -> str:
    command = [sinks.program("postconf", sinks.INSTALL), "-d", "-h", "mail_version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
