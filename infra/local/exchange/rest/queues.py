"""Queues and their members (C5)."""

from __future__ import annotations

from infra.local.exchange.core import Core
from infra.local.exchange.queues import DEFAULT_SIZE, Member, Queue
from infra.local.exchange.rest.fields import endpoint, moment, uri
from infra.local.exchange.rest.pages import page
from infra.local.exchange.rest.wire import (
    NO_CONTENT,
    Json,
    RestRequest,
    RestResponse,
    answer,
    not_found,
    refuse,
    whole,
)

MOST = 5000


def find(core: Core, request: RestRequest, sid: str) -> Queue:
    queue = core.queues.queues.get(sid)
    if queue is None:
        raise not_found(request.path)
    return queue


def create(core: Core, request: RestRequest) -> RestResponse:
    name = request.text("FriendlyName")
    if not 1 <= len(name) <= 64:
        raise refuse(22001, "FriendlyName has 1 to 64 characters")
    if core.queues.named(name) is not None:
        raise refuse(22003, f"A queue named {name} exists already")
    size = whole(request, "MaxSize", DEFAULT_SIZE, 1, MOST, 22002)
    return answer(render(core, core.queues.create(name, size)), 201)


def fetch(core: Core, request: RestRequest, sid: str) -> RestResponse:
    return answer(render(core, find(core, request, sid)))


def update(core: Core, request: RestRequest, sid: str) -> RestResponse:
    queue = find(core, request, sid)
    queue.name = request.text("FriendlyName") or queue.name
    queue.max_size = whole(request, "MaxSize", queue.max_size, 1, MOST, 22002)
    queue.updated_at = core.now()
    return answer(render(core, queue))


def delete(core: Core, request: RestRequest, sid: str) -> RestResponse:
    queue = find(core, request, sid)
    if queue.members:
        raise refuse(22003, "The queue is not empty")
    del core.queues.queues[queue.sid]
    return NO_CONTENT


def list_all(core: Core, request: RestRequest) -> RestResponse:
    queues = list(reversed(core.queues.queues.values()))
    return page(request, "queues", queues, lambda q: q.sid, lambda q: render(core, q))


def list_members(core: Core, request: RestRequest, sid: str) -> RestResponse:
    queue = find(core, request, sid)
    key = "queue_members"
    return page(request, key, queue.members, lambda m: m.leg.sid, lambda m: render_member(core, m))


def _member(core: Core, request: RestRequest, sid: str, key: str) -> Member:
    member = core.queues.member(find(core, request, sid), key)
    if member is None:
        raise not_found(request.path)
    return member


def fetch_member(core: Core, request: RestRequest, sid: str, key: str) -> RestResponse:
    return answer(render_member(core, _member(core, request, sid, key)))


def dequeue(core: Core, request: RestRequest, sid: str, key: str) -> RestResponse:
    member = _member(core, request, sid, key)
    url = endpoint(request, "Url", "Method")
    if url is None:
        raise refuse(21205, "Url parameter is required.")
    body = render_member(core, member)
    member.dequeue(url)
    return answer(body)


def render(core: Core, queue: Queue) -> dict[str, Json]:
    return {
        "sid": queue.sid,
        "account_sid": core.account.sid,
        "friendly_name": queue.name,
        "current_size": len(queue.members),
        "max_size": queue.max_size,
        "average_wait_time": queue.average_wait_seconds(core.now()),
        "date_created": moment(queue.created_at),
        "date_updated": moment(queue.updated_at),
        "uri": uri(core, f"Queues/{queue.sid}.json"),
    }


def render_member(core: Core, member: Member) -> dict[str, Json]:
    return {
        "call_sid": member.leg.sid,
        "date_enqueued": moment(member.since),
        "position": member.position,
        "wait_time": member.waited_seconds(core.now()),
        "queue_sid": member.queue.sid,
        "uri": uri(core, f"Queues/{member.queue.sid}/Members/{member.leg.sid}.json"),
    }
