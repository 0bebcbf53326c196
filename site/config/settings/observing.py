"""What an operator sees of the board: logs, probes and metrics; see `docs/observing.md`."""

from environs import Env, validate

from adapters.observing.logs import Format, logging_in

env = Env()

LOG_LEVEL = env.str(
    "LOG_LEVEL", default="INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
)
LOG_REQUESTS = env.str("LOG_REQUESTS", default="changes", validate=validate.OneOf(["all", "changes", "none"]))
"""Which requests get a line of their own: all, those that may change something or failed by our fault, or none."""
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
"""Who shows it sees the metrics, and what the probes found. Without it nobody does."""
METRICS_PATH = env.str("METRICS_PATH", default="/metrics", validate=validate.Regexp(r"/[\w./-]*[\w-]$"))
"""Where the metrics are, without a slash at the end."""


def logging(default: Format) -> dict[str, object]:
    """Django's `LOGGING`, in the form that `LOG_FORMAT` names."""
    kind = env.str("LOG_FORMAT", default=default, validate=validate.OneOf(["json", "line"]))
    return logging_in("json" if kind == "json" else "line", level=LOG_LEVEL)
