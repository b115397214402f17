"""What a new plan means for the people of the one before it: told at once, when it is published.

Sessions of a person who is not in it any more, or has another password, end; whoever is not in it
is offered no call. Were this never told (whoever published crashed), sessions and offers would
still look at the plan, which a process knows after 30 s.
"""

import logging
from collections.abc import Callable

from app.domain.dialplan import Plan

log = logging.getLogger(__name__)
OfPerson = Callable[[str], None]


def settle_people(
    before: Plan, after: Plan, *, dismiss: OfPerson, end_sessions: OfPerson
) -> tuple[str, ...]:
    """Dismiss and sign out whom the new plan concerns; the ids of those for whom it failed.

    Repeatable. Sessions first: who is signed out cannot become available again meanwhile.
    """
    failed = []
    for member in before.members:
        now = after.member(member.id)
        if now is not None and now.password_hash == member.password_hash:
            continue
        try:
            end_sessions(member.id)
            if now is None:
                dismiss(member.id)
        except Exception:  # one who cannot be told of must not keep the others from it
            log.exception("a person of the former plan is not settled", extra={"agent": member.id})
            failed.append(member.id)
    return tuple(failed)
