"""The local exchange: a telephone network that speaks the carrier's API, with real sound."""
