"""The short way leads to the same world as HTTP, line by line and answer by answer.

So what holds on the short way holds over HTTP, with signatures, forms, headers and status codes.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.adapters.twilio.webhook import Webhook, WebhookResponse
from app.adapters.twilio.webhook_handlers import WebhookHandlers
from infra.local.exchange.journal import RestCalled, WebhookAnswered
from tests.simulation.standard import Records, both_transports, run


@pytest.mark.parametrize(
    ("seed", "profile"), [(1, "faultless"), (2, "no-crashes"), (3, "all-faults")]
)
def test_direct_calls_and_http_give_the_same_trace(seed: int, profile: str) -> None:
    outcome = both_transports(seed, profile=profile, calls=20, seconds=1200)

    assert outcome.violated is None, str(outcome.violated)


def test_the_journal_holds_documents_and_commands() -> None:
    """Else nothing would be compared above."""
    kept: list[Records] = []

    run(2, profile="no-crashes", calls=20, seconds=1200, told=kept.append)

    news = [entry.news for entry in kept[0].journal]
    documents = [n for n in news if isinstance(n, WebhookAnswered) and "<Response>" in n.body]
    commands = [n for n in news if isinstance(n, RestCalled) and n.method == "POST"]
    assert len(documents) > 50
    assert len(commands) > 20


def test_one_changed_byte_in_a_document_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = WebhookHandlers.handle
    documents = 0

    def differs(answers: WebhookHandlers, rule: str, webhook: Webhook) -> WebhookResponse:
        nonlocal documents
        answer = usual(answers, rule, webhook)
        documents += bool(answer.text)
        is_third = answer.text and documents == 3
        return replace(answer, text=f"{answer.text} ") if is_third else answer

    monkeypatch.setattr(WebhookHandlers, "handle", differs)

    outcome = both_transports(1, profile="faultless", calls=5, seconds=600)

    assert outcome.violated is not None
    assert outcome.violated.name == "both transports give the same trace"
