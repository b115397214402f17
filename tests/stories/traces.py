"""What each story of this run went through, by story and environment."""

TRACES: dict[tuple[str, str], tuple[str, ...]] = {}
