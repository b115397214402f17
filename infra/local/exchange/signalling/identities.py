"""Who is registered with which devices, and every live call of a Voice SDK.

A call to an identity rings at all of its devices; the first to answer has it, the others are
cancelled. To the exchange each identity is one telephone.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from infra.local.exchange.signalling.connections import Connections
from infra.local.exchange.signalling.sdk_call import SdkCall, SdkDevice
from infra.local.exchange.wire import API_VERSION


class Identity:
    """Implements `interfaces.Phone` for calls to an identity."""

    def __init__(self, name: str, connections: Connections, calls: Calls, account_sid: str) -> None:
        self.name = name
        self.devices: list[SdkDevice] = []
        self._connections = connections
        self._calls = calls
        self._account_sid = account_sid

    def ring(self, leg: str, caller: str, called: str, parameters: Mapping[str, str]) -> None:
        invitation = {
            "CallSid": leg,
            "AccountSid": self._account_sid,
            "From": caller,
            "To": called,
            "ApiVersion": API_VERSION,
            "Params": urlencode(parameters),
        }
        for device in self.devices:
            call = self._calls.make(device, leg=leg)
            self._connections.tasks.start(call.invite(invitation))

    def ringing(self, leg: str) -> None:
        """Nothing to do: an identity makes no calls, its devices do."""

    def answered(self, leg: str) -> None:
        """Nothing to do: an identity makes no calls, its devices do."""

    def ended(self, leg: str, code: int | None, message: str) -> None:
        for call in self._calls.of_leg(leg):
            if call.is_answered:
                call.ended(leg, code, message)
            else:
                call.cancel()


class Calls:
    """The live calls. Several share one leg while it rings at several devices."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._live: list[SdkCall] = []

    def make(self, device: SdkDevice, *, leg: str = "", temporary: str = "") -> SdkCall:
        call = SdkCall(self._connections, device, self._live.remove, leg=leg, temporary=temporary)
        self._live.append(call)
        return call

    def of_leg(self, leg: str) -> list[SdkCall]:
        return [call for call in self._live if call.leg == leg]

    def of_device(self, device: SdkDevice) -> list[SdkCall]:
        return [call for call in self._live if call.device is device]

    def find(self, device: SdkDevice, sid: str) -> SdkCall | None:
        """By the leg's sid, or by the SDK's own before it knew that."""
        return next(
            (call for call in self.of_device(device) if sid in {call.leg, call.temporary}), None
        )

    def by_reconnect(self, token: str) -> SdkCall | None:
        return next((call for call in self._live if call.reconnect == token), None)


class Identities:
    def __init__(self, connections: Connections, account_sid: str) -> None:
        self.calls = Calls(connections)
        self._connections = connections
        self._account_sid = account_sid
        self._by_name: dict[str, Identity] = {}

    def add(self, name: str, device: SdkDevice) -> None:
        """Register; a repeat (each SDK sends one every 30 s) changes nothing."""
        identity = self._by_name.get(name)
        if identity is None:
            identity = Identity(name, self._connections, self.calls, self._account_sid)
            self._by_name[name] = identity
            self._connections.call_control.register(name, identity)
        if device not in identity.devices:
            identity.devices.append(device)

    def remove(self, device: SdkDevice) -> None:
        for identity in [known for known in self._by_name.values() if device in known.devices]:
            identity.devices.remove(device)
            if not identity.devices:
                del self._by_name[identity.name]
                self._connections.call_control.unregister(identity.name, identity)

    def accept(self, call: SdkCall, answer: str) -> None:
        for other in self.calls.of_leg(call.leg):
            if other is not call:
                other.cancel()
        self._connections.tasks.start(call.accept(answer))

    def reject(self, call: SdkCall) -> None:
        """The leg is refused when its last device refuses."""
        call.drop()
        if not self.calls.of_leg(call.leg):
            self._connections.call_control.rejected(call.leg)

    def gone(self, device: SdkDevice) -> None:
        """The device's socket is lost. Answered calls go on until their media ends."""
        self.remove(device)
        for call in self.calls.of_device(device):
            if call.is_answered:
                continue
            if call.temporary:  # it made this call, and the SDK abandons such a call
                call.hang_up()
            else:
                call.drop()
