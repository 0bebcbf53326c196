import pytest

from jobs_domain import ports

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("port", "methods"),
    [
        (ports.Clock, {"now"}),
        (ports.EventPublisher, {"publish"}),
        (ports.Postings, {"get", "save"}),
        (ports.Subscriptions, {"get", "active", "active_on", "of", "replaced_by", "add", "save", "erase"}),
        (ports.Records, {"postings", "subscriptions", "events"}),
        (ports.UnitOfWork, {"__call__"}),
    ],
)
def test_an_adapter_that_leaves_out_a_method_cannot_be_made(port: type, methods: set[str]) -> None:
    for forgotten in methods:
        done = dict.fromkeys(methods - {forgotten}, lambda *_: None)
        with pytest.raises(TypeError, match=f"abstract method '{forgotten}'"):
            type("Incomplete", (port,), done)()
