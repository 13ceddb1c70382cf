"""The job table and its worker: deadlines, outbox, rendering, acts on other cases."""

from workflow_app.jobs.queue import Wish, cancel, enqueue, enqueue_all
from workflow_app.jobs.worker import Handler, Worker

__all__ = ["Handler", "Wish", "Worker", "cancel", "enqueue", "enqueue_all"]
