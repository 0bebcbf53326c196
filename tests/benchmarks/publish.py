"""`python -m tests.benchmarks publish`: how the time of an editor's click grows with the number of followers, and who writes to them."""

from argparse import Namespace
from typing import Final

from tests.benchmarks import clients, databases

AUDIENCES: Final = (0, 100, 10_000, 100_000)


def main(_options: Namespace) -> int:
    with databases.sqlite() as engine:
        env = clients.environment(engine.new("publish").url)
        clients.stage("create", *AUDIENCES, env=env)
        clicks = clients.stage("publish", *AUDIENCES, env=env)
        print(f"{'followers':>10}  {'publish a change':>20}  {'write the ledger':>20}")
        baseline = clients.number(clicks, "0")
        clean = clients.environment(engine.new("ledger").url)
        clients.stage("create", *AUDIENCES, env=clean)
        for audience in AUDIENCES:
            click = clients.number(clicks, str(audience))
            announced = clients.stage("announce", audience, env=clean)
            work = clients.number(announced, "dispatch") + clients.number(announced, "fan_out")
            each = f"{work / audience * 1e6:,.1f} µs each" if audience else "-"
            print(f"{audience:>10,}  {click * 1e3:>8.2f} ms ({click / baseline:4.2f} ×)  {each:>20}")
    return 0
