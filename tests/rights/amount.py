"""How many random pairs of a person and a case are tried, and from which seed.

WORKFLOW_APP_RIGHTS=100000 .venv/bin/pytest tests/rights/test_oracle.py      # so many pairs, from a new seed
WORKFLOW_APP_RIGHTS_SEED=17 .venv/bin/pytest tests/rights/test_oracle.py     # the same pairs again
"""

from __future__ import annotations

import os
import secrets

PEOPLE, MATTERS = 70, 60
"""Of one crowd: each person is paired with each case."""

PAIRS = int(os.environ.get("WORKFLOW_APP_RIGHTS", "0"))
"""Wished for in a long run; 0 is the short run."""

SEED = int(os.environ.get("WORKFLOW_APP_RIGHTS_SEED") or (secrets.randbelow(10**9) if PAIRS else 20260408))
ROUNDS = max(1, PAIRS // (PEOPLE * MATTERS))
"""How many crowds there are."""
