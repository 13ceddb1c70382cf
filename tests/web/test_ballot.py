"""The page of a secret ballot: it says what is kept, offers no draft, and a vote is not to be found on any page."""

from __future__ import annotations

from tests.county import open_task, seats_of
from tests.vote import open_vote
from tests.web.open_day import Form
from tests.web.site import app_of, signed_in_there
from workflow_app.demo.player import Player


def test_a_vote_is_cast_on_a_page_that_keeps_nothing(player: Player) -> None:
    case_id = open_vote(player)
    task_id = open_task(player, "ballot", case_id).id
    voter = signed_in_there(app_of(player), "fangrui")
    form = Form(voter, task_id)
    assert "本次投票为无记名投票" in form.page.text
    assert "data-draft" not in form.page.text
    assert "保存草稿</button>\n    <noscript>" not in form.page.text
    assert form.send({"act": "save", "f-decision": "against"}).status_code == 303  # the Enter key keeps nothing
    assert Form(voter, task_id).page.text.count("checked") == 0
    assert form.submit({"f-decision": "against"}).status_code == 303
    assert [s.state for s in seats_of(player, task_id)] == ["done", "open", "open"]
    done = voter.get("/cases").text
    assert "投票" in done
    assert "不同意" not in done
