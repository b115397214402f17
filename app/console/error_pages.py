"""What a page says that cannot be shown: in the language of whoever asks, with a way back.

Nobody need be signed in to read it, so the language is the browser's, not a setting of a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import LanguageAccept

FALLBACK = "en"
OTHER = 0  # the words for a code that has none of its own
OLD_PAGE = -1  # a form of a page that was open before the last sign-in


@dataclass(frozen=True, slots=True)
class ErrorWords:
    language: str
    title: str
    advice: str
    back: str


_BACK: Mapping[str, str] = {
    "en": "To the front page",
    "pl": "Do strony głównej",
    "de": "Zur Startseite",
    "ru": "На главную страницу",
}
_WORDS: Mapping[str, Mapping[int, tuple[str, str]]] = {
    "en": {
        400: ("This request is not complete", "Reload the page and try again."),
        403: ("You may not do this", "If you think you should, ask your supervisor."),
        404: ("Nothing is here", "The address may be mistyped, or you may not see what is there."),
        405: ("This address only takes what a page sends", "Go to the page and use its buttons."),
        413: ("That is too much at once", "Go back and send less."),
        500: ("Something went wrong on our side", "Live calls go on. Try again in a moment."),
        OLD_PAGE: ("This page is older than your sign-in", "Open it anew and try again."),
        OTHER: ("That did not work", "Try again in a moment."),
    },
    "pl": {
        400: ("To żądanie jest niepełne", "Odśwież stronę i spróbuj ponownie."),
        403: ("Nie masz do tego prawa", "Jeśli powinno być inaczej, zapytaj przełożonego."),
        404: (
            "Nic tu nie ma",
            "W adresie może być literówka albo nie możesz zobaczyć tego, co tam jest.",
        ),
        405: (
            "Ten adres przyjmuje tylko to, co wysyła strona",
            "Przejdź do strony i użyj jej przycisków.",
        ),
        413: ("To za dużo naraz", "Wróć i wyślij mniej."),
        500: (
            "Coś poszło nie tak po naszej stronie",
            "Trwające rozmowy trwają dalej. Spróbuj za chwilę.",
        ),
        OLD_PAGE: (
            "Ta strona jest starsza niż Twoje logowanie",
            "Otwórz ją ponownie i spróbuj jeszcze raz.",
        ),
        OTHER: ("To się nie udało", "Spróbuj ponownie za chwilę."),
    },
    "de": {
        400: (
            "Diese Anfrage ist unvollständig",
            "Laden Sie die Seite neu und versuchen Sie es noch einmal.",
        ),
        403: ("Das dürfen Sie nicht", "Wenn Sie es dürfen sollten, fragen Sie Ihre Teamleitung."),
        404: (
            "Hier ist nichts",
            "Vielleicht ist die Adresse vertippt, oder Sie dürfen nicht sehen, was dort ist.",
        ),
        405: (
            "Diese Adresse nimmt nur an, was eine Seite sendet",
            "Gehen Sie zur Seite und benutzen Sie deren Schaltflächen.",
        ),
        413: ("Das ist zu viel auf einmal", "Gehen Sie zurück und senden Sie weniger."),
        500: (
            "Bei uns ist etwas schiefgegangen",
            "Laufende Anrufe gehen weiter. Versuchen Sie es gleich noch einmal.",
        ),
        OLD_PAGE: (
            "Diese Seite ist älter als Ihre Anmeldung",
            "Öffnen Sie sie neu und versuchen Sie es noch einmal.",
        ),
        OTHER: ("Das hat nicht geklappt", "Versuchen Sie es gleich noch einmal."),
    },
    "ru": {
        400: ("Запрос неполный", "Обновите страницу и попробуйте ещё раз."),
        403: ("У вас нет на это права", "Если оно должно быть, спросите руководителя."),
        404: (
            "Здесь ничего нет",
            "Возможно, в адресе опечатка или вам нельзя видеть то, что там находится.",
        ),
        405: (
            "Этот адрес принимает только то, что отправляет страница",
            "Перейдите на страницу и нажмите кнопку на ней.",
        ),
        413: ("Это слишком много за один раз", "Вернитесь и отправьте меньше."),
        500: (
            "На нашей стороне произошла ошибка",
            "Текущие звонки продолжаются. Попробуйте через минуту.",
        ),
        OLD_PAGE: (
            "Эта страница старше вашего входа",
            "Откройте её заново и попробуйте ещё раз.",
        ),
        OTHER: ("Не получилось", "Попробуйте через минуту."),
    },
}
LANGUAGES = tuple(_WORDS)


def words_for(code: int, accepted: LanguageAccept) -> ErrorWords:
    """The words for that HTTP status, in the first language the browser takes that we have."""
    primary = (tag.partition("-")[0].lower() for tag in accepted.values())
    language = next((tag for tag in primary if tag in LANGUAGES), FALLBACK)
    texts = _WORDS[language]
    title, advice = texts.get(code, texts[OTHER])
    return ErrorWords(language, title, advice, _BACK[language])
