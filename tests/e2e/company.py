"""The demo company with prompts that begin with a tone each: a test hears which one is played."""

from __future__ import annotations

import math
import shutil
import wave
from array import array
from pathlib import Path

from tests.e2e.pitches import MENU_HERTZ, SECOND_MENU_HERTZ

ROOT = Path(__file__).parents[2]
MARKS_HERTZ = {"uk-menu.wav": MENU_HERTZ, "uk-deliveries.wav": SECOND_MENU_HERTZ}
TONE_SECONDS, PAUSE_SECONDS = 1.0, 0.2
RATE = 8000


def marked_company(folder: Path) -> Path:
    """The company's file in `folder`, with its sounds beside it."""
    plan = copied_company(folder)
    for name, hertz in MARKS_HERTZ.items():
        _mark(folder / "demo" / "sounds" / name, hertz)
    return plan


def copied_company(folder: Path) -> Path:
    shutil.copytree(ROOT / "demo", folder / "demo", ignore=shutil.ignore_patterns("*.py", "__*"))
    return Path(shutil.copy(ROOT / "switchroom.yaml", folder))


def _mark(file: Path, hertz: int) -> None:
    with wave.open(str(file), "rb") as sound:
        assert sound.getparams()[:3] == (1, 2, RATE)
        spoken = sound.readframes(sound.getnframes())
    count = int(TONE_SECONDS * RATE)
    tone = array(
        "h", (round(8000 * math.sin(2 * math.pi * hertz * n / RATE)) for n in range(count))
    )
    with wave.open(str(file), "wb") as sound:
        sound.setparams((1, 2, RATE, 0, "NONE", ""))
        sound.writeframes(tone.tobytes() + bytes(2 * int(PAUSE_SECONDS * RATE)) + spoken)
