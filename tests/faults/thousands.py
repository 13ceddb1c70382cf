"""Races by the thousand: county after county, each raced in some hundred times and then held to every promise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from tests.faults import races
from tests.faults.crowd import gather
from tests.faults.ground import Ground
from tests.faults.racer import processes
from workflow_app.demo import formation
from workflow_app.demo.player import Player

ROUNDS = 100
"""Rounds in one county: what the checker and a case do with its past grows with it."""

SIDE_BY_SIDE = 20
"""Cases of one county that are raced for in turn."""

Ways = Sequence[races.Race]


class Tally(Counter[str]):
    """Races and what came of them."""

    def __str__(self) -> str:
        return ", ".join(f"{what} {number}" for what, number in sorted(self.items()))


def run(ground: Ground, tally: Tally, times: int, clicks: int, others: int) -> None:
    """Race so many times; half of the races that people alone decide are run in processes, the rest by threads."""
    with processes(len(formation.SECTIONS)) as stable:
        ways = (races.together, stable.together)
        _in_rounds(ground, tally, "double clicks", races.double_clicks, clicks, ways)
        _case_by_case(ground, tally, _accepted, races.four_sections, others, ways)
        _case_by_case(ground, tally, _to_be_supplied, races.answer_against_deadline, others, (races.together,))
        _case_by_case(ground, tally, gather, races.withdrawal_against_answer, others, (races.together,))
        _in_rounds(ground, tally, "two officers", races.two_officers, times, ways)


def _in_rounds(
    ground: Ground, tally: Tally, name: str, race: Callable[[Player, int, races.Race], None], total: int, ways: Ways
) -> None:
    for number, size in enumerate(_shares(ground, total, ROUNDS, len(ways))):
        with ground.county("approved") as player:
            race(player, size, ways[number % len(ways)])
        tally[name] += size


def _case_by_case(
    ground: Ground,
    tally: Tally,
    prepared: Callable[[Player, int], list[int]],
    race: Callable[[Player, races.Race, int], str],
    total: int,
    ways: Ways,
) -> None:
    for number, size in enumerate(_shares(ground, total, SIDE_BY_SIDE, len(ways))):
        with ground.county("empty") as player:
            for case_id in prepared(player, size):
                tally[race(player, ways[number % len(ways)], case_id)] += 1


def _accepted(player: Player, count: int) -> list[int]:
    return gather(player, count, "accepted")


def _to_be_supplied(player: Player, count: int) -> list[int]:
    """Their periods lapse on one day."""
    cases = gather(player, count)
    for case_id in cases:
        races.ask_for_documents(player, case_id)
    return cases


def _shares(ground: Ground, total: int, most: int, ways: int) -> Iterator[int]:
    """A total in shares of at most so many, and no more than are needed for each way to have its part; none any more
    when the run is to end."""
    size = min(most, -(-total // ways))
    while total > 0 and not ground.is_to_end:
        yield min(size, total)
        total -= size
