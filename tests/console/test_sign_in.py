from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from app.adapters.memory import MemoryDirectory
from app.console import passwords
from app.console.auth import safe_path
from app.console.interfaces import Account
from app.console.limits import ADDRESS_FREE
from app.console.passwords import is_right
from app.console.presenters.accounts import PlanAccounts
from app.domain.access import Person
from app.domain.dialplan import Member
from tests.console.fakes import PASSWORD, Company, person
from tests.console.visitor import Visitor
from tests.stories.company import PLAN

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
    assert too_soon.headers["Retry-After"] == "2"
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


def from_address(kestrel: Company, address: str) -> Visitor:
    client = kestrel.app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return Visitor(client)


def test_the_page_says_how_many_seconds_are_left(kestrel: Company, stranger: Visitor) -> None:
    for _ in range(9):
        stranger.try_sign_in(AGNIESZKA, "wrong")
        kestrel.clock.move(timedelta(seconds=16))

    at_once = stranger.try_sign_in(AGNIESZKA, "wrong").text
    kestrel.clock.move(timedelta(seconds=30.5))
    later = stranger.try_sign_in(AGNIESZKA, "wrong").text
    kestrel.clock.move(timedelta(seconds=1))
    last = stranger.try_sign_in(AGNIESZKA, "wrong").text

    assert "Wait 32 seconds, then try again." in at_once
    assert "Too many wrong tries. Wait 2 seconds, then try again." in later
    assert "Too many wrong tries. Wait 1 second, then try again." in last


def test_each_wrong_try_says_what_the_next_one_costs(kestrel: Company, stranger: Visitor) -> None:
    said = []
    for _ in range(7):
        said.append(stranger.try_sign_in(AGNIESZKA, "wrong").text)
        kestrel.clock.move(timedelta(seconds=2))

    assert "5 tries left, then wait a little before each." in said[0]
    assert "1 try left, then wait a little before each." in said[4]
    assert "Wait 2 seconds, then try again." in said[5]
    assert "Wait 4 seconds, then try again." in said[6]


def sprays(kestrel: Company, address: str, tries: int) -> list[int]:
    """One password, tried on an account after another."""
    thief = from_address(kestrel, address)
    answers = []
    for number in range(tries):
        email = f"agent{number}@kestrel.example"
        answers.append(thief.try_sign_in(email, "Winter2026").status_code)
    return answers


def test_one_address_that_tries_many_accounts_is_slowed(kestrel: Company) -> None:
    answers = sprays(kestrel, "203.0.113.9", 200)

    assert answers.count(401) == ADDRESS_FREE + 1
    assert set(answers[ADDRESS_FREE + 1 :]) == {429}


def test_an_attacker_with_half_a_network_of_addresses_is_one_address(kestrel: Company) -> None:
    answers = []
    for number in range(200):
        thief = from_address(kestrel, f"2001:db8:0:7::{number + 1:x}")
        answers.append(thief.try_sign_in(f"a{number}@kestrel.example", "Winter2026").status_code)

    assert answers.count(401) == ADDRESS_FREE + 1


def test_a_neighbour_who_tries_many_accounts_does_not_slow_who_is_known_at_the_address(
    kestrel: Company,
) -> None:
    office = "203.0.113.9"
    from_address(kestrel, office).sign_in(AGNIESZKA)
    sprays(kestrel, office, 200)

    mistyped = from_address(kestrel, office).try_sign_in(AGNIESZKA, "wrong")
    right = from_address(kestrel, office).try_sign_in(AGNIESZKA, PASSWORD)
    elsewhere = from_address(kestrel, "192.0.2.1").try_sign_in(AGNIESZKA, PASSWORD)

    assert [a.status_code for a in (mistyped, right, elsewhere)] == [401, 303, 303]


def test_a_newcomer_beside_somebody_who_tries_many_accounts_waits_and_is_let_in(
    kestrel: Company,
) -> None:
    office = "203.0.113.9"
    sprays(kestrel, office, 200)

    too_soon = from_address(kestrel, office).try_sign_in(AGNIESZKA, PASSWORD)
    kestrel.clock.move(timedelta(seconds=int(too_soon.headers["Retry-After"])))
    after_the_wait = from_address(kestrel, office).try_sign_in(AGNIESZKA, PASSWORD)

    assert (too_soon.status_code, after_the_wait.status_code) == (429, 303)


def test_the_first_morning_of_three_hundred_desks_behind_one_address_waits_for_nothing(
    kestrel: Company,
) -> None:
    """Nobody is known yet; one in ten mistypes, three times."""
    answers = []
    for number in range(300):
        account = person(f"agent{number}", f"Agent {number}", "agent")
        kestrel.accounts.known[account.person.id] = account
        desk = from_address(kestrel, "203.0.113.9")
        for _ in range(3 if number % 10 == 0 else 0):
            desk.try_sign_in(account.email, "wrong")
        answers.append(desk.try_sign_in(account.email, PASSWORD).status_code)

    assert set(answers) == {303}


def test_an_account_that_is_attacked_from_everywhere_opens_for_its_owner(
    kestrel: Company, stranger: Visitor
) -> None:
    for number in range(50):
        thief = from_address(kestrel, f"198.51.100.{number}")
        for _ in range(8):
            thief.try_sign_in(AGNIESZKA, "wrong")

    assert stranger.try_sign_in(AGNIESZKA, PASSWORD).status_code == 303


def test_a_sign_in_of_ones_own_does_not_make_an_attackers_wrong_tries_uncounted(
    kestrel: Company,
) -> None:
    sprays(kestrel, "203.0.113.9", ADDRESS_FREE)
    from_address(kestrel, "203.0.113.9").try_sign_in("hannah@kestrel.example", PASSWORD)

    answers = sprays(kestrel, "203.0.113.9", 10)

    assert set(answers) == {429}


class Hasher:
    """Notes what it was to check; nothing is right."""

    def __init__(self) -> None:
        self.checked: list[str] = []

    def verify(self, password_hash: str, password: str) -> None:
        self.checked.append(password_hash)
        raise VerifyMismatchError


@pytest.mark.parametrize("email", [AGNIESZKA, "nobody@kestrel.example", "new@kestrel.example", ""])
def test_the_time_of_a_refusal_does_not_tell_whether_an_account_exists(
    kestrel: Company, stranger: Visitor, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    """One hash is computed for everybody, with the parameters that this company's hashes have."""
    unset = Account(Person("new", "New", "agent"), "new@kestrel.example", None)
    kestrel.accounts.known["new"] = unset
    hasher = Hasher()
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    known = kestrel.accounts.known["agnieszka"].password_hash
    assert known

    stranger.try_sign_in(email, "wrong")

    assert [h.split("$")[1:4] for h in hasher.checked] == [known.split("$")[1:4]]


def test_an_unknown_email_costs_the_same_at_each_try_and_different_ones_as_accounts_do() -> None:
    directory = MemoryDirectory()
    members = tuple(
        Member(f"m{n}", "M", f"m{n}@kestrel.example", "agent", password_hash=f"hash{n}")
        for n in range(4)
    )
    directory.publish(replace(PLAN, members=(*members, Member("x", "X", "x@a.b", "agent"))),
                      previous=None)  # fmt: skip
    accounts = PlanAccounts(directory)
    emails = [f"{n}@elsewhere.example" for n in range(100)]

    chosen = [accounts.decoy(email) for email in emails]

    assert chosen == [accounts.decoy(email) for email in emails]
    assert set(chosen) == {"hash0", "hash1", "hash2", "hash3"}


def test_the_hash_of_nobody_costs_what_a_real_one_costs() -> None:
    """It is a whole hash: a broken one would be refused before anything is computed."""
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(passwords._NOBODY, "guess")


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
