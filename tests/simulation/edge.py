"""Where the carrier and the functions meet: webhooks one way, REST the other; no sockets.

A webhook is the WSGI application of one instance, called in a task of its own with the exchange's
real signature and form. REST is the official client over a transport that calls the exchange's
own WSGI application, each request with a point before and after.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import requests

from infra.local.exchange.seam import Answer, NoAnswer, Request
from infra.local.exchange.virtual import WsgiFetcher
from tests.simulation.cloud import Cloud, Instance
from tests.simulation.tasks import current
from tests.simulation.weather import Fault
from tests.simulation.world import World
from tests.stories.stages import InProcess

Done: TypeAlias = Callable[[Answer | NoAnswer], None]

_SID = re.compile(rb"CallSid=(CA\w+)")
REST_TIME_OUT_SECONDS = 1.2


class Names:
    """Legs by the names of their people: sids differ when a call more or less is made."""

    def __init__(self) -> None:
        self._of: dict[str, str] = {}

    def knows(self, sid: str, name: str) -> None:
        self._of[sid] = name
        self._of[sid[2:]] = name

    def of(self, sid: str) -> str:
        return self._of.get(sid, sid)

    def of_request(self, request: Request) -> str:
        """What a webhook's task is called: whose it is and what it is about."""
        words = urlsplit(request.url).path.split("/")[2:]
        found = _SID.search(request.body)
        who = self.of(found[1].decode()) if found else ""
        return "/".join([who, *(self.of(word) for word in words)])


class Webhooks:
    """The exchange's fetcher: each request is a task in some instance of the `voice` function."""

    def __init__(self, world: World, names: Names) -> None:
        self._world = world
        self._names = names
        self.cloud: Cloud

    def fetch(self, request: Request, done: Done) -> None:
        world, weather = self._world, self.cloud.weather
        name = world.numbered(self._names.of_request(request))
        self.cloud.deliveries.append(name)
        is_lost = world.choices.happens(f"unanswered/{name}", weather.unanswered)

        def told(result: Answer | NoAnswer | BaseException) -> None:
            match result:
                case Answer() | NoAnswer() if not is_lost:
                    done(result)
                case BaseException():
                    done(Answer(502, {}, b""))  # what the gateway says of a crashed function
                case _:
                    pass  # the answer is lost on its way

        def too_late() -> None:
            done(NoAnswer("read", "no answer in time"))

        self._start(name, request, told)
        world.later(request.read_seconds, f"time-out/{name}", too_late)
        if world.choices.happens(f"repeated/{name}", weather.repeated):
            after = world.choices.span(f"again/{name}", 0.0, 3.0)
            again = f"{name}+"
            world.later(after, again, lambda: self._start(again, request, lambda _: None))

    def _start(
        self,
        name: str,
        request: Request,
        done: Callable[[Answer | NoAnswer | BaseException], None],
    ) -> None:
        def work(instance: Instance) -> Answer | NoAnswer:
            return WsgiFetcher(instance.app).perform(request)

        self.cloud.start("voice", name, work, done)


class RestLine(InProcess):
    """The transport below the official client: one point before and one after each request."""

    def __init__(self, app: Callable[..., Any], world: World) -> None:
        super().__init__(app)
        self._world = world
        self.cloud: Cloud

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Raises requests.Timeout."""
        task = current()
        if task is None or not isinstance(task.owner, Instance):
            return super().send(request)
        instance, operation = task.owner, str(request.method)
        self.cloud.before(instance, "rest", operation)
        fault = self.cloud.pending(task)
        match fault:
            case Fault.TOO_MANY:
                return _refused(request, 429, 20429)
            case Fault.BROKEN:
                return _refused(request, 500, 20500)
            case Fault.LOST_BEFORE:
                self._times_out()
            case _:
                pass
        answer = super().send(request)
        path = urlsplit(str(request.url)).path.rpartition("/")[2]
        self._world.note(f"{task.name} REST {operation} {path[:2]} {answer.status_code}")
        match fault:
            case Fault.BROKEN_AFTER:
                return _refused(request, 500, 20500)
            case Fault.LOST_AFTER:
                self._times_out()
            case Fault.CRASH_AFTER:
                self.cloud.dies(instance)
            case _:
                pass
        self.cloud.after(instance, "rest", operation)
        return answer

    def _times_out(self) -> None:
        self._world.pause(REST_TIME_OUT_SECONDS)
        raise requests.Timeout("no answer")


def _refused(request: requests.PreparedRequest, status: int, code: int) -> requests.Response:
    response = requests.Response()
    response.status_code, response.url, response.request = status, str(request.url), request
    body = {"code": code, "message": "simulated", "status": status}
    response.headers["Content-Type"] = "application/json"
    response._content = json.dumps(body).encode()
    return response
