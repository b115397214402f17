"""The baseline: what Flask costs a webhook that does nothing."""

from flask import Flask, Response, request

bare = Flask("bare")


@bare.post("/voice/<path:_path>")
def answer(_path: str) -> Response:
    said = f"{request.form['CallSid']} {request.form.get('Digits', '')}"
    return Response(f"<Response><Say>{len(said)}</Say></Response>", mimetype="text/xml")
