"""The console's templates, compiled once in a process for all the consoles of its tests.

To compile them takes longer than to render a page. A template that has changed is compiled again.
"""

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class _Compiled(BytecodeCache):
    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Jinja compares the template's text, too."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def share_compiled_templates(app: Flask) -> None:
    """Of a console that is set up already."""
    app.extensions["switchroom.console"].pages._env.bytecode_cache = _COMPILED
