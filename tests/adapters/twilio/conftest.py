"""The adapter on pretended HTTP: nothing leaves this process."""

from collections.abc import Iterator

import pytest
import responses

from app.adapters.memory.clock import MemoryClock
from app.adapters.memory.directory import MemoryDirectory
from app.adapters.twilio.account import Account
from app.adapters.twilio.carrier import TwilioCarrier
from app.adapters.twilio.recorder import TwilioRecorder
from app.adapters.twilio.urls import Urls
from tests.adapters.twilio.carrier_requests import ACCOUNT_SID, API
from tests.adapters.twilio.webhook_company import PLAN


@pytest.fixture
def clock() -> MemoryClock:
    return MemoryClock()


@pytest.fixture
def carrier(clock: MemoryClock) -> TwilioCarrier:
    directory = MemoryDirectory()
    directory.publish(PLAN, previous=None)
    return TwilioCarrier(
        account=Account(ACCOUNT_SID, "SK1", "secret", API),
        urls=Urls("https://pbx.example", "dev"),
        directory=directory,
        clock=clock,
    )


@pytest.fixture
def recorder(clock: MemoryClock) -> TwilioRecorder:
    return TwilioRecorder(account=Account(ACCOUNT_SID, "SK1", "secret", API), clock=clock)


@pytest.fixture
def api() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock
