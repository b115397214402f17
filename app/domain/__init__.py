"""The whole switchboard on paper: pure Python, no I/O, no clock of its own."""
