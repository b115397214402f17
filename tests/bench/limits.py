"""What a forged webhook of the largest size costs, and a change of the board at 300 desks.

The first in processor time, in process over WSGI; the second in operations, posts and modelled
seconds (`make load`), for the webhook that makes the change. An offer is told to one page; all
that pages share is the worker's.
"""

from __future__ import annotations

import sys
import time

from tests.bench import webhooks
from tests.bench.product import Product
from tests.load.run import TALKS
from tests.load.worlds import Scene, play

BODY_BYTES = 64_000
ROUNDS = 20
DESKS = 300
OFFERED = "caller Pressed (AtNode > Waiting), OfferMade (Waiting > Offered)"
OFFER_POSTS = 1


def forged_milliseconds() -> float:
    """Of processor time, at best, until a large body with a wrong signature is refused."""
    product = Product(webhooks.TOKEN)
    path, form = product.inbound()
    spent, statuses = [], []
    for _ in range(ROUNDS):
        forged = webhooks.environ(path, form | {"Filler": "x" * (BODY_BYTES - 2_000)})
        forged["HTTP_X_TWILIO_SIGNATURE"] = "forged"
        begun = time.process_time()
        b"".join(product.app(forged, lambda status, _h, _e=None: statuses.append(status)))  # type: ignore[arg-type]
        spent.append(time.process_time() - begun)
    if set(statuses) != {"403 FORBIDDEN"}:
        raise RuntimeError(f"a forged webhook was answered {set(statuses)}")
    return min(spent) * 1000


def board_change() -> tuple[float, float, float]:
    """Operations, posts and modelled seconds of the webhook that makes an offer."""
    measured = play(Scene("300 desks", DESKS, TALKS, 60.0, calls=10))
    kind = next(kind for name, kind in measured.kinds.items() if name.endswith(OFFERED))
    figures = kind.figures
    return figures["operations"].mean, figures["posts"].mean, kind.most_seconds


def main() -> int:
    print(f"a forged webhook of {BODY_BYTES // 1000} kB: {forged_milliseconds():.2f} ms of CPU")
    operations, posts, seconds = board_change()
    told = f"{operations:.1f} operations, {posts:.1f} posts, {seconds:.3f} s"
    print(
        f"a key press that makes an offer, {DESKS} desks: {told} (the offer is {OFFER_POSTS} post)"
    )
    return int(posts > OFFER_POSTS)


if __name__ == "__main__":
    sys.exit(main())
