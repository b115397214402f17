"""An outside telephone that follows its script, in each call by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, assert_never

from infra.local.exchange.interfaces import Clip, Timer, Voices
from infra.local.exchange.leg import NOT_FOUND
from infra.local.exchange.outside.script import (
    Answer,
    Listen,
    Menu,
    Refuse,
    Say,
    Script,
    Sound,
    Wait,
)

if TYPE_CHECKING:
    from infra.local.exchange.exchange import Exchange

_LOOK_SECONDS = 1.0


class OutsideTelephone:
    """Implements `interfaces.Phone`. It takes any number of calls at once."""

    def __init__(self, exchange: Exchange, script: Script) -> None:
        self._exchange = exchange
        self._script = script
        self._calls: dict[str, OutsideCall] = {}

    def ring(self, leg: str, caller: str, called: str, parameters: Mapping[str, str]) -> None:
        self._calls[leg] = OutsideCall(self._exchange, self, leg, self._script)
        self._calls[leg].start()

    def ringing(self, leg: str) -> None:
        """It makes no calls."""

    def answered(self, leg: str) -> None:
        """It makes no calls."""

    def ended(self, leg: str, code: int | None, message: str) -> None:
        call = self._calls.pop(leg, None)
        if call is not None:
            call.end()


class OutsideCall:
    """One call, step by step. At most one timer runs: what is awaited now."""

    def __init__(
        self, exchange: Exchange, telephone: OutsideTelephone, leg: str, script: Script
    ) -> None:
        self._exchange = exchange
        self._telephone = telephone
        self._leg = leg
        self._steps = iter(script.steps)
        self._menu: Menu | None = None
        self._is_answered = False
        self._timer: Timer | None = None
        self._ear = exchange.listen_for_keys(leg, self._key)

    def start(self) -> None:
        self._next()

    def end(self) -> None:
        self._ear.stop()
        self._cancel()
        self._exchange.fall_silent(self._leg)

    def _next(self) -> None:
        self._menu = None
        match next(self._steps, None):
            case None:
                if self._is_answered:
                    self._exchange.hang_up(self._leg)
            case Wait(seconds=seconds):
                self._later(seconds, self._next)
            case Answer():
                self._is_answered = self._exchange.answered(self._leg, self._telephone)
                if self._is_answered:
                    self._next()
            case Say(text=text, language=language):
                self._say(text, language, self._next)
            case Sound(tone=tone, times=times):
                self._play(self._exchange.context.sound.tone(tone), self._next, times)
            case Listen() as listen:
                self._listen(listen.seconds, listen.silence_seconds, 0.0)
            case Menu() as menu:
                self._begin_menu(menu)
            case Refuse(sip_code=sip_code):
                self._refuse(sip_code)
            case other:
                assert_never(other)

    def _refuse(self, sip_code: str) -> None:
        if sip_code == NOT_FOUND:
            self._exchange.unreachable(self._leg)
        else:
            self._exchange.rejected(self._leg, self._telephone, sip_code)

    # --- a menu ---

    def _begin_menu(self, menu: Menu) -> None:
        self._menu = menu
        self._say(menu.text, menu.language, lambda: self._later(menu.seconds, self._next))

    def _key(self, key: str) -> None:
        """A key interrupts what the menu says; elsewhere it changes nothing."""
        menu = self._menu
        if menu is not None:
            words = menu.choices.get(key, menu.other)
            self._say(words, menu.language, lambda: self._begin_menu(menu))

    # --- listening ---

    def _listen(self, seconds: float, silence_seconds: float, silent_for: float) -> None:
        """Looks once a second whether anybody or anything is to be heard."""
        silent_for = silent_for + _LOOK_SECONDS if self._hears_nothing() else 0.0
        if seconds <= 0 or silent_for > silence_seconds:
            self._next()
            return
        self._later(
            _LOOK_SECONDS,
            lambda: self._listen(seconds - _LOOK_SECONDS, silence_seconds, silent_for),
        )

    def _hears_nothing(self) -> bool:
        return self._exchange.hears(self._leg) in (None, Voices(()))

    # --- sound ---

    def _say(self, text: str, language: str, then: Callable[[], None]) -> None:
        self._play(self._exchange.context.sound.speech(text, language, ""), then)

    def _play(self, clip: Clip, then: Callable[[], None], times: int = 1) -> None:
        def over() -> None:
            self._exchange.fall_silent(self._leg)
            then()

        self._exchange.speak(self._leg, clip, times)
        self._later(clip.seconds * times, over)

    def _later(self, seconds: float, then: Callable[[], None]) -> None:
        self._cancel()
        self._timer = self._exchange.context.call_later(seconds, then)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def plug_in_all(exchange: Exchange, scripts: Iterable[Script]) -> None:
    """The directory: each telephone rings from now on when its number is called."""
    for script in scripts:
        exchange.plug_in(script.number, OutsideTelephone(exchange, script))
