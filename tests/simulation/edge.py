"""Where the carrier and the functions meet: webhooks one way, REST the other; no sockets.

Each webhook is answered in a task of its own by some instance; each request of the official client
has a point before and after. Two transports give the same trace (test_transports.py). Over HTTP a
webhook is the WSGI application of the instance, with the exchange's signature, and REST is
`requests` on the exchange's WSGI application. Direct calls leave HTTP out: the form goes to what
the application would ask for an answer, and a request to what the WSGI application of the exchange
would ask.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from app.adapters.twilio import events
from app.adapters.twilio.webhook import TWIML, Webhook
from app.adapters.twilio.webhook_handlers import CALLBACKS, DOCUMENTS
from app.web import CONVERTERS
from infra.local.exchange.faults import AnswerLost
from infra.local.exchange.interfaces import Answer, NoAnswer, Request
from infra.local.exchange.rest.messages import RestRequest
from infra.local.exchange.rest.wsgi import RestApp
from infra.local.exchange.virtual import WsgiFetcher
from infra.local.exchange.wire import Pairs
from tests.simulation.cloud import Cloud, Instance
from tests.simulation.fault_profiles import Fault, Mishap
from tests.simulation.tasks import current
from tests.simulation.world import World
from tests.stories.environments import InProcess

Done: TypeAlias = Callable[[Answer | NoAnswer], None]

REFUSED_SECONDS = 3.0  # how long a room takes no change: longer than all tries at once
REST_TIME_OUT_SECONDS = 1.2
DIALLING = ("/Calls.json", "/Participants.json")
NOT_REACHED = (400, 13224)
NOT_DIALLED = ((400, 21211), NOT_REACHED, (400, 10004))  # no number, not reached; a limit of ours
LATE_SECONDS = 1.0  # until a late answer of the carrier: just in time
_EMPTY = "text/html; charset=utf-8"  # what Flask calls no document
RULES = Map(
    [Rule(rule, endpoint=rule, methods=["POST"]) for rule in (*DOCUMENTS, *CALLBACKS)],
    converters=CONVERTERS,
)
_ROUTES = RULES.bind("pbx.example")


class Names:
    """Names legs by their people: a sid depends on how many calls were made before it."""

    def __init__(self) -> None:
        self._of: dict[str, str] = {}

    def assign(self, sid: str, name: str) -> None:
        self._of[sid] = name
        self._of[sid[2:]] = name

    def of(self, sid: str) -> str:
        return self._of.get(sid, sid)

    def of_request(self, request: Request) -> str:
        """The name of a webhook's task: the person of its leg, and its path."""
        words = urlsplit(request.url).path.split("/")[2:]
        who = self.of(dict(request.form).get("CallSid", ""))
        return "/".join([who, *(self.of(word) for word in words)])


class Webhooks:
    """The exchange's fetcher: each request is a task in some instance of the `voice` function."""

    def __init__(self, world: World, names: Names, *, over_http: bool) -> None:
        self._world = world
        self._names = names
        self._answer = answered_over_http if over_http else answered
        self.unheard_until: dict[str, float] = {}  # by leg whose wait requests are lost
        self.cloud: Cloud

    def fetch(self, request: Request, done: Done) -> None:
        world, profile = self._world, self.cloud.profile
        name = world.numbered(self._names.of_request(request))
        self.cloud.deliveries.append(name)
        is_lost = world.choices.happens(f"unanswered/{name}", profile.unanswered)
        if is_lost:
            self.cloud.strikes(name, Mishap.UNANSWERED)

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

        if self._is_lost(request):
            self.cloud.strikes(name, Mishap.UNANSWERED)
        else:
            self._start(name, request, told)
        world.later(request.read_seconds, f"time-out/{name}", too_late)
        if world.choices.happens(f"repeated/{name}", profile.repeated):
            after = world.choices.span(f"again/{name}", 0.0, 3.0)
            again = f"{name}+"
            world.later(after, again, lambda: self._start(again, request, lambda _: None))

    def _is_lost(self, request: Request) -> bool:
        if not self.unheard_until:
            return False
        until = self.unheard_until.get(dict(request.form).get("CallSid", ""), 0.0)
        return self._world.seconds < until and urlsplit(request.url).path.endswith("/wait")

    def _start(
        self,
        name: str,
        request: Request,
        done: Callable[[Answer | NoAnswer | BaseException], None],
    ) -> None:
        self.cloud.start("voice", name, lambda instance: self._answer(instance, request), done)


def answered_over_http(instance: Instance, request: Request) -> Answer | NoAnswer:
    return WsgiFetcher(instance.app).perform(request)


def answered(instance: Instance, request: Request) -> Answer | NoAnswer:
    """Directly; what is no webhook (music, a fallback) is fetched over HTTP."""
    address = urlsplit(request.url)
    path = unquote(address.path)
    try:
        rule, named = _ROUTES.match(path, request.method)
    except HTTPException:
        return instance.cloud.document(request)
    query = events.fields(parse_qsl(address.query, keep_blank_values=True))
    webhook = Webhook(path, query, events.fields(request.form), **named)
    answer = instance.answers.handle(rule, webhook)
    kind = TWIML if answer.text else _EMPTY
    return Answer(answer.status, {"content-type": kind}, answer.text.encode())


class RestSession(requests.Session):
    """What the official client talks through: a point before and one after each request."""

    def __init__(
        self,
        app: RestApp,
        world: World,
        address: str,
        is_recent: Callable[[str], bool],
        *,
        over_http: bool,
    ) -> None:
        """`is_recent`: whether that leg may not be in the carrier's lists yet."""
        super().__init__()
        self.trust_env = False
        self.mount(address, InProcess(app))
        self._asks = super().request if over_http else DirectRest(app).request
        self._world = world
        self.may_not_dial = False
        self.not_dialled: set[str] = set()  # numbers, each of which is refused once, and late
        self.holds_in_vain: dict[str, list[Fault]] = {}  # by leg, what its next holds meet with
        self._refused_until: dict[str, float] = {}  # by the address of the participant
        self._is_recent = is_recent
        self.cloud: Cloud

    def request(self, method: str, url: str, **named: Any) -> requests.Response:  # type: ignore[override]
        """Raises requests.Timeout."""
        task = current()
        if task is None or not isinstance(task.owner, Instance):
            return self._asks(method, url, **named)
        instance = task.owner
        self.cloud.before(instance, "rest", _operation(method, url, named.get("params")))
        fault = self.cloud.pending(task)
        fault = self._met_by(task.name, url, named) or fault
        number = _said(named, "To")
        if method == "POST" and url.endswith(DIALLING) and number in self.not_dialled:
            self.not_dialled.discard(number)
            self._world.pause(LATE_SECONDS)
            return _refused(*NOT_REACHED)
        if self.may_not_dial and method == "POST" and url.endswith(DIALLING):
            name = f"undialled/{task.name}#{task.points}"
            if self._world.choices.happens(name, self.cloud.profile.undialled):
                return _refused(*self._world.choices.pick(f"which/{name}", NOT_DIALLED))
        match fault:
            case Fault.TOO_MANY:
                return _refused(429, 20429)
            case Fault.BROKEN:
                return _refused(500, 20500)
            case Fault.REFUSED:
                self._refused_until[url] = self._world.seconds + REFUSED_SECONDS
            case Fault.LOST_BEFORE:
                self._time_out()
            case _:
                pass
        if self._refused_until.get(url, 0.0) > self._world.seconds:
            return _refused(400, 16099)
        answer = self._asks(method, url, **named)
        path = urlsplit(url).path.rpartition("/")[2]
        self._world.note(f"{task.name} REST {method} {path[:2]} {answer.status_code}")
        match fault:
            case Fault.BROKEN_AFTER:
                return _refused(500, 20500)
            case Fault.STALE:
                answer = self._stale_list(answer)
            case Fault.LOST_AFTER:
                self._time_out()
            case Fault.CRASH_AFTER:
                self.cloud.crash(instance)
            case _:
                pass
        self.cloud.after(instance, "rest", method)
        return answer

    def _met_by(self, task: str, url: str, named: Mapping[str, Any]) -> Fault | None:
        """What an accident has in store for this hold."""
        leg = urlsplit(url).path.rpartition("/")[2].partition(".")[0]
        faults = self.holds_in_vain.get(leg)
        if not faults or _said(named, "Hold").lower() != "true":
            return None
        fault = faults.pop(0)
        self._world.note(f"{task} HOLD: {fault}")
        self.cloud.strikes(task, fault)
        return fault

    def _stale_list(self, answer: requests.Response) -> requests.Response:
        """M12: the list as it was some seconds before."""
        said = answer.json()
        said["calls"] = [call for call in said["calls"] if not self._is_recent(call["sid"])]
        return _response(answer.status_code, json.dumps(said).encode(), answer.headers)

    def _time_out(self) -> None:
        self._world.pause(REST_TIME_OUT_SECONDS)
        raise requests.Timeout("no answer")


class DirectRest:
    """A request put to the exchange directly, as its WSGI application would."""

    def __init__(self, app: RestApp) -> None:
        self._app = app

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        auth: tuple[str, str] | None = None,
        **_: Any,
    ) -> requests.Response:
        address = urlsplit(url)
        query = (*parse_qsl(address.query, keep_blank_values=True), *_pairs(params))
        basic = base64.b64encode(":".join(auth or ()).encode()).decode()
        asked = RestRequest(method, unquote(address.path), query, _pairs(data), f"Basic {basic}")
        try:
            answer = self._app.answer(asked)
        except AnswerLost as lost:
            raise requests.ReadTimeout(str(lost)) from lost
        headers = {"Content-Type": answer.content_type, **dict(answer.headers)}
        return _response(answer.status, answer.body, headers)


def _pairs(fields: Mapping[str, object] | None) -> Pairs:
    """As `requests` writes a form: a list is its name repeated, None is left out."""
    return tuple(
        (name, str(one))
        for name, content in (fields or {}).items()
        for one in (content if isinstance(content, list) else (content,))
        if one is not None
    )


def _said(named: Mapping[str, Any], field: str) -> str:
    """A field of the form that is posted; empty: it has none of that name."""
    return str((named.get("data") or {}).get(field, ""))


def _operation(method: str, url: str, params: Mapping[str, object] | None) -> str:
    """The method; a list of calls by their status is a `LIST`, a participant's update a `HOLD`."""
    address = urlsplit(url)
    by_status = "Status" in (params or {}) or "Status=" in address.query
    is_list = address.path.endswith("/Calls.json") and by_status
    if method == "POST" and "/Participants/" in address.path:
        return "HOLD"
    return "LIST" if is_list and method == "GET" else method


def _refused(status: int, code: int) -> requests.Response:
    body = {"code": code, "message": "simulated", "status": status}
    return _response(status, json.dumps(body).encode(), {"Content-Type": "application/json"})


def _response(status: int, body: bytes, headers: Mapping[str, str]) -> requests.Response:
    response = requests.Response()
    response.status_code, response._content, response._content_consumed = status, body, True
    response.headers.update(headers)
    return response
