"""What each story of this run went through, by story and stage."""

TRACES: dict[tuple[str, str], tuple[str, ...]] = {}
