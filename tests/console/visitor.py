"""Somebody at the console by Flask's test client, carrying the session's token as a page does."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.console.fakes import PASSWORD


class Visitor:
    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(path, headers=named, buffered=True)

    def post(self, path: str, **fields: str) -> TestResponse:
        return self.client.post(path, data=fields, headers={"X-CSRF-Token": self.token()})

    def token(self) -> str:
        with self.client.session_transaction() as session:
            return str(session.get("csrf", ""))

    def try_sign_in(self, email: str, password: str, next_path: str = "/") -> TestResponse:
        found = re.search(r'name="csrf" value="([^"]+)"', self.get("/sign-in").text)
        assert found
        fields = {"email": email, "password": password, "csrf": found[1], "next": next_path}
        return self.client.post("/sign-in", data=fields)

    def sign_in(self, email: str) -> None:
        assert self.try_sign_in(email, PASSWORD).status_code == 303
