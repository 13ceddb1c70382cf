"""Which schools could help a school, in order and with reasons. The order proposes; a named officer chooses.

The order is: schools that need no help themselves first, then more of the needed strengths, then more figures at all in
which the helper is stronger, then fewer pairings that it carries already, then the shorter way, and last the name.
Nothing is drawn and nothing is learnt, so that anybody can retrace it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import asin, cos, radians, sin, sqrt

from workflow_app.policy.arithmetic import half_up
from workflow_app.registers.pairing_kinds import INDICATORS, NEEDS, STRENGTHS
from workflow_app.registers.schools import STAGES_OFFERED, School
from workflow_app.text import Text, listed, one_after_another

EARTH_KM = 6371
_LAST = 10**6


@dataclass(frozen=True)
class Comparison:
    """A figure of both sides."""

    indicator: str
    helper: Fraction
    recipient: Fraction

    @property
    def words(self) -> Text:
        """教学质量监测得分92高于78."""
        name = INDICATORS[self.indicator].name
        return Text(
            "{indicator}{helper}（受援方{recipient}）",
            indicator=name,
            helper=shown(self.helper),
            recipient=shown(self.recipient),
        )


@dataclass(frozen=True)
class Proposal:
    """A school that could help, and why."""

    school: School
    needs_met: tuple[str, ...]
    stronger: tuple[Comparison, ...]
    load: int
    distance_km: int | None

    @property
    def reasons(self) -> Text:
        """Everything that the order looked at, in words."""
        parts = [Text("学段相同")]
        if self.needs_met:
            parts.append(Text("可满足需求：{needs}", needs=listed([NEEDS[need] for need in self.needs_met])))
        parts += [comparison.words for comparison in self.stronger]
        parts.append(Text("已承担帮扶{count}项", count=self.load))
        known = self.distance_km is not None
        parts.append(Text("相距约{km}公里", km=self.distance_km) if known else Text("距离无记录"))
        return one_after_another(parts)


def proposals(
    recipient: School, needs: Collection[str], others: Iterable[School], loads: Mapping[int, int], limit: int
) -> list[Proposal]:
    """The schools that teach the recipient's stage, are stronger in at least one figure and carry fewer than ``limit``
    pairings, in order.
    """
    found = []
    for school in others:
        stronger = stronger_in(school, recipient)
        load = loads.get(school.id, 0)
        if school.id == recipient.id or not same_stage(school, recipient) or not stronger or load >= limit:
            continue
        better = {comparison.indicator for comparison in stronger}
        met = tuple(need for need in STRENGTHS if need in needs and better.intersection(STRENGTHS[need]))
        found.append(Proposal(school, met, stronger, load, distance_km(school, recipient)))
    return sorted(found, key=_order)


def stronger_in(helper: School, recipient: School) -> tuple[Comparison, ...]:
    """The recorded figures in which one school is stronger than another; what is not known of both does not count."""
    compared = [(code, indicator.of(helper), indicator.of(recipient)) for code, indicator in INDICATORS.items()]
    return tuple(
        Comparison(code, mine, theirs)
        for code, mine, theirs in compared
        if mine is not None and theirs is not None and mine > theirs
    )


def same_stage(helper: School, recipient: School) -> bool:
    """Whether the helper teaches at least one stage of the recipient (小学对小学，九年一贯制两者皆可)."""
    stage = recipient.value("stage")
    return stage is not None and any(helper.teaches(taught) for taught in STAGES_OFFERED.get(stage, frozenset({stage})))


def distance_km(one: School, other: School) -> int | None:
    """The distance as the crow flies in whole kilometres; None if a place is not recorded."""
    places = [_place(one), _place(other)]
    if places[0] is None or places[1] is None:
        return None
    (lat1, lon1), (lat2, lon2) = places[0], places[1]
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return round(2 * EARTH_KM * asin(sqrt(half)))


def shown(figure: Fraction) -> str:
    """A figure as it is shown: whole as it is, else rounded half up to two places."""
    return str(figure) if figure.denominator == 1 else str(half_up(figure, 2))


def _place(school: School) -> tuple[float, float] | None:
    recorded = (school.value("latitude"), school.value("longitude"))
    try:
        latitude, longitude = (radians(Decimal(text)) for text in recorded if text is not None)
    except (InvalidOperation, ValueError):  # one of them is missing or is no number
        return None
    return latitude, longitude


def _order(proposal: Proposal) -> tuple[bool, int, int, int, int, str]:
    distance = _LAST if proposal.distance_km is None else proposal.distance_km
    needy = proposal.school.reason_for_help is not None
    return (needy, -len(proposal.needs_met), -len(proposal.stronger), proposal.load, distance, proposal.school.name)
