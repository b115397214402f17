"""Queues and their members (C5)."""

from __future__ import annotations

from infra.local.exchange.exchange import Exchange
from infra.local.exchange.queues import DEFAULT_SIZE, Member, Queue
from infra.local.exchange.rest.fields import endpoint, moment, uri
from infra.local.exchange.rest.messages import (
    NO_CONTENT,
    Json,
    RestRequest,
    RestResponse,
    answer,
    look_up,
    not_found,
    refuse,
    whole,
)
from infra.local.exchange.rest.pages import page

MOST = 5000


def find(exchange: Exchange, request: RestRequest, sid: str) -> Queue:
    return look_up(exchange.queues.queues, sid, request)


def create(exchange: Exchange, request: RestRequest) -> RestResponse:
    name = request.text("FriendlyName")
    if not 1 <= len(name) <= 64:
        raise refuse(22001, "FriendlyName has 1 to 64 characters")
    if exchange.queues.named(name) is not None:
        raise refuse(22003, f"A queue named {name} exists already")
    size = whole(request, "MaxSize", DEFAULT_SIZE, 1, MOST, 22002)
    return answer(render(exchange, exchange.queues.create(name, size)), 201)


def fetch(exchange: Exchange, request: RestRequest, sid: str) -> RestResponse:
    return answer(render(exchange, find(exchange, request, sid)))


def update(exchange: Exchange, request: RestRequest, sid: str) -> RestResponse:
    queue = find(exchange, request, sid)
    queue.name = request.text("FriendlyName") or queue.name
    queue.max_size = whole(request, "MaxSize", queue.max_size, 1, MOST, 22002)
    queue.updated_at = exchange.context.now()
    return answer(render(exchange, queue))


def delete(exchange: Exchange, request: RestRequest, sid: str) -> RestResponse:
    queue = find(exchange, request, sid)
    if queue.members:
        raise refuse(22003, "The queue is not empty")
    del exchange.queues.queues[queue.sid]
    return NO_CONTENT


def list_all(exchange: Exchange, request: RestRequest) -> RestResponse:
    queues = list(reversed(exchange.queues.queues.values()))
    return page(request, "queues", queues, lambda q: q.sid, lambda q: render(exchange, q))


def list_members(exchange: Exchange, request: RestRequest, sid: str) -> RestResponse:
    queue = find(exchange, request, sid)
    key = "queue_members"
    return page(
        request, key, queue.members, lambda m: m.leg.sid, lambda m: render_member(exchange, m)
    )


def _member(exchange: Exchange, request: RestRequest, sid: str, key: str) -> Member:
    member = exchange.queues.member(find(exchange, request, sid), key)
    if member is None:
        raise not_found(request.path)
    return member


def fetch_member(exchange: Exchange, request: RestRequest, sid: str, key: str) -> RestResponse:
    return answer(render_member(exchange, _member(exchange, request, sid, key)))


def dequeue(exchange: Exchange, request: RestRequest, sid: str, key: str) -> RestResponse:
    member = _member(exchange, request, sid, key)
    url = endpoint(request, "Url", "Method")
    if url is None:
        raise refuse(21205, "Url parameter is required.")
    body = render_member(exchange, member)
    member.dequeue(url)
    return answer(body)


def render(exchange: Exchange, queue: Queue) -> dict[str, Json]:
    return {
        "sid": queue.sid,
        "account_sid": exchange.context.account.sid,
        "friendly_name": queue.name,
        "current_size": len(queue.members),
        "max_size": queue.max_size,
        "average_wait_time": queue.average_wait_seconds(exchange.context.now()),
        "date_created": moment(queue.created_at),
        "date_updated": moment(queue.updated_at),
        "uri": uri(exchange, f"Queues/{queue.sid}.json"),
    }


def render_member(exchange: Exchange, member: Member) -> dict[str, Json]:
    return {
        "call_sid": member.leg.sid,
        "date_enqueued": moment(member.since),
        "position": member.position,
        "wait_time": member.waited_seconds(exchange.context.now()),
        "queue_sid": member.queue.sid,
        "uri": uri(exchange, f"Queues/{member.queue.sid}/Members/{member.leg.sid}.json"),
    }
