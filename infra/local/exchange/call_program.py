"""The main program of a leg: what follows when its documents run out or fail (A4)."""

from __future__ import annotations

from collections.abc import Callable

from infra.local.exchange.context import Context
from infra.local.exchange.leg import EndCall, Leg, Status
from infra.local.exchange.twiml.program import Program, Verbs
from infra.local.exchange.twiml.vocabulary import DocumentKind

APOLOGY = "<Response><Say>We're sorry, an application error has occurred. Goodbye.</Say></Response>"


def call_program(
    context: Context,
    leg: Leg,
    verbs: Verbs,
    answer: Callable[[Leg], None],
    end_call: EndCall,
) -> Program:
    """Not started yet. It answers the leg at its first verb and ends it after the last."""
    recovering = False

    def failed(code: int, url: str) -> None:
        """A4: the fallback, once; else the sentence, and the end."""
        nonlocal recovering
        fallback = leg.fallback
        if fallback is None or not fallback.url or recovering:
            answer(leg)
            recovering = True
            program.inline(APOLOGY)
            return
        recovering = True
        program.fetch(fallback, (("ErrorCode", str(code)), ("ErrorUrl", url)))

    def ran_out() -> None:
        answer(leg)
        end_call(leg, Status.COMPLETED)

    def document_runs() -> None:
        nonlocal recovering
        recovering = False

    program = Program(
        context,
        leg,
        DocumentKind.CALL,
        verbs,
        ran_out,
        failed,
        answer=lambda: answer(leg),
        on_document=document_runs,
    )
    return program
