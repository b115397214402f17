"""Where deciding meets doing: decide, save, act. Knows ports, never adapters."""
