"""Random people and random cases, and an independent oracle of who sees what: plain Python over plain values.

The oracle knows nothing of ``cases/access.py``, of SQL or of the table of positions. It is the rule as an auditor would
state it: leaders and auditors see the bureau; whoever works for an organisation sees the cases in which it takes part;
whoever was given a seat by name sees that case; each only as long as the position is held, and in their own bureau.
What has not been filed yet is seen by those who work for its applicant alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

LEADERS = ("deputy_director", "director", "auditor")
OF_THEIR_PLACE = (
    "school_clerk",
    "school_head",
    "section_officer",
    "section_chief",
    "office_clerk",
    "committee_secretary",
    "legal_officer",
    "department_officer",
    "inspector",
)
BY_SEAT_ONLY = ("expert", "teacher")
ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")
EVERY_POSITION = (*LEADERS, *OF_THEIR_PLACE, *BY_SEAT_ONLY, *ADMINISTRATORS)
GONE = ("removed", "recused")


@dataclass
class Post:
    """A position at an organisation between two days, both included."""

    position: str
    organisation: int
    first: date
    last: date | None

    def is_held(self, day: date) -> bool:
        """Whether it counts on a day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass
class Stranger:
    """A person with an account; ``id`` and ``account`` are known once they are stored."""

    bureau: int
    posts: list[Post]
    id: int = 0
    account: int = 0


@dataclass
class Chair:
    """A seat: for a named person, or for whoever holds the position there."""

    organisation: int
    position: str
    state: str
    named: int | None = None  # index of a person
    done_by: int | None = None
    id: int = 0


@dataclass
class Matter:
    """A case with one task."""

    bureau: int
    applicant: int
    parties: set[int]
    closed: bool
    filed: bool = True
    chairs: list[Chair] = field(default_factory=list)
    id: int = 0
    task: int = 0
    file: int = 0
    record: int = 0


@dataclass
class Crowd:
    """People and cases, drawn at random, and what follows for each pair by the rule."""

    people: list[Stranger]
    matters: list[Matter]
    today: date

    def held(self, person: Stranger) -> list[Post]:
        """The positions of today."""
        return [post for post in person.posts if post.is_held(self.today)]

    def sees(self, who: int, matter: Matter) -> bool:
        """The rule of sight."""
        person = self.people[who]
        if person.bureau != matter.bureau:
            return False
        for post in self.held(person):
            if post.position in LEADERS and matter.filed:
                return True
            parties = matter.parties if matter.filed else {matter.applicant}
            if post.position in OF_THEIR_PLACE and post.organisation in parties:
                return True
            for chair in matter.chairs:
                if chair.named == who and chair.position == post.position and chair.state not in GONE:
                    return True
        return False

    def awaits(self, who: int, matter: Matter) -> Iterator[Chair]:
        """The open seats of a case that are this person's to answer."""
        person = self.people[who]
        for chair in matter.chairs:
            if matter.closed or chair.state != "open" or person.bureau != matter.bureau:
                continue
            for post in self.held(person):
                fits = post.position == chair.position
                if fits and (chair.named == who or (chair.named is None and post.organisation == chair.organisation)):
                    yield chair
                    break


def draw(random: Random, organisations: Sequence[Sequence[int]], people: int, matters: int, today: date) -> Crowd:
    """People and cases of two bureaus, ``organisations`` being the places of each."""
    crowd = [_stranger(random, organisations, today) for _ in range(people)]
    return Crowd(crowd, [_matter(random, organisations, crowd) for _ in range(matters)], today)


def _stranger(random: Random, organisations: Sequence[Sequence[int]], today: date) -> Stranger:
    bureau = random.choice((0, 0, 0, 1))
    posts = []
    for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
        first = today + timedelta(days=random.choice((-400, -30, -1, 0, 1, 30)))
        last = random.choice((None, None, first, first + timedelta(days=30), max(first, today)))
        posts.append(Post(random.choice(EVERY_POSITION), random.choice(organisations[bureau]), first, last))
    return Stranger(bureau, posts)


def _matter(random: Random, organisations: Sequence[Sequence[int]], crowd: Sequence[Stranger]) -> Matter:
    bureau = random.choice((0, 0, 0, 1))
    places = organisations[bureau]
    matter = Matter(bureau, random.choice(places), set(), closed=random.random() < 0.3)
    matter.parties = {matter.applicant, *random.sample(places, random.randrange(3))}
    if random.random() < 0.15:
        matter.filed = False
        matter.chairs = [Chair(matter.applicant, "school_clerk", "closed" if matter.closed else "open")]
        return matter
    colleagues = [n for n, person in enumerate(crowd) if person.bureau == bureau]
    for _ in range(random.randrange(4)):
        state = "closed" if matter.closed else random.choice(("open", "open", "waiting", *GONE))
        chair = Chair(random.choice(places), random.choice((*OF_THEIR_PLACE, *BY_SEAT_ONLY)), state)
        if random.random() < 0.5 or chair.position in BY_SEAT_ONLY:
            # Mostly somebody who holds the position, has held it or will: else the seat would say nothing.
            suited = [n for n in colleagues if chair.position in {post.position for post in crowd[n].posts}]
            chair.named = random.choice(suited if suited and random.random() < 0.8 else colleagues)
        else:
            matter.parties.add(chair.organisation)
        if random.random() < 0.3:
            chair.state, chair.done_by = "done", chair.named if chair.named is not None else random.choice(colleagues)
        matter.chairs.append(chair)
    return matter
