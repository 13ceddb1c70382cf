"""Append and verify: what happened, by whom, when, and the proof that nothing was changed since."""
