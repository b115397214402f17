"""The REST API: a pure `handle(request) -> response`, one module a resource, and a WSGI shell."""
