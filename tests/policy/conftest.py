"""A bureau with the shipped profile 003."""

from __future__ import annotations

import pytest

from tests.conftest import by_program
from workflow_app.act import Act
from workflow_app.policy.parameters import Policy, load_policy
from workflow_app.policy.profiles import load_profile


@pytest.fixture
def policy(act: Act) -> Policy:
    """The policy of the test bureau on the day of the act."""
    load_profile(by_program(act), "003")
    return load_policy(act.session, act.bureau_id, act.today)
