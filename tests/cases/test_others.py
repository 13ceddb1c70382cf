"""The cases beside a case: those past their review that name an organisation, read with one statement by an index."""

from __future__ import annotations

from sqlalchemy import event, text

from tests.costs import counting
from tests.county import E1_CASE, NewCounty, acting
from tests.plans import PRIMARY_KEY, scans, searched_by
from workflow_app.act import Act
from workflow_app.cases.work import lock_case
from workflow_app.demo.formation import CLERK, MEMBERS, application
from workflow_app.demo.player import Player

FOUNDING = "group-formation"


def _agreed(player: Player, act: Act, slug: str = FOUNDING, school: str = MEMBERS[1], own: int = 2) -> list[int]:
    """What stands beside the second case, or beside another one."""
    others = lock_case(act, own).view().others
    return [case.case_id for case in others.agreed((slug,), [player.organisation(school)])]


def test_a_case_counts_from_its_review_to_its_end(county_at: NewCounty) -> None:
    for stage, found in (("accepted", []), ("reviewed", [E1_CASE])):
        player = county_at(stage)
        assert player.start("jiangxin", FOUNDING) == 2
        with acting(player, "limin") as act:
            assert _agreed(player, act) == found, stage
            assert _agreed(player, act, own=E1_CASE) == [], "not beside itself"
            assert _agreed(player, act, slug="pairing") == []
            assert _agreed(player, act, school="城关第二小学") == []
    player.withdraw(CLERK, E1_CASE, "学校另行申报。")
    with acting(player, "limin") as act:
        assert _agreed(player, act) == []


def test_it_is_one_statement_and_walks_no_table(county_at: NewCounty) -> None:
    player = county_at("reviewed")
    player.start("jiangxin", FOUNDING)
    school = player.organisation(MEMBERS[1])
    with acting(player, "limin") as act:
        view = lock_case(act, 2).view()
        seen: list[tuple[str, object]] = []
        engine = player.database.engine
        event.listen(engine, "before_cursor_execute", lambda *given: seen.append((given[2], given[3])))
        assert [case.number for case in view.others.agreed((FOUNDING,), [school])] == ["P1-2026-0001"]
        ((statement, parameters),) = [one for one in seen if "case_party" in one[0]]
        assert len(seen) == 1
        connection = act.session.connection()
        assert scans(connection, statement, parameters, "case_party") == [PRIMARY_KEY]
        assert "scan" not in scans(connection, statement, parameters, "case")


def test_who_leaves_a_case_is_looked_for_by_its_own_rows(county_at: NewCounty) -> None:
    """Taking a school out of an application does not read the parties of other cases."""
    player = county_at("filed")
    items = [{"item": "成员校", "reason": "石桥村小学已撤并"}]
    player.do("limin", 1, "accept_review", {"decision": "return", "items": items})
    changed = application(player, 1, members=MEMBERS[:1])
    with counting(player.database.engine) as cost:
        player.do(CLERK, 1, "supplement_supply", changed)
    ((statement, parameters),) = cost.about("DELETE FROM case_party")
    with player.database.reading() as session:
        connection = session.connection()
        if not player.database.is_sqlite:
            # So small a table would be read whole; the question is how the key can serve.
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        columns = searched_by(connection, statement, parameters, "case_party")
        assert columns >= {"bureau_id", "organisation_id", "case_id"}, statement
