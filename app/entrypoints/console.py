"""The pages for people on Lambda: HTTP API v2 events to the Flask application and back."""

from apig_wsgi import make_lambda_handler

from app.bootstrap.applications import console_application
from app.entrypoints.aws_lambda import Handler, count, deployment, lambda_handler


def build() -> Handler:
    return make_lambda_handler(console_application(deployment(), count))


handler = lambda_handler(build)
