"""`make bench`: what webhooks cost, and what a browser leg with sound costs.

Each figure is printed with its ratio to a baseline measured in the same run, whose source is shown.
The ratios of a webhook on memory and of a whole call, and the share of a core, have limits; a
webhook on the local AWS is for information.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from app.adapters.dynamodb import (
    DynamoAgents,
    DynamoBoard,
    DynamoCalls,
    DynamoDirectory,
    tables,
)
from app.adapters.memory import MemoryClock
from infra.local.exchange import bench
from tests.bench import calls, limits, webhooks
from tests.bench.product import Product, State
from tests.support import ministack


def on_the_local_aws() -> None:
    print("\nThe same on the local AWS, over HTTP on this machine (no limit):\n")
    os.environ |= {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    with tempfile.TemporaryDirectory() as folder, ministack.running(Path(folder)) as cloud:
        client, switch = cloud.client("dynamodb"), cloud.table(tables.SWITCH)
        clock = MemoryClock()
        state = State(
            DynamoCalls(client, switch, clock),
            DynamoAgents(client, switch),
            DynamoBoard(client, switch),
            DynamoDirectory(cloud.table(tables.DIRECTORY), cloud.endpoint, clock),
        )
        product = Product(webhooks.TOKEN, state, prefix=switch[:12])
        for figure in webhooks.measure(product, rounds=3, calls=40):
            webhooks.show(figure)


if __name__ == "__main__":
    failed = webhooks.main()
    on_the_local_aws()
    print()
    failed = calls.main() or failed
    print("\nWhat is refused, and what is the worker's:\n")
    failed = limits.main() or failed
    print("\nA browser leg with sound at the exchange:\n")
    sys.exit(bench.main([]) or failed)
