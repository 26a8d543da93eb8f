"""What the pages show: the rows of one portal, a page at a time."""

from collections.abc import Iterator

import pytest
from sqlalchemy import StaticPool, create_engine, event

from connector.core.model.report import Report
from connector.errors import SchemaBehind
from connector.services.views.pages import PAGE_SIZE, Views
from connector.services.views.views import PersonView
from connector.store import schema
from connector.store.db.base import Base
from connector.store.db.sessions import Database
from connector.store.tables.connection import Audit, Connection, Entity
from tests.services.stored import NOW, add, employee, entry, finding, link, run


@pytest.fixture
def database() -> Iterator[Database]:
    """Two connected portals, `hq` and `branch`, in a database of their own."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    database = Database(engine)
    with database.writing() as session:
        for number, portal_id in ((1, "hq"), (2, "branch")):
            session.add(
                Connection(
                    id=number, portal_id=portal_id, environment="sandbox", mode="paste", state="active"
                )
            )
    yield database
    engine.dispose()


@pytest.fixture
def views(database: Database) -> Views:
    """The views of that database."""
    return Views(database)


def test_a_schema_that_is_behind_is_refused_with_the_command(views: Views) -> None:
    """Tables without a revision may be those of another release."""
    with pytest.raises(SchemaBehind, match="flask connector db upgrade"):
        views.check_schema()


def test_a_schema_that_was_upgraded_is_accepted() -> None:
    """After the command, the pages open."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    schema.upgrade(engine)

    Views(Database(engine)).check_schema()

    engine.dispose()


def test_a_portal_that_was_never_connected_has_no_connection(views: Views) -> None:
    """None, not an empty connection."""
    assert views.connection("nowhere") is None


def test_a_connection_names_its_legal_entities_and_its_last_run(database: Database, views: Views) -> None:
    """The last run is one about everybody that has ended; a run that has not is shown as well."""
    add(
        database,
        Entity(connection_id=1, environment="sandbox", legal_entity_id=20, tenant_id=5),
        Entity(connection_id=1, environment="sandbox", legal_entity_id=10, tenant_id=5),
        Entity(connection_id=2, environment="sandbox", legal_entity_id=30, tenant_id=6),
        run(1),
        run(2, mode="due_dates"),
        run(3, status="running"),
        run(4, connection_id=2),
    )

    seen = views.connection("hq")

    assert seen is not None
    assert seen.last_run is not None
    assert seen.open_run is not None
    assert [entity.legal_entity_id for entity in seen.legal_entities] == [10, 20]
    assert (seen.last_run.run_id, seen.open_run.run_id) == (1, 3)


@pytest.mark.req("A42")
def test_another_portals_run_is_not_found(database: Database, views: Views) -> None:
    """Neither the run, nor its progress, nor its rows, nor in the list."""
    add(database, run(1, connection_id=2), entry(1))

    assert views.run("hq", 1) is None
    assert views.progress("hq", 1) is None
    assert views.entries("hq", 1).rows == ()
    assert views.runs("hq").rows == ()
    assert [row.run_id for row in views.runs("branch").rows] == [1]


@pytest.mark.req("A42")
def test_another_portals_people_are_not_shown(database: Database, views: Views) -> None:
    """Findings, counts, learners without a mail, audit and names are the portal's own."""
    add(
        database,
        finding(1, "no_email", connection_id=2),
        link(1, "held", connection_id=2),
        Audit(portal_id="branch", at=NOW, action="finish"),
        run(1),
        entry(1),
        employee(1, "ada@branch.example", connection_id=2),
    )

    assert views.findings("hq").rows == ()
    assert views.finding_counts("hq") == []
    assert views.not_invited("hq").rows == ()
    assert views.audit("hq").rows == ()
    assert [row.person for row in views.entries("hq", 1).rows] == [PersonView()]


def test_entries_come_a_page_at_a_time_by_key(database: Database, views: Views) -> None:
    """Following `next_key` gives every row once, in order, and then ends."""
    add(database, run(1), *[entry(number) for number in range(1, 2 * PAGE_SIZE + 2)])

    seen: list[str] = []
    sizes: list[int] = []
    after: int | None = None
    while True:
        page = views.entries("hq", 1, "update", after)
        seen += [row.employee_id for row in page.rows]
        sizes.append(len(page.rows))
        after = page.next_key
        if after is None:
            break

    assert sizes == [PAGE_SIZE, PAGE_SIZE, 1]
    assert seen == [f"e{number}" for number in range(1, 2 * PAGE_SIZE + 2)]


def test_a_page_that_is_just_full_is_the_last(database: Database, views: Views) -> None:
    """No empty page follows."""
    add(database, *[finding(number, "no_email") for number in range(1, PAGE_SIZE + 1)])

    assert views.findings("hq").next_key is None


def test_a_report_is_read_as_a_value(database: Database, views: Views) -> None:
    """Fields of a later release are ignored; no report is None."""
    row = run(1)
    row.report = {"read": 500, "seconds": 4, "skipped_by": {"inactive": 3}, "of_tomorrow": 1}
    add(database, row, run(2))

    newest, oldest = views.runs("hq").rows

    assert newest.report is None
    assert oldest.report == Report(read=500, seconds=4.0, skipped_by={"inactive": 3})


def test_runs_come_newest_first(database: Database, views: Views) -> None:
    """`before` continues where the page before ended."""
    add(database, *[run(number) for number in range(1, PAGE_SIZE + 3)])

    first = views.runs("hq")
    second = views.runs("hq", first.next_key)

    assert first.rows[0].run_id == PAGE_SIZE + 2
    assert [row.run_id for row in second.rows] == [2, 1]


def test_entries_are_filtered_by_kind_and_by_refusal(database: Database, views: Views) -> None:
    """Refused rows are those that the LMS did not do."""
    add(
        database,
        run(1),
        entry(1),
        entry(2, kind="create", outcome="created"),
        entry(3, kind="create", outcome="rejected"),
    )

    assert [row.employee_id for row in views.entries("hq", 1, "create").rows] == ["e2", "e3"]
    assert [row.employee_id for row in views.entries("hq", 1, refused=True).rows] == ["e3"]


def test_a_row_is_named_from_the_mirror(database: Database, views: Views) -> None:
    """Name and work email as Paycor had them at the last complete read."""
    add(database, run(1), entry(1), employee(1, "ada@acme.example"))

    assert views.entries("hq", 1).rows[0].person == PersonView("Ada L1", "ada@acme.example")


def test_a_new_person_who_is_not_in_the_mirror_has_the_name_of_the_plan(
    database: Database, views: Views
) -> None:
    """A plan still names its people after they are gone from the mirror."""
    row = entry(1, kind="create")
    row.after = {"first_name": "Ada", "last_name": "Lane", "email": "ada@acme.example"}
    add(database, run(1), row)

    assert views.entries("hq", 1).rows[0].person == PersonView("Ada Lane", "ada@acme.example")


def test_only_a_page_of_names_is_looked_up(database: Database, views: Views) -> None:
    """A page reads only the people that it shows, in a fixed number of queries."""
    count = 3 * PAGE_SIZE
    add(database, run(1), *[entry(number) for number in range(1, count)])
    add(database, *[employee(number, None) for number in range(1, count)])
    statements: list[tuple[str, tuple[object, ...]]] = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda _c, _u, statement, parameters, _x, _m: statements.append((statement, parameters)),
    )

    views.entries("hq", 1, "update")

    parameter_sets = [parameters for _, parameters in statements]
    assert [sum(str(value).startswith("e") for value in row) for row in parameter_sets] == [0, PAGE_SIZE]


def test_findings_are_counted_by_code(database: Database, views: Views) -> None:
    """The most frequent come first, where fixing one cause helps most people."""
    add(database, finding(1, "no_email"), finding(2, "no_state"), finding(3, "no_state"))

    assert views.finding_counts("hq") == [("no_state", 2), ("no_email", 1)]
    assert [row.employee_id for row in views.findings("hq", "no_state").rows] == ["e2", "e3"]


@pytest.mark.req("D13")
def test_only_learners_whose_mail_can_still_be_sent_are_listed(database: Database, views: Views) -> None:
    """Learners who got it or never get one are not; the employment with an email gives the name."""
    add(database, link(1, "held"), link(2, "sent"), link(3, "none"), link(5, "failed"))
    add(database, employee(1, None), employee(4, "ada@acme.example", person=1))

    rows = views.not_invited("hq").rows

    assert [(row.person_key, row.mail_state, row.person.email) for row in rows] == [
        ("p1", "held", "ada@acme.example"),
        ("p5", "failed", ""),
    ]


def test_the_audit_is_newest_first(database: Database, views: Views) -> None:
    """Each line has its viewer; without one the connector did it."""
    add(
        database,
        Audit(portal_id="hq", at=NOW, viewer_id="7", action="connection.finish", detail={"entities": 2}),
        Audit(portal_id="hq", at=NOW, action="connection.attention"),
    )

    rows = views.audit("hq").rows

    assert [(row.action, row.viewer_id) for row in rows] == [
        ("connection.attention", None),
        ("connection.finish", "7"),
    ]
