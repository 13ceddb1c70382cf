"""A wish made twice is one job; a wish taken back leaves none."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from tests.conftest import NOW
from workflow_app.act import Act, Actor
from workflow_app.jobs.models import Job
from workflow_app.jobs.queue import Wish, cancel, enqueue, enqueue_all


def test_the_same_key_is_the_same_job(act: Act) -> None:
    enqueue(act, "remind", {"task": 1}, "remind:1")
    enqueue_all(act, [Wish("remind", "remind:1", {"task": 9}), Wish("remind", "remind:2", due_at=NOW + timedelta(1))])
    jobs = act.session.scalars(select(Job).order_by(Job.id)).all()
    assert [(job.args, job.due_at) for job in jobs] == [({"task": 1}, NOW), ({}, NOW + timedelta(1))]


def test_bureaus_do_not_share_keys(act: Act) -> None:
    other = Act(act.session, Actor(bureau_id=act.bureau_id + 1, name="他局"), NOW)
    enqueue(act, "remind", {}, "remind:1")
    enqueue(other, "remind", {}, "remind:1")
    cancel(other, "remind:1")
    assert act.session.scalars(select(Job.bureau_id)).all() == [act.bureau_id]


def test_cancelling_spares_what_is_done(act: Act) -> None:
    enqueue_all(act, [Wish("remind", "done"), Wish("remind", "open")])
    done = act.session.scalars(select(Job).order_by(Job.id)).first()
    assert done is not None
    done.done_at = NOW
    act.session.flush()
    cancel(act, "done", "open")
    assert act.session.scalars(select(Job.key)).all() == [f"{act.bureau_id}:done"]


def test_wishing_for_nothing_is_no_statement(act: Act) -> None:
    enqueue_all(act, [])
    cancel(act)
    assert act.session.scalars(select(Job)).all() == []
