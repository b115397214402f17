"""The carrier's webhooks on Lambda: HTTP API v2 events to the Flask application and back."""

from apig_wsgi import make_lambda_handler

from app.bootstrap import voice_application
from app.entrypoints.edge import Handler, at_the_edge, count, deployment


def build() -> Handler:
    return make_lambda_handler(voice_application(deployment().services, count))


handler = at_the_edge(build)
