"""The exchange's HTTP routes: pages, sockets and REST, and which origins may reach them.

Everything is bound to loopback. A web page of any origin could still reach a loopback server from
the same computer's browser, so the host's name is checked (DNS rebinding) and the sockets of our
own pages accept our own origin only. `/signal` takes any origin: its callers show a token.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from infra.local.exchange.wire import API_VERSION

LOOPBACK: Final = "127.0.0.1"
_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_OWN_SOCKETS: Final = ("/street/", "/inspector/")
_PAGES: Final = Path(__file__).parent / "pages"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "connect-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
SocketHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class InspectorHandlers:
    """The inspector's socket, and what its page fetches of one call."""

    feed: SocketHandler
    ladder: SocketHandler
    file: SocketHandler


@web.middleware
async def _only_local_names(request: web.Request, handler: Handler) -> web.StreamResponse:
    name = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    if name not in _HOSTS:
        raise web.HTTPMisdirectedRequest(text="The exchange answers to localhost only.\n")
    if request.path.startswith(_OWN_SOCKETS) and not _same_origin(request):
        raise web.HTTPForbidden(text="Only the exchange's own pages may open this.\n")
    return await handler(request)


def _same_origin(request: web.Request) -> bool:
    origin = request.headers.get("Origin")
    return origin is None or origin == f"http://{request.host}"


def _page(name: str) -> Handler:
    async def show(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(
            _PAGES / f"{name}.html",
            headers={
                "Content-Security-Policy": _POLICY,
                "Permissions-Policy": "microphone=(self), camera=()",
                "Referrer-Policy": "no-referrer",
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "no-cache",
            },
        )

    return show


async def _shim(_request: web.Request) -> web.StreamResponse:
    """For pages of other origins: the product's console loads it beside the SDK."""
    return web.FileResponse(
        _PAGES / "static" / "shim.js",
        headers={
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-cache",
        },
    )


async def _health(_request: web.Request) -> web.StreamResponse:
    return web.json_response({"status": "ok"})


def application(
    *,
    signal: SocketHandler,
    street: SocketHandler,
    inspector: InspectorHandlers,
    rest: Handler,
) -> web.Application:
    app = web.Application(middlewares=[_only_local_names], client_max_size=1024 * 1024)
    app.router.add_get("/healthz", _health)
    app.router.add_get("/sdk/shim.js", _shim)
    app.router.add_get("/signal", signal)
    app.router.add_get("/street", _page("street"))
    app.router.add_get("/street/socket", street)
    app.router.add_get("/inspector", _page("inspector"))
    app.router.add_get("/inspector/feed", inspector.feed)
    app.router.add_get("/inspector/calls/{call}/ladder", inspector.ladder)
    app.router.add_get("/inspector/calls/{call}.json", inspector.file)
    app.router.add_static("/static", _PAGES / "static")
    app.router.add_route("*", f"/{API_VERSION}/{{path:.*}}", rest)
    return app


async def listen(app: web.Application, port: int) -> web.AppRunner:
    """Serve on loopback; port 0 takes a free one. Raises OSError when the port is taken."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, LOOPBACK, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return runner


def port_of(runner: web.AppRunner) -> int:
    return int(runner.addresses[0][1])
