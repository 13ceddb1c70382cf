"""Append and verify: what happened, by whom, when, and the proof that nothing was changed since."""

from workflow_app.audit.append import append, new_chain

__all__ = ["append", "new_chain"]
