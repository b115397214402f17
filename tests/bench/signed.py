"""The baseline of a whole call: a stateless Flask application that checks each signature."""

import time

from flask import Flask, Response, abort, request
from twilio.request_validator import RequestValidator

TOKEN = "b" * 32
PUBLIC = "https://pbx.example"


def create() -> Flask:
    app, validator = Flask("signed"), RequestValidator(TOKEN)

    @app.get("/cpu")
    def cpu() -> str:
        return str(time.process_time())

    @app.post("/voice/<path:_path>")
    def answer(_path: str) -> Response:
        signed = request.headers["X-Twilio-Signature"]
        url = f"{PUBLIC}{request.full_path.removesuffix('?')}"
        if not validator.validate(url, request.form, signed):
            abort(403)
        said = f"{request.form['CallSid']} {request.form.get('Digits', '')}"
        return Response(f"<Response><Say>{len(said)}</Say></Response>", mimetype="text/xml")

    return app
