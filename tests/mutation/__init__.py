"""Mutation of the whole: small changes of the core, each of which must be seen."""
