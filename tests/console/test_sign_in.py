from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from app.console.auth import safe_path
from app.console.passwords import is_right
from tests.console.fakes import PASSWORD, Company, person
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


def test_five_wrong_guesses_lock_nobody_out(stranger: Visitor) -> None:
    for _ in range(5):
        assert stranger.try_sign_in(AGNIESZKA, "wrong").status_code == 401

    assert stranger.try_sign_in(AGNIESZKA.upper(), PASSWORD).status_code == 303


def test_guesses_are_slowed_and_the_right_password_opens_after_the_wait(
    kestrel: Company, stranger: Visitor
) -> None:
    for _ in range(6):
        assert stranger.try_sign_in(AGNIESZKA, "wrong").status_code == 401

    too_soon = stranger.try_sign_in(AGNIESZKA, PASSWORD)
    kestrel.clock.move(timedelta(seconds=2))
    after_the_wait = stranger.try_sign_in(AGNIESZKA, PASSWORD)

    assert too_soon.status_code == 429
    assert "Wait 2 seconds, then try again." in too_soon.text
    assert after_the_wait.status_code == 303


def test_a_guesser_has_at_most_a_try_a_minute_in_the_long_run(
    kestrel: Company, stranger: Visitor
) -> None:
    answers = []
    for _ in range(14 * 60):
        answers.append(stranger.try_sign_in("nobody@kestrel.example", "wrong").status_code)
        kestrel.clock.move(timedelta(seconds=1))

    assert answers.count(401) == 23
    assert answers[-60:].count(401) == 1


def test_a_wait_that_is_kept_is_not_made_longer_by_tries_during_it(
    kestrel: Company, stranger: Visitor
) -> None:
    for _ in range(100):
        stranger.try_sign_in(AGNIESZKA, "wrong")

    kestrel.clock.move(timedelta(seconds=2))

    assert stranger.try_sign_in(AGNIESZKA, PASSWORD).status_code == 303


def test_guesses_from_elsewhere_do_not_slow_the_person(kestrel: Company, stranger: Visitor) -> None:
    guesser = kestrel.app.test_client()
    guesser.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    for _ in range(40):
        Visitor(guesser).try_sign_in(AGNIESZKA, "wrong")

    assert stranger.try_sign_in(AGNIESZKA, PASSWORD).status_code == 303


def test_forty_agents_behind_one_address_sign_in_though_some_of_them_mistype(
    kestrel: Company,
) -> None:
    answers = []
    for number in range(40):
        account = person(f"agent{number}", f"Agent {number}", "agent")
        kestrel.accounts.known[account.person.id] = account
        visitor = Visitor(kestrel.app.test_client())
        assert visitor.try_sign_in(account.email, "wrong").status_code == 401
        answers.append(visitor.try_sign_in(account.email, PASSWORD).status_code)

    assert answers == [303] * 40


def test_right_sign_ins_are_not_counted(stranger: Visitor) -> None:
    answers = [stranger.try_sign_in(AGNIESZKA, PASSWORD)]
    for _ in range(40):
        stranger.client.delete_cookie("switchroom")
        answers.append(stranger.try_sign_in(AGNIESZKA, PASSWORD))

    assert {answer.status_code for answer in answers} == {303}


def test_tries_at_the_same_time_do_not_pass_together(
    kestrel: Company, stranger: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each was counted before any password was read."""
    key = f"tries:{AGNIESZKA} 127.0.0.1"
    read = kestrel.expiring.get
    monkeypatch.setattr(kestrel.expiring, "get", lambda k: None if k == key else read(k))

    answers = [stranger.try_sign_in(AGNIESZKA, "wrong").status_code for _ in range(20)]

    assert answers.count(401) == 6


@pytest.mark.parametrize(
    "email",
    ["AGNIESZKA@KESTREL.EXAMPLE", " agnieszka@kestrel.example\t", "Agnieszka@kestrel.example"],
)
def test_an_email_is_read_as_telephones_write_it(stranger: Visitor, email: str) -> None:
    assert stranger.try_sign_in(email, PASSWORD).status_code == 303


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
