"""Two people who edit the same settings: nobody undoes the other unseen, and the log has from and to."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
import sqlalchemy as sa

from connector.core.model.account import Group
from connector.core.model.settings import (
    Condition,
    GroupRule,
    Limit,
    Limits,
    MappingRow,
    OnLeave,
    Operator,
    Policy,
    Scope,
    SettingsSection,
)
from connector.errors import Refused, SettingsConflict
from connector.hosts.memory import MemoryHost
from connector.services.invalid_settings import InvalidSettings
from connector.services.settings.choices import Choices, changes, values_of, with_values
from connector.services.settings.settings import SettingsService
from connector.store import audit
from connector.store.connection import connections
from connector.store.db.base import Base
from connector.store.db.sessions import Database
from connector.store.tables.connection import Audit, Connection
from connector.words.settings import SETTINGS, setting_changes
from tests.services.lms import FIELDS, FakeLms
from tests.services.stored import NOW, add

OHIO = Condition("work_state", Operator.EQUALS, ("OH",))
TEXAS = replace(OHIO, values=("TX",))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Our tables on SQLite and on PostgreSQL, with the portal `a` connected."""
    database = Database(sa.create_engine(database_url))
    Base.metadata.create_all(database.engine)
    add(database, Connection(portal_id="a", environment="sandbox", mode="paste", state="active", policy={}))
    yield database
    database.engine.dispose()


@pytest.fixture(autouse=True)
def groups(lms: FakeLms, monkeypatch: pytest.MonkeyPatch) -> None:
    """The portal's LMS has two groups that rules can fill."""
    host = MemoryHost(fields=FIELDS, groups=[Group("1", "Ohio"), Group("2", "Texas")])
    monkeypatch.setattr(lms, "host", lambda portal_id: host)


def mapped(*rows: MappingRow) -> Choices:
    """Choices with this mapping."""
    return Choices(mapping=rows)


#: For each section what two people choose, one after the other, and the setting that differs.
RIVALS = [
    (SettingsSection.MAPPING, mapped(MappingRow("job_title", "title")), mapped(), "mapping"),
    (
        SettingsSection.INVITATIONS,
        Choices(policy=Policy(on_leave=OnLeave.SUSPEND)),
        Choices(daily_hour=5),
        "daily_hour",
    ),
    (
        SettingsSection.LIMITS,
        Choices(policy=Policy(limits=Limits(leavers=Limit(9, 9)))),
        Choices(policy=Policy(canaries=("e1",))),
        "canaries",
    ),
    (
        SettingsSection.SCOPE,
        Choices(policy=Policy(scope=Scope(only=(OHIO,)))),
        Choices(policy=Policy(scope=Scope(only=(TEXAS,)))),
        "scope.only",
    ),
    (
        SettingsSection.GROUP_RULES,
        Choices(policy=Policy(group_rules=(GroupRule("1", (OHIO,)),))),
        Choices(policy=Policy(group_rules=(GroupRule("2", (TEXAS,)),))),
        "group_rules",
    ),
]


def log(database: Database) -> list[dict[str, Any]]:
    """From and to of every saved change, the oldest first."""
    with database.reading() as session:
        return [dict(row.detail["changes"]) for row in session.scalars(sa.select(Audit).order_by(Audit.id))]


def version_number(database: Database) -> int:
    """The version of all settings, which rises so that everybody is decided again."""
    with database.reading() as session:
        return session.scalars(sa.select(Connection.settings_version)).one()


@pytest.mark.req("D31")
@pytest.mark.parametrize(("section", "first", "second", "path"), RIVALS, ids=lambda one: str(one)[:12])
def test_the_second_of_two_forms_saves_nothing_and_sees_both_versions(
    settings_service: SettingsService,
    section: SettingsSection,
    first: Choices,
    second: Choices,
    path: str,
) -> None:
    """Both were opened at the same time. With the version that the error gives, the second saves over the first."""
    opened = settings_service.version("a", section)
    settings_service.save("a", "7", section, opened, lambda _: first)

    with pytest.raises(SettingsConflict) as refused:
        settings_service.save("a", "8", section, opened, lambda _: second)
    after_conflict = settings_service.choices("a")
    settings_service.save("a", "8", section, refused.value.version, lambda _: second)

    assert refused.value.changes == changes(first, second)
    assert path in refused.value.changes
    assert after_conflict == first
    assert settings_service.choices("a") == second


@pytest.mark.req("D31")
def test_two_forms_of_different_settings_are_both_saved(settings_service: SettingsService) -> None:
    """Neither undoes the other, although both are opened before either is saved."""
    opened = {section: settings_service.version("a", section) for section in SettingsSection}

    for section, first, _, _ in RIVALS:
        only_mine = {path: pair[1] for path, pair in changes(Choices(), first).items()}
        settings_service.save("a", "7", section, opened[section], partial(with_values, values=only_mine))

    expected = [pair for _, first, _, _ in RIVALS for pair in changes(Choices(), first).items()]
    saved = values_of(settings_service.choices("a"))
    assert {path: saved[path] for path, _ in expected} == {path: after for path, (_, after) in expected}


@pytest.mark.req("D31")
def test_a_save_that_is_overtaken_starts_again_from_what_is_saved(
    settings_service: SettingsService, database: Database
) -> None:
    """Another section is saved between this writer's read and its write; no form is involved, as in the shell."""
    limits = Limits(week_times=9)

    def overtaken(policy: Policy) -> Policy:
        settings_service.revise("a", "8", lambda saved: replace(saved, limits=limits))
        return replace(policy, on_leave=OnLeave.SUSPEND)

    settings_service.revise("a", "7", overtaken)

    assert settings_service.policy("a") == Policy(on_leave=OnLeave.SUSPEND, limits=limits)
    assert version_number(database) == 3


@pytest.mark.req("D31")
def test_two_forms_that_say_the_same_are_no_conflict(
    settings_service: SettingsService, database: Database
) -> None:
    """The second has nothing to save."""
    opened = settings_service.version("a", SettingsSection.INVITATIONS)

    for viewer_id in ("7", "8"):
        settings_service.save(
            "a", viewer_id, SettingsSection.INVITATIONS, opened, lambda saved: replace(saved, daily_hour=4)
        )

    assert log(database) == [{"daily_hour": [2, 4]}]


@pytest.mark.req("X30")
def test_the_log_has_every_changed_setting_from_and_to(
    settings_service: SettingsService, database: Database
) -> None:
    """Codes and values, and nothing that did not change; the row of a mapping is whole."""
    settings_service.save_mapping("a", "7", [MappingRow("job_title", "title")])
    settings_service.revise("a", "7", lambda saved: replace(saved, on_leave=OnLeave.SUSPEND, absent_reads=5))

    first, second = log(database)
    assert list(first) == ["mapping"]
    assert (first["mapping"][0], first["mapping"][1][0]["field_key"]) == ([], "title")
    assert second == {"on_leave": ["keep", "suspend"], "absent_reads": [3, 5]}


@pytest.mark.req("X30")
def test_the_values_of_the_log_make_the_choices_again() -> None:
    """From and to are enough to go back: what is logged is what is saved."""
    for _, first, second, _ in RIVALS:
        there = {path: after for path, (_, after) in changes(first, second).items()}
        back = {path: before for path, (before, _) in changes(first, second).items()}

        assert with_values(first, there) == second
        assert with_values(second, back) == first


@pytest.mark.req("X30")
def test_every_setting_has_a_name() -> None:
    """A setting without one would be shown by its path; a name without a setting is left over."""
    assert SETTINGS.keys() == values_of(Choices()).keys()


@pytest.mark.req("X30")
@pytest.mark.parametrize(
    ("path", "pair", "expected"),
    [
        ("on_leave", ["keep", "suspend"], ("Keep their access", "End it, and restore it when they are back")),
        ("todo_mail", [True, False], ("on", "off")),
        ("canaries", [[], ["e1", "e2"]], ("nothing", "e1; e2")),
        ("of_another_release", [1, 2], ("1", "2")),
    ],
)
def test_a_change_reads_in_words(path: str, pair: list[Any], expected: tuple[str, str]) -> None:
    """A code by its word, a list by its elements."""
    (change,) = setting_changes({path: pair})

    assert (change.before, change.after) == expected


@pytest.mark.req("X30")
def test_a_change_of_the_mapping_reads_row_by_row() -> None:
    """Only the rows that differ; when none does, the order."""
    title, region = MappingRow("job_title", "title"), MappingRow("work_state", "region", create_only=True)
    added = setting_changes(changes(mapped(title), mapped(title, region)))
    turned = setting_changes(changes(mapped(title, region), mapped(region, title)))

    assert added == [
        ("Map your data: region", "nothing", "Work state; cleared when empty; for new accounts only")
    ]
    assert turned == [("Map your data: order of the rows", "title, region", "region, title")]


@pytest.mark.req("X30")
def test_a_change_of_conditions_reads_as_the_page_says_it() -> None:
    """Attribute, comparison and values."""
    rules = Choices(policy=Policy(group_rules=(GroupRule("1", (OHIO,)),), scope=Scope(never=(TEXAS,))))

    texts = {one.label: one.after for one in setting_changes(changes(Choices(), rules))}

    assert texts == {
        "Group rules": "1: Work state is one of OH",
        "Nobody who meets one of these": "Work state is one of TX",
    }


def restore(settings_service: SettingsService, line_id: int) -> None:
    """Go back with the version of this moment."""
    settings_service.restore("a", "8", line_id, settings_service.version("a", None))


@pytest.mark.req("X30")
def test_going_back_is_a_new_change(settings_service: SettingsService, database: Database) -> None:
    """It takes back a line and all later ones; going back from that is possible too."""
    settings_service.save_mapping("a", "7", [MappingRow("job_title", "title")])
    settings_service.revise("a", "7", lambda saved: replace(saved, absent_reads=5))
    settings_service.revise("a", "7", lambda saved: replace(saved, absent_reads=6, on_leave=OnLeave.SUSPEND))

    expected = settings_service.restored("a", 2)
    restore(settings_service, 2)
    after = settings_service.choices("a")
    restore(settings_service, 4)

    assert expected == {"absent_reads": (6, 3), "on_leave": ("suspend", "keep")}
    assert after == mapped(MappingRow("job_title", "title"))
    assert settings_service.policy("a") == Policy(absent_reads=6, on_leave=OnLeave.SUSPEND)
    assert log(database)[3] == {"absent_reads": [6, 3], "on_leave": ["suspend", "keep"]}


@pytest.mark.req("X30")
def test_settings_that_cannot_be_saved_any_more_do_not_come_back(
    settings_service: SettingsService, lms: FakeLms, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The field of a mapping is gone from the LMS: nothing is saved."""
    settings_service.save_mapping("a", "7", [MappingRow("job_title", "title")])
    settings_service.save_mapping("a", "7", [])
    monkeypatch.setattr(lms, "host", lambda portal_id: MemoryHost())

    with pytest.raises(InvalidSettings):
        restore(settings_service, 2)

    assert settings_service.mapping("a") == ()


@pytest.mark.req("X30")
@pytest.mark.parametrize("line_id", [2, 99])
def test_a_line_without_settings_is_no_way_back(
    settings_service: SettingsService, database: Database, line_id: int
) -> None:
    """Another action, or none."""
    settings_service.revise("a", "7", lambda saved: replace(saved, absent_reads=5))
    with database.writing() as session:
        audit.record(session, "a", NOW, "7", "connection.paused")

    with pytest.raises(Refused, match="no settings to go back to"):
        restore(settings_service, line_id)


@pytest.mark.req("A42", "X30")
def test_a_line_of_another_portal_is_no_way_back(
    settings_service: SettingsService, database: Database
) -> None:
    """Its settings are nobody else's."""
    add(database, Connection(portal_id="b", environment="sandbox", mode="paste", state="active", policy={}))
    settings_service.revise("b", "9", lambda saved: replace(saved, absent_reads=5))

    with pytest.raises(Refused):
        restore(settings_service, 1)


@pytest.mark.req("D17", "X30")
def test_forget_leaves_no_settings_in_the_log(settings_service: SettingsService, database: Database) -> None:
    """Who saved, and when, stays; conditions and people who were named go."""
    settings_service.revise("a", "7", lambda saved: replace(saved, scope=Scope(people_out=("e1",))))

    with database.writing() as session:
        connections.forget(session, session.scalars(sa.select(Connection)).one())

    with database.reading() as session:
        (line,) = session.scalars(sa.select(Audit)).all()
    assert (line.action, line.viewer_id, line.detail) == ("policy.saved", "7", {})


@pytest.mark.req("D31")
def test_of_two_saves_in_the_same_moment_one_is_refused(settings_service: SettingsService) -> None:
    """Both have the same version and pass every check before either writes."""
    together = Barrier(2)
    opened = settings_service.version("a", SettingsSection.LIMITS)

    def save(reads: int) -> str:
        def change(saved: Choices) -> Choices:
            with suppress(BrokenBarrierError):
                together.wait(timeout=2)
            return replace(saved, policy=replace(saved.policy, absent_reads=reads))

        try:
            settings_service.save("a", "7", SettingsSection.LIMITS, opened, change)
        except SettingsConflict as conflict:
            return str(conflict.changes["absent_reads"])
        return "saved"

    with ThreadPoolExecutor() as both:
        outcomes = sorted(both.map(save, [5, 6]))

    kept = settings_service.policy("a").absent_reads
    assert outcomes == [str((kept, 11 - kept)), "saved"]
