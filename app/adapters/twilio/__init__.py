"""The carrier's adapter: its webhooks, its documents, its REST API.

The webhook path (voice, events, render, signature) imports neither the REST client nor `requests`:
these come when a command first needs them.
"""
