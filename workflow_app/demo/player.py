"""Playing cases: people of the county act through the same services as the pages, on given days."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app import cases
from workflow_app.act import Act, Actor
from workflow_app.audit.models import AuditChain
from workflow_app.cases.models import Case, Task
from workflow_app.cases.task_form import task_form
from workflow_app.clock import COUNTY_ZONE, local_date
from workflow_app.config import Config
from workflow_app.database import Database
from workflow_app.directory.actors import actor_for
from workflow_app.directory.attributes import attributes_at
from workflow_app.directory.holdings import holders
from workflow_app.directory.models import Account, Organisation, Person
from workflow_app.files.kinds import FILE_KINDS
from workflow_app.files.store import FileStore
from workflow_app.files.upload import upload
from workflow_app.jobs.models import Job
from workflow_app.security import vault
from workflow_app.worker import make_worker

BACKBONE_ONE_IN = 8
"""In the sample data one teacher in eight is a backbone teacher."""


def moment(text: str) -> datetime:
    """``2026-04-08 09:00`` in the county, as an instant."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=COUNTY_ZONE)


Step = tuple[str, Callable[["Player"], object]]
"""What happens on a day, as ``2026-04-08``: it is over before the next thing that shares its county begins."""


def play_in_order(player: Player, *lives: Sequence[Step]) -> None:
    """Play several lives of one county side by side: whatever comes first is done first."""
    for _, happens in sorted(chain(*lives), key=itemgetter(0)):
        happens(player)


@dataclass
class Player:
    """Lets people act. ``now`` moves forward only; work that is due by then is done first, by a real worker."""

    config: Config
    database: Database
    now: datetime
    _keys: int = field(default=0)

    def __post_init__(self) -> None:
        vault.use(vault.Vault(self.config.data_key()))

    def at(self, text: str) -> None:
        """Go to a moment; deadlines, notices and rendering that fall due before it happen at their own time."""
        self.work_until(moment(text))

    def work_until(self, instant: datetime) -> None:
        """Do everything that is due up to an instant, each job at the moment at which it is due."""
        worker = make_worker(self.config, self.database, lambda: self.now)
        while (due := self._next_due(instant)) is not None:
            self.now = max(self.now, due)
            if not worker.run_once():
                break
        self.now = max(self.now, instant)

    def _next_due(self, instant: datetime) -> datetime | None:
        with self.database.reading() as session:
            return session.scalar(
                select(Job.due_at)
                .where(Job.done_at.is_(None), Job.failed_at.is_(None), Job.due_at <= instant)
                .order_by(Job.due_at)
                .limit(1)
            )

    def actor(self, session: Session, username: str) -> Actor:
        """The person behind an account, with the positions of the day."""
        account_id = session.scalars(select(Account.id).where(Account.username == username)).one()
        return actor_for(session, account_id, local_date(self.now))

    def start(self, username: str, slug: str) -> int:
        """Start a case; its id."""
        with self.database.writing() as session:
            return cases.start_case(self._act(session, username), slug).case_id

    def do(self, username: str, case_id: int, element: str, answers: Mapping[str, Any]) -> cases.Completed:
        """Complete the open task of an element, as the page would: with the revision and a key of its own."""
        self._keys += 1
        with self.database.reading() as session:
            task_id, revision = session.execute(
                select(Task.id, Task.revision).where(
                    Task.case_id == case_id, Task.element == element, Task.closed_at.is_(None)
                )
            ).one()
        return self.send(username, task_id, revision, answers, f"play-{case_id}-{task_id}-{self._keys}")

    def send(self, username: str, task_id: int, revision: int, answers: Mapping[str, Any], key: str) -> cases.Completed:
        """Send the page of a task: as over the web, the engine is asked before the case is locked."""
        with self.database.reading() as session:
            actor = self.actor(session, username)
            ref = task_form(session, actor, task_id)
        foreseen = cases.foresee(ref.standing, ref.form, answers)
        with self.database.writing() as session:
            return cases.complete_task(Act(session, actor, self.now), task_id, revision, answers, key, foreseen)

    def withdraw(self, username: str, case_id: int, reason: str) -> None:
        """Withdraw a case."""
        with self.database.writing() as session:
            cases.withdraw(self._act(session, username), case_id, reason)

    def terminate(self, username: str, case_id: int, reason: str) -> None:
        """Terminate a case."""
        with self.database.writing() as session:
            cases.terminate(self._act(session, username), case_id, reason)

    def upload(self, username: str, case_id: int, name: str, data: bytes) -> int:
        """Upload one piece of evidence to a case; the id of the file."""
        with self.database.writing() as session:
            act = self._act(session, username)
            chain_id = session.scalars(select(Case.chain_id).where(Case.id == case_id)).one()
            chain = session.get_one(AuditChain, chain_id)
            store = FileStore(self.config.data / "files")
            return upload(act, store, f"case:{case_id}", name, data, FILE_KINDS, max_bytes=2**20, chain=chain).id

    def organisation(self, name: str) -> int:
        """The id of an organisation by its name."""
        with self.database.reading() as session:
            return session.scalars(select(Organisation.id).where(Organisation.name == name)).one()

    def person(self, name: str) -> int:
        """The id of a person by name."""
        with self.database.reading() as session:
            return session.scalars(select(Person.id).where(Person.name == name)).one()

    def head_of(self, school: str) -> int:
        """The id of a school's head."""
        with self.database.reading() as session:
            bureau_id, school_id = session.execute(
                select(Organisation.bureau_id, Organisation.id).where(Organisation.name == school)
            ).one()
            return holders(session, bureau_id, school_id, "school_head", local_date(self.now))[0].id

    def figures(self, school: str) -> dict[str, int]:
        """A school's recorded figures as the application asks for them."""
        with self.database.reading() as session:
            bureau_id, school_id = session.execute(
                select(Organisation.bureau_id, Organisation.id).where(Organisation.name == school)
            ).one()
            known = attributes_at(session, bureau_id, [school_id], local_date(self.now))[school_id]
        staff = int(known["on_post"].value)
        backbone = staff // BACKBONE_ONE_IN
        return {
            "classes": int(known["classes"].value),
            "pupils": int(known["pupils"].value),
            "teachers": staff,
            "backbone": backbone,
        }

    def _act(self, session: Session, username: str) -> Act:
        return Act(session, self.actor(session, username), self.now)
