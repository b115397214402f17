"""The composition root: services wired on ports, real adapters picked, applications made."""
