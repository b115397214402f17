"""Text to speech for <Say>: eSpeak NG through ctypes, brought to 8 kHz.

eSpeak NG keeps global state, so one lock guards it. It is GPL-3: it belongs to the local
exchange only and is never packaged with the product.
"""

from __future__ import annotations

import ctypes
import threading
from functools import cache
from typing import Final

import espeakng_loader
import numpy as np

from infra.local.exchange.sound.pcmu import Samples, whole_frames
from infra.local.exchange.sound.resample import to_telephone_rate

_SYNCHRONOUS = 2
_UTF8 = 1
_RATE_PARAMETER = 1
_VOLUME_PARAMETER: Final = 2
_VOLUME_PERCENT: Final = 115  # -18 to -20 LUFS by voice: as loud as music
_WORDS_A_MINUTE = 160
_MAX_CHARACTERS = 4096  # the carrier's limit of one <Say>

_LOCK: Final = threading.Lock()
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_VOICES: Final = {"en": "en-us", "en-gb": "en-gb", "pl": "pl", "de": "de", "ru": "ru"}
_VOICE_LANGUAGES: Final = {  # the carrier's named voices that our languages use
    "ewa": "pl",
    "jacek": "pl",
    "jan": "pl",
    "maja": "pl",
    "ola": "pl",
    "vicki": "de",
    "marlene": "de",
    "hans": "de",
    "daniel": "de",
    "tatyana": "ru",
    "maxim": "ru",
    "amy": "en-gb",
    "emma": "en-gb",
    "brian": "en-gb",
}
_MALE: Final = frozenset({"man", "jacek", "jan", "hans", "daniel", "maxim", "brian", "matthew"})


def espeak_voice(language: str, voice: str) -> str:
    """eSpeak's name of the voice for TwiML's `language` (BCP 47) and `voice` attributes.

    A language that eSpeak is not asked for here is spoken in English.
    """
    person = voice.removesuffix("-Neural").rsplit(".", 1)[-1].lower()
    tag = (language or _VOICE_LANGUAGES.get(person, "en")).lower()
    name = _VOICES.get(tag) or _VOICES.get(tag.split("-")[0], "en-us")
    return name + ("+m3" if person in _MALE else "+f2")


@cache
def _library() -> tuple[ctypes.CDLL, int]:
    """The loaded engine and its sampling rate in Hz."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = str(espeakng_loader.get_data_path()).encode()
    rate = int(library.espeak_Initialize(_SYNCHRONOUS, 0, data, 0))
    if rate <= 0:
        raise RuntimeError("the speech engine did not start: its data files are missing")
    library.espeak_SetParameter(_RATE_PARAMETER, _WORDS_A_MINUTE, 0)
    library.espeak_SetParameter(_VOLUME_PARAMETER, _VOLUME_PERCENT, 0)
    return library, rate


def speak(text: str, language: str, voice: str) -> Samples:
    """`text` spoken, 8 kHz, in whole frames. Takes about 10 ms for 4 s of speech."""
    chunks: list[bytes] = []

    def hear(samples: int | None, count: int, _events: int | None) -> int:
        if samples and count > 0:  # the end of the text comes as a null pointer
            chunks.append(ctypes.string_at(samples, count * 2))
        return 0

    callback = _Callback(hear)
    data = text[:_MAX_CHARACTERS].replace("\0", " ").encode()
    with _LOCK:
        library, rate = _library()
        library.espeak_SetSynthCallback(callback)
        library.espeak_SetVoiceByName(espeak_voice(language, voice).encode())
        library.espeak_Synth(data, len(data) + 1, 0, 0, 0, _UTF8, None, None)
        library.espeak_Synchronize()
    spoken = np.frombuffer(b"".join(chunks), np.int16)
    return whole_frames(to_telephone_rate(spoken, rate))
