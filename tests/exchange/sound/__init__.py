"""The exchange's sound and signalling: by samples, and with the unmodified SDK in Chromium."""
