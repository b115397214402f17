"""Public documents: music, uploaded sounds, and the documents for failures.

Static, unsigned, by GET (M15): nothing here is secret. Those of `static_documents` depend on
nothing but each other: copies are served by another host (`Urls.static_host`).
"""

from collections.abc import Callable, Iterable, Mapping
from urllib.parse import parse_qs

from flask import Blueprint, Response, abort, request

from app.adapters.languages import DEFAULT_LANGUAGE, languages, spoken_language
from app.adapters.twilio.events import number
from app.adapters.twilio.excerpt import excerpt
from app.adapters.twilio.render import document
from app.adapters.twilio.urls import DOCUMENT_RETRIES, Urls, music_file, sound_file
from app.adapters.twilio.webhook import TWIML
from app.domain.ids import CALL_ID, LEG_ID, SOUND_ID, is_id
from app.domain.view import MUSIC_SECONDS, PIECE_SECONDS
from app.ports import Sounds

ONE_MOMENT_TRIES = 3
FOREVER = "public, max-age=31536000, immutable"


def add_documents(blueprint: Blueprint, urls: Urls, sounds: Sounds) -> None:
    """Add the routes that need no signature."""

    @blueprint.get("/voice/music.xml")
    def music() -> Response:
        sound, moment = request.args.get("sound"), request.args.get("moment", "")
        if sound and not is_id(SOUND_ID, sound):
            abort(404)
        return twiml(
            document(
                "music",
                sound=urls.media(sound) if sound else None,
                moment=moment and spoken_language(moment),
                again=urls.music(sound),
            )
        )

    @blueprint.get("/voice/one-moment.xml")
    def one_moment() -> Response:
        """Redirect to the leg's document, three times; the failed URL counts the tries (V13)."""
        call, leg = request.args.get("call", ""), request.args.get("leg", "")
        language = spoken_language(request.args.get("language", DEFAULT_LANGUAGE))
        tries = _tries(request.args.get("ErrorUrl", ""))
        is_a_leg = is_id(CALL_ID, call) and is_id(LEG_ID, leg)
        if not is_a_leg or tries >= ONE_MOMENT_TRIES:
            return twiml(document("apologise", language=language))
        again = urls.leg(call, leg, tries + 1)
        return twiml(document("one_moment", language=language, again=again))

    @blueprint.get("/voice/fallback.xml")
    def fallback() -> Response:
        return twiml(document("fallback", goodbye=urls.goodbye()))

    @blueprint.get("/voice/goodbye.xml")
    def goodbye() -> Response:
        return twiml(document("goodbye"))

    @blueprint.get("/media/<sound:sha>.wav")
    def whole(sha: str) -> Response:
        return _sound(sounds, sha, lambda body: body)

    @blueprint.get("/media/<sound:sha>/<int:number>-<int:seconds>.wav")
    def music_excerpt(sha: str, number: int, seconds: int) -> Response:
        if not 0 < seconds <= MUSIC_SECONDS:
            abort(404)

        def cut(body: bytes) -> bytes:
            return excerpt(body, number * MUSIC_SECONDS, seconds, repeats=True)

        return _sound(sounds, sha, cut)

    @blueprint.get("/media/<sound:sha>/piece-<int:number>.wav")
    def piece(sha: str, number: int) -> Response:
        def cut(body: bytes) -> bytes:
            return excerpt(body, number * PIECE_SECONDS, PIECE_SECONDS, repeats=False)

        return _sound(sounds, sha, cut)


def static_documents(music: Iterable[str]) -> Mapping[str, str]:
    """What the static host serves, by the name of its file. `music`: the sounds of all who wait.

    Addresses in them are relative, so they work wherever the folder is. R4: the music of a hold and
    of a room is one of them, alone and after "one moment" in each language.
    """
    made = {
        "fallback.xml": document("fallback", goodbye="goodbye.xml"),
        "goodbye.xml": document("goodbye"),
    }
    for sound in (None, *sorted(music)):
        for moment in ("", *languages()):
            made[music_file(sound, moment)] = document(
                "music",
                sound=sound and f"{sound_file(sound)}{DOCUMENT_RETRIES}",
                moment=moment,
                again=f"{music_file(sound)}{DOCUMENT_RETRIES}",
            )
    return made


def _tries(failed_url: str) -> int:
    """The number of tries in the URL that failed; 0 without one."""
    query = failed_url.partition("?")[2].partition("#")[0]
    return number(parse_qs(query).get("tries", [""])[0]) or 0


def twiml(text: str) -> Response:
    return Response(text, content_type=TWIML)


def _sound(sounds: Sounds, sha: str, cut: Callable[[bytes], bytes]) -> Response:
    found = sounds.get(sha)
    if found is None:
        abort(404)
    content_type, body = found
    return Response(cut(body), content_type=content_type, headers={"Cache-Control": FOREVER})
