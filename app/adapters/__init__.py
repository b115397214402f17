"""One folder a foreign system: what keeps the promises of `app.ports`."""
