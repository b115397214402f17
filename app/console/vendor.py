"""Copies the browser's libraries, unmodified, from node_modules into static/vendor.

`python -m app.console.vendor` (part of the setup). The copies are not kept in the repository:
package-lock.json says by hash what they are.
"""

import shutil
from pathlib import Path

STATIC = Path(__file__).parent / "static"
LIBRARIES = {
    "@twilio/voice-sdk/dist/twilio.min.js": "twilio.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
}


def copy_vendor(node_modules: Path, target: Path = STATIC / "vendor") -> list[Path]:
    """Copy each library and answer where; FileNotFoundError says what `npm ci` has not brought."""
    target.mkdir(parents=True, exist_ok=True)
    return [
        Path(shutil.copyfile(node_modules / source, target / name))
        for source, name in LIBRARIES.items()
    ]


if __name__ == "__main__":
    copy_vendor(Path(__file__).parents[2] / "node_modules")
