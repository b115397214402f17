"""The nodes of a dial plan: each module here is a kind, found by being here.

A new kind is a file in this folder and its test. What knows the kinds, such as the reader of the
company's file, the checks, the schema and the page in the docs, asks `base.KINDS`.
"""

import importlib
import pkgutil

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
