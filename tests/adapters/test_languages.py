"""The words that callers hear: every word in every language, or the process does not start."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jinja2 import nodes

import app.adapters.languages
from app.adapters.languages import (
    DEFAULT_LANGUAGE,
    TEMPLATES,
    BadCatalogues,
    UnknownLanguage,
    language,
    languages,
    read,
    said_words,
    spoken_language,
)
from app.adapters.plan.company import read_company
from app.adapters.twilio.render import environment
from infra.local.exchange.sound.speech import espeak_voice
from tests.adapters.twilio.webhook_company import WebhookCompany

ROOT = Path(__file__).parents[2]
WORDS = "words/de.json"
PLACE = "twiml-templates/words/"  # each error names the file from the repository's root


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TEMPLATES, tmp_path / "templates"))


def _rewrite(file: Path, change: Callable[[dict[str, str]], object]) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    change(content["words"])
    file.write_text(json.dumps(content), encoding="utf-8")


def _wrong(templates: Path) -> str:
    with pytest.raises(BadCatalogues) as caught:
        read(templates)
    lines = str(caught.value).splitlines()
    assert all(line.startswith(PLACE) for line in lines)
    return "\n".join(line.removeprefix(PLACE) for line in lines)


@pytest.fixture
def new_process(templates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """As a process that starts on these templates: nothing has been read yet."""
    monkeypatch.setattr(app.adapters.languages, "TEMPLATES", templates)
    app.adapters.languages._catalogues.cache_clear()
    yield templates
    app.adapters.languages._catalogues.cache_clear()


def test_every_language_has_every_word_that_a_template_says() -> None:
    said = said_words(TEMPLATES)

    words = {tag: language(tag).words.keys() for tag in languages()}

    assert said
    assert words == dict.fromkeys(words, said)


@pytest.mark.parametrize("tag", languages()[1:])
def test_no_word_was_left_in_the_default_language(tag: str) -> None:
    default, words = language(DEFAULT_LANGUAGE).words, language(tag).words

    assert not [key for key in words if words[key] == default[key]]


def test_a_template_names_each_word_as_text_so_that_reading_finds_it() -> None:
    """`said_words` reads the sources; here each is parsed, and every `say` has a constant key."""
    found = set()
    for file in TEMPLATES.rglob("*.xml"):
        tree = environment().parse(file.read_text(encoding="utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "say":
                key = call.args[0]
                assert isinstance(key, nodes.Const), file
                found.add(key.value)

    assert found == said_words(TEMPLATES)


def test_a_template_holds_no_words_of_its_own() -> None:
    jinja, tags = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL), re.compile("<[^<>]*>")
    for file in TEMPLATES.rglob("*.xml"):
        text = tags.sub("", jinja.sub("", file.read_text(encoding="utf-8")))

        assert not text.strip(), file


def test_a_word_that_is_missing_is_named_with_its_file(templates: Path) -> None:
    _rewrite(templates / WORDS, lambda words: words.pop("one_moment"))

    assert _wrong(templates) == (
        'de.json: the word one_moment is missing: write "one_moment": "…" in its words.'
    )


def test_a_word_that_no_template_says_is_named_with_its_file(templates: Path) -> None:
    _rewrite(templates / WORDS, lambda words: words.update(farewell="Adieu."))

    assert _wrong(templates) == (
        "de.json: no template says farewell: remove it, or say it in a template."
    )


def test_a_new_word_of_a_template_is_missing_in_every_catalogue(templates: Path) -> None:
    (templates / "new.xml").write_text('{{ say("please_hold", language) }}', encoding="utf-8")

    lines = _wrong(templates).splitlines()

    assert len(lines) == len(languages())
    assert all("please_hold is missing" in line for line in lines)


@pytest.mark.parametrize("word", ["", " ", None, 7])
def test_a_word_without_text_is_named_with_its_file(templates: Path, word: str) -> None:
    _rewrite(templates / WORDS, lambda words: words.update(one_moment=word))

    assert _wrong(templates).startswith("de.json: one_moment must be text")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{\n,", "de.json, line 2: this is no JSON"),
        ("[]", 'de.json: write {"locale": "en-GB"'),
        ('{"locale": "de-DE", "words": {}, "voice": "Vicki"}', "nothing else"),
        ('{"locale": "German", "words": {}}', 'locale is "German": write one such as "pl-PL"'),
        ('{"locale": "de-DE", "words": {"a": "", "a": ""}}', "a stands here twice: remove one"),
    ],
)
def test_a_file_that_is_no_catalogue_is_named(templates: Path, text: str, said: str) -> None:
    (templates / WORDS).write_text(text, encoding="utf-8")

    assert said in _wrong(templates)


def test_a_catalogue_is_written_in_utf_8(templates: Path) -> None:
    (templates / WORDS).write_bytes("Wählen".encode("latin-1"))

    assert _wrong(templates) == "de.json: write it in UTF-8."


def test_a_catalogue_is_named_after_its_language(templates: Path) -> None:
    (templates / WORDS).rename(templates / "words" / "german.json")

    assert "name the file as plans write the language" in _wrong(templates)


def test_the_default_language_has_a_catalogue(templates: Path) -> None:
    (templates / "words" / f"{DEFAULT_LANGUAGE}.json").unlink()

    assert _wrong(templates) == "en.json is missing: it is the default language."


def test_everything_that_is_wrong_is_told_at_once(templates: Path) -> None:
    for tag in ("de", "pl"):
        _rewrite(templates / "words" / f"{tag}.json", lambda words: words.pop("apology"))

    assert len(_wrong(templates).splitlines()) == 2


def test_a_new_language_is_one_catalogue(templates: Path) -> None:
    german = (templates / WORDS).read_text(encoding="utf-8")
    (templates / "words" / "xx.json").write_text(german.replace("de-DE", "xx-XX"), "utf-8")

    assert read(templates)["xx"].locale == "xx-XX"


def test_the_voice_application_does_not_start_while_a_word_is_missing(new_process: Path) -> None:
    _rewrite(new_process / WORDS, lambda words: words.pop("already_taken"))

    with pytest.raises(BadCatalogues, match="already_taken is missing"):
        WebhookCompany()


def test_a_language_without_a_catalogue_is_never_spoken_as_another() -> None:
    with pytest.raises(UnknownLanguage, match=r"twiml-templates/words/xx\.json"):
        language("xx")


def test_a_fallback_to_the_default_language_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    spoken = spoken_language("xx")

    assert spoken == DEFAULT_LANGUAGE
    assert "no catalogue of this language" in caplog.text


@pytest.mark.parametrize("tag", languages())
def test_a_plan_may_use_every_language_that_has_a_catalogue(tag: str, tmp_path: Path) -> None:
    text = (ROOT / "switchroom.yaml").read_text(encoding="utf-8")
    shutil.copytree(ROOT / "demo", tmp_path / "demo")
    plan = tmp_path / "switchroom.yaml"
    plan.write_text(text.replace("language: en", f"language: {tag}"), encoding="utf-8")

    company = read_company(plan)

    assert company.plan.numbers[0].language == tag


@pytest.mark.parametrize("tag", languages())
def test_the_local_exchange_speaks_every_language(tag: str) -> None:
    unknown = espeak_voice("xx-XX", "")

    assert espeak_voice(language(tag).locale, "") != unknown, "add it to _VOICES of speech.py"
