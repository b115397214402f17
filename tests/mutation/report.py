"""What became of the mutants: a table by module, the rates, and each survivor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from tests.mutation.mutants import Mutant
from tests.mutation.trial import STAGES, Verdict

LEAST_RATES: Mapping[str, float] = {"domain": 0.90, "service": 0.80}
COLUMNS = ("mutants", *STAGES, "survived", "equivalent")


@dataclass(frozen=True, slots=True)
class Report:
    """`equivalent` ones are not tried: they are in the list, with the reason."""

    tried: Sequence[tuple[Mutant, Verdict]]
    equivalent: Sequence[Mutant]
    least: Mapping[str, float] = field(default_factory=lambda: LEAST_RATES)

    @property
    def survivors(self) -> list[Mutant]:
        found = [mutant for mutant, verdict in self.tried if verdict.stage is None]
        return sorted(found, key=lambda mutant: (mutant.path, mutant.change.line))

    @property
    def rates(self) -> dict[str, float]:
        """Of those that are not equivalent, how many were killed; by layer."""
        every = Counter(mutant.layer for mutant, _ in self.tried)
        left = Counter(mutant.layer for mutant in self.survivors)
        return {layer: 1 - left[layer] / count for layer, count in sorted(every.items())}

    @property
    def is_enough(self) -> bool:
        is_low = any(rate < self.least.get(layer, 0) for layer, rate in self.rates.items())
        return not self.survivors and not is_low

    def table(self) -> str:
        counts: dict[str, Counter[str]] = {}
        for mutant, verdict in self.tried:
            counts.setdefault(mutant.path, Counter())[verdict.stage or "survived"] += 1
        for mutant in self.equivalent:
            counts.setdefault(mutant.path, Counter())["equivalent"] += 1
        rows = [_row("", COLUMNS)]
        for path, count in sorted(counts.items()):
            rows.append(_row(path, (count.total(), *(count[name] for name in COLUMNS[1:]))))
        whole = sum(counts.values(), Counter[str]())
        rows.append(_row("all", (whole.total(), *(whole[name] for name in COLUMNS[1:]))))
        return "\n".join(rows)

    def lines(self) -> list[str]:
        of = {layer: self.least.get(layer, 0) for layer in self.rates}
        return [
            f"{layer}: {rate:.1%} of those not equivalent are killed (at least {of[layer]:.0%})"
            for layer, rate in self.rates.items()
        ]


def _row(name: str, cells: Collection[object]) -> str:
    return f"{name:44}" + "".join(f"{cell!s:>11}" for cell in cells)


def shown(mutant: Mutant) -> str:
    key = mutant.key
    nth = f" (number {key.nth})" if key.nth > 1 else ""
    return f"{mutant.where} {key.function}{nth}\n  - {key.before}\n  + {key.after}"
