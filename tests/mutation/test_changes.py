from __future__ import annotations

from textwrap import dedent

import pytest

from tests.mutation.changes import changes, words_of
from tests.mutation.mutants import Mutant, mutants, mutants_of, sample, sources

WORDS = {"talk": "hold", "hold": "talk"}


def made(source: str, operator: str) -> list[str]:
    """The lines that this operator makes, without their indentation."""
    text = dedent(source)
    found = mutants_of("app/domain/toy.py", text, WORDS)
    return [mutant.key.after for mutant in found if mutant.change.operator == operator]


@pytest.mark.parametrize(
    ("operator", "line", "becomes"),
    [
        ("negate a condition", "if a: pass", ["if (not (a)): pass"]),
        ("negate a condition", "if a == b: pass", []),
        ("negate a condition", "b = [x for x in a if x]", ["b = [x for x in a if (not (x))]"]),
        ("swap comparison", "b = a < 1", ["b = a <= 1"]),
        ("swap comparison", "b = 1 <= a != 2", ["b = 1 < a != 2", "b = 1 <= a == 2"]),
        ("swap comparison", "b = a is not None", ["b = a is None"]),
        ("swap comparison", "b = a not in b", ["b = a in b"]),
        ("swap and, or", "b = a and b or a", ["b = a and b and a", "b = a or b or a"]),
        ("drop a statement", "b = a", ["pass"]),
        ("drop a statement", "c = a", []),
        ("drop a statement", "a.b = 1", ["pass"]),
        ("drop a statement", "a.done()", ["pass"]),
        ("drop a statement", "_log.info('done')", []),
        ("drop a statement", "raise ValueError(a)", ["pass"]),
        ("drop a statement", "'words of a docstring'", []),
        ("change a constant", "b = 5", ["b = (4)", "b = 6"]),
        ("change a constant", "b = True", ["b = False"]),
        ("change a constant", "b = 'talk'", ["b = 'hold'"]),
        ("change a constant", "b = 'any other word'", []),
        ("change a constant", "b: Literal['talk'] = a", []),
        ("drop an argument", "b = f(1, c=2, d=3)", ["b = f(1, c=2, )", "b = f(1, d=3)"]),
        ("drop an element", "b = (1, a)", ["b = (1,)", "b = (a,)"]),
        ("drop an element", "b = [a]", ["b = []"]),
        ("swap two arguments", "b = f(1, a)", ["b = f(a, 1)"]),
        ("swap two arguments", "b = f(a, a)", []),
        ("swap two arguments", "b = isinstance(a, b)", []),
    ],
)
def test_each_operator_makes_what_its_name_says(
    operator: str, line: str, becomes: list[str]
) -> None:
    source = f"def toy(a, b):\n    {line}\n"

    assert sorted(made(source, operator)) == becomes


def test_a_case_is_dropped_or_its_guard_or_one_of_its_patterns() -> None:
    source = """
        def toy(a):
            match a:
                case 1 | 2 if a: pass
                case "talk": pass
                case _: assert_never(a)
        """

    dropped = made(source, "drop a case")

    assert dropped == ["case 1 | 2 if False: pass", 'case "talk" if False: pass']
    assert made(source, "drop a guard") == ["case 1 | 2 if True: pass"]
    assert sorted(made(source, "drop an element")) == ["case 1 if a: pass", "case 2 if a: pass"]
    assert "case 'hold': pass" in made(source, "change a constant")


@pytest.mark.parametrize("end", ["pass", "return None"])
def test_a_last_case_that_does_nothing_is_not_dropped(end: str) -> None:
    source = f"def toy(a):\n    match a:\n        case 1: {end}\n        case _: {end}\n"

    assert made(source, "drop a case") == [f"case 1 if False: {end}"]


@pytest.mark.parametrize(
    ("head", "returned"),
    [
        ("def toy(a: int) -> bool:", ["return False", "return True"]),
        ("def toy(a: str, b: int) -> int:", ["return b"]),
        ("def toy(a: str) -> tuple[int, ...]:", ["return ()"]),
        ("def toy(a: str) -> int:", ["return None"]),
    ],
)
def test_what_is_returned_instead_is_of_the_type_that_is_promised(
    head: str, returned: list[str]
) -> None:
    source = f"{head}\n    return f(a)\n"

    assert sorted(made(source, "return something else")) == returned


def test_of_a_declared_field_its_limits_change_and_its_words_do_not() -> None:
    source = "class Toy:\n    seconds: int = declared('How long.', example='5', low=10)\n"

    found = {change.new for change in changes(source, WORDS)}

    assert found == {"11", "(9)"}


def test_a_word_becomes_the_next_of_its_literal_unless_it_is_in_two() -> None:
    texts = {"a.py": "A = Literal['one', 'two', 'three']", "b.py": "B = Literal['three', 'four']"}

    words = words_of(texts)

    assert words == {"one": "two", "two": "three", "four": "three"}


def test_no_line_moves_and_what_is_made_can_be_compiled() -> None:
    texts = sources()

    for mutant in sample(mutants(texts), 100, 0):
        source = mutant.source(texts[mutant.path])

        compile(source, mutant.path, "exec")
        assert source.count("\n") == texts[mutant.path].count("\n"), mutant


def test_each_mutant_has_a_key_of_its_own_that_lines_do_not_change() -> None:
    source = "def toy(a):\n    a.done()\n    a.done()\n"

    here, below = (mutants_of("toy.py", text, WORDS) for text in (source, f"\n\n{source}"))

    keys = [mutant.key for mutant in here]
    assert len(set(keys)) == len(keys) == 2
    assert keys == [mutant.key for mutant in below]


def test_two_changes_that_come_to_the_same_are_one_mutant() -> None:
    source = "def toy(a: int) -> bool:\n    return True\n"

    assert [mutant.key.after for mutant in mutants_of("toy.py", source, WORDS)] == ["return False"]


def test_a_seed_is_a_sample() -> None:
    every: tuple[Mutant, ...] = mutants(sources())

    first, again, other = sample(every, 50, 1), sample(every, 50, 1), sample(every, 50, 2)

    assert first == again != other
    assert len(set(first)) == 50
