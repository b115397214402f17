"""What the suites of the stores share: one local AWS for the whole run, and its credentials."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import ministack


@pytest.fixture(scope="session")
def _credentials() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "local")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "local")
        patch.delenv("AWS_PROFILE", raising=False)
        yield


@pytest.fixture(scope="session")
def cloud(
    _credentials: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ministack.Cloud]:
    with ministack.running(tmp_path_factory.mktemp("ministack")) as running:
        yield running
