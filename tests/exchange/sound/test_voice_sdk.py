"""The unmodified Voice SDK in real Chromium, against the exchange's signalling and media."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.exchange.sound.browsers import (
    SdkPage,
    access_token,
)
from tests.exchange.sound.fake_call_control import DoubleLeg
from tests.exchange.sound.hearing import hears, hears_no
from tests.exchange.sound.media_runtime_thread import APPLICATION, MediaRuntimeThread
from tests.exchange.sound.origin import ROOT, SDK

# What npm's tarball of each version contains, by the tarball's own integrity (package-lock.json).
SDK_FILES = {
    "2/tw1IDAIn7j6yFDOln8p93v3aHIxNIN93JwL98cHIlbkSNeU/Jt9zGM/0TvDpNjo+k88lvAew4jgOjKlc9/KA==": (
        "QM34ez1S/Teia5iHbd4CLqst8ch1c2wd0PXI3VeE4+pv0SCZ2pubutmicolxbjin1ggN9FE57kogBq+cdHvYnQ=="
    ),
}


@pytest.fixture
def alice(media_runtime: MediaRuntimeThread, browser_700: Browser) -> Iterator[SdkPage]:
    with SdkPage.opened(browser_700, media_runtime, "alice") as page:
        yield page


@pytest.fixture
def bob(media_runtime: MediaRuntimeThread, browser_1000: Browser) -> Iterator[SdkPage]:
    with SdkPage.opened(browser_1000, media_runtime, "bob") as page:
        yield page


def last_leg(media_runtime: MediaRuntimeThread) -> tuple[str, DoubleLeg]:
    return list(media_runtime.call_control.legs.items())[-1]


def test_the_sdk_is_the_file_of_the_npm_tarball() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    integrity = lock["packages"]["node_modules/@twilio/voice-sdk"]["integrity"].removeprefix(
        "sha512-"
    )

    digest = hashlib.sha512(SDK.read_bytes()).digest()

    assert base64.b64encode(digest).decode() == SDK_FILES[integrity]


@pytest.mark.alone
def test_a_call_hears_the_tone_that_the_exchange_plays(
    media_runtime: MediaRuntimeThread, alice: SdkPage
) -> None:
    alice.dial("tone:440", note="zażółć & more")
    alice.wait("accept")

    hears(alice, 440, 1000)


def test_a_calls_parameters_arrive_and_those_of_the_token_win(
    media_runtime: MediaRuntimeThread, alice: SdkPage
) -> None:
    alice.dial("silence", note="zażółć & more", fixed="no")
    alice.wait("accept")

    _, leg = last_leg(media_runtime)
    assert leg.parameters["note"] == "zażółć & more"
    assert leg.parameters["fixed"] == "yes"
    assert leg.parameters["ApplicationSid"] == APPLICATION


@pytest.mark.alone
def test_keys_arrive_once_each_in_their_order(
    media_runtime: MediaRuntimeThread, alice: SdkPage
) -> None:
    alice.dial("silence")
    alice.wait("accept")
    _, leg = last_leg(media_runtime)
    alice.page.wait_for_function("call.getRemoteStream() !== null")

    alice.page.evaluate("call.sendDigits('112#9*')")

    assert media_runtime.call_control.until(lambda: len(leg.digits) >= 6)
    assert leg.digits == "112#9*"


@pytest.mark.alone
def test_two_in_a_conference_hear_each_other_and_never_themselves(
    media_runtime: MediaRuntimeThread, alice: SdkPage, bob: SdkPage
) -> None:
    alice.dial("conference:lobby")
    bob.dial("conference:lobby")
    alice.wait("accept")
    bob.wait("accept")

    hears(alice, 1000, 700)
    hears(bob, 700, 1000)


@pytest.mark.alone
def test_a_muted_browser_is_not_heard_and_not_taken_for_dead(
    media_runtime: MediaRuntimeThread, alice: SdkPage, bob: SdkPage
) -> None:
    alice.dial("conference:quiet")
    bob.dial("conference:quiet")
    alice.wait("accept")
    bob.wait("accept")
    hears(bob, 700)

    alice.page.evaluate("call.mute(true)")
    for _ in range(11):  # 5.5 s: a dead leg is ended after 5
        bob.hears(700)

    hears_no(bob, 700)
    assert [leg.state for _, leg in list(media_runtime.call_control.legs.items())[-2:]] == [
        "in-progress"
    ] * 2


def test_the_browser_hangs_up(media_runtime: MediaRuntimeThread, alice: SdkPage) -> None:
    alice.dial("silence")
    alice.wait("accept")
    _, leg = last_leg(media_runtime)

    alice.page.evaluate("call.disconnect()")

    assert media_runtime.call_control.until(lambda: leg.state == "completed")


def test_the_exchange_hangs_up(media_runtime: MediaRuntimeThread, alice: SdkPage) -> None:
    alice.dial("silence")
    alice.wait("accept")
    sid, _ = last_leg(media_runtime)

    media_runtime.call(lambda: media_runtime.call_control.end(sid))

    alice.wait("disconnect")


def test_a_call_given_up_while_it_rings_ends(
    media_runtime: MediaRuntimeThread, alice: SdkPage
) -> None:
    alice.dial("wait")
    alice.wait("ringing")
    _, leg = last_leg(media_runtime)

    alice.page.evaluate("call.disconnect()")

    assert media_runtime.call_control.until(lambda: leg.state == "completed")


def test_a_refusal_is_an_error_of_the_call(
    media_runtime: MediaRuntimeThread, alice: SdkPage
) -> None:
    alice.dial("refuse")

    assert alice.wait("error") == 31005


@pytest.mark.alone
def test_a_call_to_an_identity_carries_caller_and_parameters_and_is_accepted(
    media_runtime: MediaRuntimeThread, alice: SdkPage
) -> None:
    sid = media_runtime.call(
        lambda: media_runtime.call_control.call_identity("alice", "tone:440", {"offer": "a b"})
    )
    incoming = alice.wait("incoming")

    alice.page.evaluate("call.accept({ rtcConstraints: RAW })")
    alice.wait("accept")

    assert incoming == {"from": "+442079460142", "custom": {"offer": "a b"}}
    hears(alice, 440)  # "accept" is the page's own word: the answer may still be on its way
    assert media_runtime.call_control.legs[sid].state == "in-progress"


def test_a_call_to_an_identity_is_rejected(
    media_runtime: MediaRuntimeThread, alice: SdkPage
) -> None:
    sid = media_runtime.call(
        lambda: media_runtime.call_control.call_identity("alice", "silence", {})
    )
    alice.wait("incoming")

    alice.page.evaluate("call.reject()")

    assert media_runtime.call_control.until(
        lambda: media_runtime.call_control.legs[sid].state == "busy"
    )


def test_a_call_that_the_caller_gives_up_is_cancelled(
    media_runtime: MediaRuntimeThread, alice: SdkPage
) -> None:
    sid = media_runtime.call(
        lambda: media_runtime.call_control.call_identity("alice", "silence", {})
    )
    alice.wait("incoming")

    media_runtime.call(lambda: media_runtime.call_control.end(sid))

    alice.wait("cancel")


def test_of_two_devices_the_first_to_answer_has_the_call(
    media_runtime: MediaRuntimeThread, alice: SdkPage, browser_1000: Browser
) -> None:
    with SdkPage.opened(browser_1000, media_runtime, "alice") as other:
        media_runtime.call(lambda: media_runtime.call_control.call_identity("alice", "silence", {}))
        alice.wait("incoming")
        other.wait("incoming")

        other.page.evaluate("call.accept({ rtcConstraints: RAW })")

        other.wait("accept")
        alice.wait("cancel")


@pytest.mark.alone
def test_a_lost_socket_loses_no_call_and_no_sound(
    media_runtime: MediaRuntimeThread, alice: SdkPage
) -> None:
    alice.dial("tone:440")
    alice.wait("accept")
    hears(alice, 440)

    media_runtime.drop_sockets()
    alice.wait("reconnected")
    sid, leg = last_leg(media_runtime)

    assert leg.state == "in-progress"
    hears(alice, 440)
    media_runtime.call(lambda: media_runtime.call_control.end(sid))
    alice.wait("disconnect")


@pytest.mark.alone
def test_a_renewed_token_leaves_the_call_alone(
    media_runtime: MediaRuntimeThread, alice: SdkPage
) -> None:
    alice.dial("tone:440")
    alice.wait("accept")

    alice.page.evaluate("(token) => device.updateToken(token)", access_token("alice"))

    hears(alice, 440)
    assert last_leg(media_runtime)[1].state == "in-progress"


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (access_token("eve", secret="another-secret-of-the-same-length-as-ours"), 20101),
        (access_token("eve", seconds=-10), 20104),
    ],
    ids=["forged", "expired"],
)
def test_a_bad_token_is_refused(
    media_runtime: MediaRuntimeThread, browser_700: Browser, token: str, code: int
) -> None:
    page = browser_700.new_page()
    page.goto(media_runtime.origin)

    page.evaluate("([t, e]) => void boot(t, e).catch(() => {})", [token, media_runtime.exchange])
    seen = page.wait_for_function("() => seen.find((one) => one.name === 'device error')")

    assert seen.json_value()["detail"] == code
    assert "eve" not in media_runtime.call_control.identities
    page.close()


def test_unregistering_ends_being_callable(
    media_runtime: MediaRuntimeThread, alice: SdkPage
) -> None:
    alice.page.evaluate("device.unregister()")

    assert media_runtime.call_control.until(
        lambda: "alice" not in media_runtime.call_control.identities
    )


def test_a_reloaded_page_hangs_up(media_runtime: MediaRuntimeThread, alice: SdkPage) -> None:
    alice.dial("silence")
    alice.wait("accept")
    _, leg = last_leg(media_runtime)

    alice.page.reload()

    assert media_runtime.call_control.until(lambda: leg.state == "completed")


@pytest.mark.alone
def test_a_killed_browser_is_noticed(
    media_runtime: MediaRuntimeThread, doomed_browser: Browser
) -> None:
    with SdkPage.opened(doomed_browser, media_runtime, "carol") as page:
        page.dial("tone:440")
        page.wait("accept")
        hears(page, 440)
        _, leg = last_leg(media_runtime)

        page.kill()

        assert media_runtime.call_control.until(lambda: leg.state == "completed")


def test_a_message_of_the_call_is_acknowledged(
    media_runtime: MediaRuntimeThread, alice: SdkPage
) -> None:
    alice.dial("silence")
    alice.wait("accept")

    alice.page.evaluate(
        "void call.on('messageSent', () => note('messageSent')).sendMessage("
        "{ content: { a: 1 }, contentType: 'application/json',"
        " messageType: 'user-defined-message' })"
    )

    alice.wait("messageSent")


def test_the_shim_leaves_other_sockets_alone(
    media_runtime: MediaRuntimeThread, alice: SdkPage
) -> None:
    opened = alice.page.evaluate(
        """(exchange) => ['wss://example.test/x', `wss://${exchange}/signal`].map((address) => {
             const socket = new WebSocket(address);
             socket.close();
             return socket.url;
           })""",
        media_runtime.exchange,
    )

    assert opened == ["wss://example.test/x", f"ws://{media_runtime.exchange}/signal"]


def test_the_shim_is_all_that_is_changed() -> None:
    shim = (ROOT / "infra/local/exchange/pages/static/shim.js").read_text()

    assert re.findall(r"window\.(\w+) =", shim) == ["WebSocket"]
