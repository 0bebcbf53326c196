"""What each process counts while it works, for Prometheus (https://prometheus.io/docs/practices/naming/).

A web process has its own counts; those of a worker travel with its heartbeat (`beats.py`). What stands in the database anyhow is not
counted but looked up (`standing.py`). Labels are few and know nobody: names of routes, events, listeners, jobs, lanes and reasons.
"""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

from adapters.observing.pending import Pending

disable_created_metrics()  # type: ignore[no-untyped-call]  # prometheus-client does not annotate it

REGISTRY: Final = CollectorRegistry()
SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

REQUESTS: Final = Counter(
    "board_requests", "Requests that were answered.", ["route", "method", "status"], registry=REGISTRY
)
REQUEST_SECONDS: Final = Histogram(
    "board_request_seconds",
    "How long answers took to make; those that were kept did not.",
    ["route"],
    buckets=SECONDS,
    registry=REGISTRY,
)
QUERIES: Final = Counter("board_queries", "Statements that the database was given.", ["route"], registry=REGISTRY)
QUERY_SECONDS: Final = Counter(
    "board_query_seconds", "How long the database took to answer them.", ["route"], registry=REGISTRY
)
KEPT_PAGES: Final = Counter(
    "board_kept_pages",
    "Public pages: given again (hit), made anew and kept (miss), made and not kept (not_kept).",
    ["outcome"],
    registry=REGISTRY,
)
answered: Final = Pending(lambda labels, number: REQUESTS.labels(*labels).inc(number))
given_again: Final = Pending(lambda labels, number: KEPT_PAGES.labels(*labels).inc(number))
EVENTS: Final = Counter("board_events_published", "Events that were written down.", ["event"], registry=REGISTRY)
HANDLINGS: Final = Counter(
    "board_handlings",
    "What became of events at their listeners: done, failed (and tried again), given_up.",
    ["handler", "outcome"],
    registry=REGISTRY,
)
DELIVERIES: Final = Counter(
    "board_deliveries",
    "What became of messages: sent, failed, skipped, or deferred (and tried again); why, if not sent.",
    ["lane", "outcome", "reason"],
    registry=REGISTRY,
)
SIGN_UPS: Final = Counter(
    "board_sign_ups", "Requests to follow, confirmations, and refusals by their reason.", ["what"], registry=REGISTRY
)
JOBS: Final = Counter(
    "board_job_runs", "How often workers ran each job: done or failed.", ["job", "outcome"], registry=REGISTRY
)
JOB_SECONDS: Final = Counter("board_job_seconds", "How long workers were busy with it.", ["job"], registry=REGISTRY)
