from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from app.console.auth import safe_path
from app.console.passwords import is_right
from app.console.sign_in import WINDOW
from tests.console.fakes import PASSWORD, Company
from tests.console.visitor import Visitor

AGNIESZKA = "agnieszka@kestrel.example"


def test_the_right_password_opens_the_desk(stranger: Visitor) -> None:
    answer = stranger.try_sign_in(AGNIESZKA, PASSWORD, next_path="/calls")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/calls")
    assert stranger.get("/desk").status_code == 200


@pytest.mark.parametrize("email", [AGNIESZKA, "nobody@kestrel.example", ""])
def test_a_wrong_password_and_an_unknown_account_look_the_same(
    stranger: Visitor, email: str
) -> None:
    answer = stranger.try_sign_in(email, "wrong")

    assert answer.status_code == 401
    assert "That email and password do not belong together." in answer.text
    assert stranger.get("/desk").status_code == 302


def test_the_right_password_of_an_argon2id_hash_is_right() -> None:
    stored = PasswordHasher().hash("correct horse")

    assert stored.startswith("$argon2id$")
    assert is_right(stored, "correct horse")
    assert not is_right(stored, "Correct horse")
    assert not is_right(None, "correct horse")


def test_a_hash_that_is_none_opens_nothing() -> None:
    assert not is_right("", "anything")


def test_five_tries_an_account_then_a_wait_even_for_the_right_password(
    kestrel: Company, stranger: Visitor
) -> None:
    for _ in range(5):
        assert stranger.try_sign_in(AGNIESZKA, "wrong").status_code == 401

    assert stranger.try_sign_in(AGNIESZKA.upper(), PASSWORD).status_code == 429

    kestrel.clock.move(timedelta(minutes=16))
    assert stranger.try_sign_in(AGNIESZKA, PASSWORD).status_code == 303


def test_one_address_cannot_try_many_accounts(kestrel: Company, stranger: Visitor) -> None:
    for _ in range(30):
        kestrel.expiring.count("tries:address:127.0.0.1", kestrel.clock.now() + WINDOW)

    assert stranger.try_sign_in(AGNIESZKA, PASSWORD).status_code == 429

    kestrel.clock.move(WINDOW)
    assert stranger.try_sign_in(AGNIESZKA, PASSWORD).status_code == 303


def test_a_sign_in_makes_a_new_session_and_a_new_token(stranger: Visitor) -> None:
    stranger.get("/sign-in")
    before = stranger.token()

    stranger.sign_in(AGNIESZKA)

    assert stranger.token() != before


def test_a_copied_cookie_is_worth_nothing_after_the_sign_out(
    kestrel: Company, agent: Visitor
) -> None:
    cookie = agent.client.get_cookie("switchroom")
    assert cookie
    thief = Visitor(kestrel.app.test_client())
    thief.client.set_cookie("switchroom", cookie.value)
    assert thief.get("/desk").status_code == 200

    agent.post("/sign-out")

    assert thief.get("/desk").status_code == 302
    assert agent.get("/desk").status_code == 302


def test_a_session_ends_by_itself(kestrel: Company, agent: Visitor) -> None:
    kestrel.clock.move(timedelta(hours=12, seconds=1))

    assert agent.get("/desk").status_code == 302


def test_who_left_the_company_is_out_at_once(kestrel: Company, agent: Visitor) -> None:
    del kestrel.accounts.known["agnieszka"]

    assert agent.get("/desk").status_code == 302


def test_the_cookie_is_for_this_site_and_not_for_scripts(stranger: Visitor) -> None:
    header = stranger.get("/sign-in").headers["Set-Cookie"]

    assert "HttpOnly" in header
    assert "SameSite=Lax" in header


@pytest.mark.parametrize(
    "path",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example",
     "/a\nb", "javascript:alert(1)", "", None, "evil", "/\tfoo"],
)  # fmt: skip
def test_a_redirect_never_leaves_the_site(path: str | None) -> None:
    assert safe_path(path) == "/"


def test_a_path_of_ours_is_kept() -> None:
    assert safe_path("/calls/1?from=a%20b") == "/calls/1?from=a%20b"


def test_a_redirect_after_the_sign_in_never_leaves_the_site(stranger: Visitor) -> None:
    answer = stranger.try_sign_in(AGNIESZKA, PASSWORD, next_path="//evil.example")

    assert answer.headers["Location"] == "/"


def test_whoever_signs_out_is_offline(kestrel: Company, agent: Visitor) -> None:
    agent.post("/sign-out")

    assert kestrel.desk.asked == [("presence", "agnieszka", "offline")]
