"""What cannot be shown is told in a page of ours, in the reader's language, with a way back."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import LanguageAccept

from app.console.error_pages import LANGUAGES, OLD_PAGE, words_for
from tests.console.fakes import Company
from tests.console.visitor import Visitor

CODES = (400, 403, 404, 405, 413, 500, 418, OLD_PAGE)


def _is_styled(page: str) -> bool:
    return "/static/css/base.css" in page and 'href="/"' in page and page.count("<h1>") == 1


@pytest.mark.parametrize(
    ("path", "method", "code"),
    [("/nowhere", "GET", 404), ("/nowhere/at/all", "GET", 404), ("/desk", "DELETE", 405)],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_an_address_that_leads_nowhere_has_a_page_for_whoever_asks(
    stranger: Visitor, path: str, method: str, code: int, signed_in: bool
) -> None:
    if signed_in:
        stranger.sign_in("agnieszka@kestrel.example")

    answer = stranger.client.open(path, method=method)

    assert answer.status_code == code
    assert _is_styled(answer.text)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_form_of_a_page_that_is_older_than_the_sign_in_says_so(agent: Visitor) -> None:
    answer = agent.client.post(
        "/desk/presence",
        data={"wish": "ready", "csrf": "old"},
        headers={"Sec-Fetch-Mode": "navigate", "Accept-Language": "pl"},
    )

    assert answer.status_code == 403
    assert _is_styled(answer.text)
    assert "Ta strona jest starsza niż Twoje logowanie" in answer.text


def test_a_failure_of_ours_has_a_page_and_tells_nothing_of_itself(
    kestrel: Company, agent: Visitor
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("secret detail")

    kestrel.register.calls = breaks  # type: ignore[assignment, method-assign]
    answer = agent.get("/calls")

    assert answer.status_code == 500
    assert _is_styled(answer.text)
    assert "secret detail" not in answer.text


@pytest.mark.parametrize(
    ("accepted", "language", "words"),
    [
        ("pl-PL,pl;q=0.9,en;q=0.5", "pl", "Nic tu nie ma"),
        ("de", "de", "Hier ist nichts"),
        ("ru,en", "ru", "Здесь ничего нет"),
        ("fr", "en", "Nothing is here"),
        ("", "en", "Nothing is here"),
    ],
)
def test_it_speaks_the_readers_language(
    stranger: Visitor, accepted: str, language: str, words: str
) -> None:
    page = stranger.get("/nowhere", Accept_Language=accepted).text

    assert f'<html lang="{language}"' in page
    assert words in page


@pytest.mark.parametrize(
    ("language", "call"),
    [("en", "call"), ("pl", "rozmow"), ("de", "anruf"), ("ru", "звон")],
)
def test_an_address_that_leads_nowhere_is_not_told_of_a_call(language: str, call: str) -> None:
    words = words_for(404, LanguageAccept([(language, 1)]))

    assert call not in f"{words.title} {words.advice}".casefold()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_every_language_has_words_of_its_own(language: str, code: int) -> None:
    words = words_for(code, LanguageAccept([(language, 1)]))
    english = words_for(code, LanguageAccept([("en", 1)]))

    assert words.language == language
    assert all((words.title, words.advice, words.back))
    assert (words == english) == (language == "en")
