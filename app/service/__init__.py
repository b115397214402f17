"""The services: read, decide, save, perform. They import ports, never adapters."""
