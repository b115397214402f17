from tests.domain.diagram import PAGE, page


def test_the_state_diagram_in_the_docs_is_what_the_walk_draws() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "stale: run `make docs`"
