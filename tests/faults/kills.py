"""Killing: people answer side by side while processes die at named places and at random; then everything is checked."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

from tests.faults import failpoints
from tests.faults.client import Client
from tests.faults.day import Answers, OpenSeat, next_lapse, open_seats
from tests.faults.invariants import check
from tests.faults.office import Office, open_office, wait_until
from tests.faults.recorded import Recorder, final_outcomes
from tests.faults.world import Violation
from workflow_app.demo.player import Player

POINTS_OF_A_ROUND = 5
"""Of the points that kill anew in each round. A job whose worker dies at eight tries is given up, as it should be."""

CLIENTS = 4
"""People who answer at the same moment."""

POWER_CUTS, LONGEST_WAIT = 0.1, 0.4
"""Killing at random: how often all processes die at once, to be started again; the latest second of a round."""

FAILED = 500
"""The answer of a page that nobody has thought of."""

MOST_ROUNDS = 120
"""An office whose cases have not come to their end by then, three times the usual number, goes in circles."""


@dataclass
class Tally:
    """What runs did and what came of it."""

    offices: int = 0
    rounds: int = 0
    kills: int = 0
    reached: set[str] = field(default_factory=set)
    ok: int = 0
    refused: int = 0
    unknown: int = 0

    def __str__(self) -> str:
        return (
            f"{self.offices} offices, {self.rounds} rounds, {self.kills} kills at {len(self.reached)} places and at "
            f"random; acknowledged {self.ok}, refused {self.refused}, without answer {self.unknown}"
        )


def run(player: Player, seed: int, tally: Tally, *, at_random: bool = False, again: bool = False) -> list[Violation]:
    """Play the cases of a county to their end while processes die; what was broken. Each round is counted in.

    Each point kills once, or (``again``) some of them in each round; ``at_random``, a process dies at some instant of
    each round, and now and then all of them. After each round the worker catches up and the invariants are checked.
    """
    chance = random.Random(seed)  # noqa: S311 - repeated from its seed, no secret
    recorder = Recorder(player.config.data / "recorded.jsonl")
    armed: Sequence[str] = failpoints.NAMES
    violations: list[Violation] = []
    tally.offices += 1
    rounds_before, kills_before = tally.rounds, tally.kills
    with open_office(player.config, player.now) as office:
        people, answers = _People(office, recorder), Answers(player, chance)
        while not violations:
            failpoints.disarm(office.armed)
            armed = chance.sample(failpoints.NAMES, POINTS_OF_A_ROUND) if again else sorted(set(armed) - tally.reached)
            failpoints.arm(office.armed, armed)
            if not _round(office, people, answers, chance, at_random):
                break
            tally.rounds += 1
            assert tally.rounds < rounds_before + MOST_ROUNDS, "the cases go round and do not end"
            office.settle()
            hit = set(armed) - set(failpoints.armed(office.armed))
            office.kills += len(hit)
            tally.kills = kills_before + office.kills
            tally.reached |= hit
            violations += check(player.database, player.config.data, recorder.asked)
            violations += [Violation("pages", a.key, "failed") for a in recorder.asked if a.status == FAILED]
        failpoints.disarm(office.armed)
    outcomes = [outcome for _, outcome in final_outcomes(recorder.asked).values()]
    tally.ok += outcomes.count("ok")
    tally.refused += outcomes.count("refused")
    tally.unknown += outcomes.count("unknown")
    return violations


class _People:
    """Browsers by person; one that is in use is not given out twice."""

    def __init__(self, office: Office, recorder: Recorder) -> None:
        self._office, self._recorder = office, recorder
        self._known: dict[tuple[str, int], Client] = {}

    def at_their_desks(self, seats: Iterable[OpenSeat]) -> list[tuple[Client, OpenSeat]]:
        """A signed-in browser for each."""
        used: dict[str, int] = {}
        found = []
        for seat in seats:
            number = used[seat.username] = used.get(seat.username, 0) + 1
            key = (seat.username, number)
            if key not in self._known:
                config = self._office.config
                client = Client(config.host, config.port, seat.username, seat.person_id, self._recorder)
                client.sign_in()
                self._known[key] = client
            found.append((self._known[key], seat))
        return found


def _round(office: Office, people: _People, answers: Answers, chance: random.Random, at_random: bool) -> bool:
    """Some people answer at the same moment; False when there is nothing left to do in any case."""
    with office.database.reading() as session:
        waiting, lapse = open_seats(session), next_lapse(session)
    if not waiting:
        if lapse is None:
            return False
        office.clock.set(max(lapse, office.clock()) + timedelta(minutes=1))
        _wait_for_lapse(office)
        return True
    desks = people.at_their_desks(chance.sample(waiting, min(CLIENTS, len(waiting))))
    with ThreadPoolExecutor(CLIENTS + 1) as together:
        acts: list[Future[object]] = [
            together.submit(client.submit, seat.task_id, answers.to(seat.element)) for client, seat in desks
        ]
        if at_random:
            instant, everything = chance.uniform(0, LONGEST_WAIT), chance.random() < POWER_CUTS
            acts.append(together.submit(_kill, office, instant, everything, chance.random()))
    for act in acts:
        act.result()
    return True


def _kill(office: Office, instant: float, everything: bool, which: float) -> None:
    threading.Event().wait(instant)
    if everything:
        office.power_cut()
        office.kills += 1
        office.start()
    else:
        office.kill_one(which)


def _wait_for_lapse(office: Office) -> None:
    """Until the worker, which may die on the way, has taken up what has lapsed."""

    def is_fired() -> bool:
        with office.database.reading() as session:
            lapse = next_lapse(session)
        if lapse is None or lapse > office.clock():
            return True
        office.settle()
        return False

    wait_until(is_fired, "a deadline that has lapsed was not fired")
