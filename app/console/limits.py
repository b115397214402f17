"""How fast passwords may be tried. Only wrong tries count; who guesses is slowed, never locked out.

Two counts, each with free tries and then a gate, whose pause doubles with each further wrong try:

    a pair      one account from one address: somebody guesses a password
    an address  all accounts that never signed in from there: somebody tries one password on many

A person who has signed in from an address before is known there, and only the pair counts: guesses
from elsewhere, and a neighbour behind the same address who tries many accounts, slow nobody's own
sign-in. The account alone is never counted, or anybody could keep anybody out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address
from math import ceil

from app.ports import Expiring

WINDOW = timedelta(minutes=15)
PAIR_FREE = 5
ADDRESS_FREE = 100  # the first morning of three hundred desks: one in ten mistypes, three times
LONGEST_PAUSE_SECONDS = 60
KNOWN_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`wait_seconds` 0: the password may be read; else how long to wait before the next try.

    If it is wrong, `free_left` tries are free of a wait, or the next waits `then_seconds`.
    """

    wait_seconds: int = 0
    free_left: int = 0
    then_seconds: int = 0


class SignInLimits:
    def __init__(self, expiring: Expiring, now: Callable[[], datetime]) -> None:
        self._expiring = expiring
        self._now = now

    def ask(self, email: str, address: str) -> Verdict:
        """Before a password is read: the try counts as wrong until `passed` says it is not."""
        network = network_of(address)
        address_pause = self._address_pause(email, network)
        if address_pause and (left := self._closed_for(_strangers(network), address_pause)):
            return Verdict(wait_seconds=left)
        pair = _pair(email, network)
        failed = int(self._expiring.get(pair) or 0)
        if failed >= PAIR_FREE and (left := self._closed_for(pair, _pause(failed, PAIR_FREE))):
            return Verdict(wait_seconds=left)
        counted = self._expiring.count(pair, self._now() + WINDOW)
        own_pause = _pause(counted - 1, PAIR_FREE) if counted > PAIR_FREE else 0
        at_once = failed < PAIR_FREE < counted  # others tried at the same time
        if at_once and (left := self._closed_for(pair, own_pause)):
            return Verdict(wait_seconds=left)
        then_seconds = max(own_pause, address_pause)
        return Verdict(0, 0 if then_seconds else PAIR_FREE + 1 - counted, then_seconds)

    def failed(self, email: str, address: str) -> None:
        network = network_of(address)
        if not self._is_known(email, network):
            self._expiring.count(_strangers(network), self._now() + WINDOW)

    def passed(self, email: str, address: str) -> None:
        """The right password: nothing stays counted, and the person is known at this address."""
        network = network_of(address)
        pair = _pair(email, network)
        for key in (pair, _gate(pair), _opens(pair)):
            self._expiring.forget(key)
        self._expiring.put(_known(email, network), "yes", self._now() + KNOWN_FOR)

    def _address_pause(self, email: str, network: str) -> int:
        """0: this address has free tries, or this person is known at it."""
        failed = int(self._expiring.get(_strangers(network)) or 0)
        if failed < ADDRESS_FREE or self._is_known(email, network):
            return 0
        return _pause(failed, ADDRESS_FREE)

    def _is_known(self, email: str, network: str) -> bool:
        return self._expiring.get(_known(email, network)) is not None

    def _closed_for(self, key: str, pause_seconds: int) -> int:
        """Seconds until the gate opens; 0: it was open, and is closed behind this try."""
        now = self._now()
        until = now + timedelta(seconds=pause_seconds)
        if self._expiring.count(_gate(key), until) == 1:
            self._expiring.put(_opens(key), str(until.timestamp()), until)
            return 0
        opens = self._expiring.get(_opens(key))
        if opens is None:  # it was closed at this very moment
            return pause_seconds
        return max(1, ceil((datetime.fromtimestamp(float(opens), UTC) - now).total_seconds()))


def network_of(address: str) -> str:
    """What counts as one address: of IPv6 the first half, for the other half is free to choose."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"


def _pause(failed: int, free: int) -> int:
    doublings = min(max(failed - free, 0), 10)
    return min(LONGEST_PAUSE_SECONDS, 2 << doublings)


def _pair(email: str, network: str) -> str:
    return f"tries:{email} {network}"


def _strangers(network: str) -> str:
    return f"strangers:{network}"


def _known(email: str, network: str) -> str:
    return f"known:{email} {network}"


def _gate(key: str) -> str:
    return f"gate:{key}"


def _opens(key: str) -> str:
    return f"opens:{key}"
