"""What an admin chooses: saved whole or not at all, and a version that rises with every change."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from connector.core.model.attributes import CustomField, Origin, offered
from connector.core.model.settings import (
    AddAs,
    InviteWhen,
    Limit,
    Limits,
    ListVersion,
    MappingRow,
    Policy,
    Settings,
    WhenNull,
)
from connector.errors import ConfigurationError, Refused, SourceForbidden
from connector.paycor.auth.credentials import Credentials, Tokens
from connector.services.invalid_settings import InvalidSettings
from connector.services.settings.options import SettingOptions
from connector.services.settings.settings import SettingsService
from connector.store.connection import connections, legal_entities
from connector.store.db.sessions import Database
from connector.store.tables.connection import Audit, Connection
from connector.wiring import Wiring
from tests.paycor.bodies import custom_field
from tests.services.lms import FIELDS, FakeLms
from tests.services.paycor import APPLICATION, ENTITY, TENANT, FakePaycor
from tests.services.stored import add

TITLE = MappingRow("job_title", "title")
REGION = MappingRow("work_state", "region", WhenNull.KEEP)
CHOSEN = Policy(InviteWhen.HIRE_DATE, AddAs.PENDING_INVITATION, absent_reads=5)


@pytest.fixture(autouse=True)
def connected(database: Database) -> None:
    """Both portals are connected, and no admin has chosen anything."""
    for portal_id in ("a", "b"):
        add(
            database,
            Connection(
                portal_id=portal_id,
                environment="sandbox",
                mode="paste",
                state="active",
                policy={},
                daily_hour=2,
            ),
        )


def stored(database: Database, portal_id: str = "a") -> Connection:
    """The row of a portal's connection."""
    with database.reading() as session:
        return session.scalars(sa.select(Connection).where(Connection.portal_id == portal_id)).one()


def acts(database: Database) -> list[str]:
    """What the audit has, in order."""
    with database.reading() as session:
        return list(session.scalars(sa.select(Audit.action).order_by(Audit.id)))


@pytest.mark.req("A42")
def test_settings_that_were_never_saved_have_their_defaults(settings_service: SettingsService) -> None:
    """No mapping, and the default policy; the zone and the sign-in are the portal's own."""
    assert settings_service.settings("a") == Settings(1, "America/Denver")
    assert settings_service.settings("b") == Settings(1, "UTC", sso=True)


@pytest.mark.req("A30")
def test_a_saved_mapping_keeps_its_order_and_replaces_the_last(
    settings_service: SettingsService, database: Database
) -> None:
    """A row that is left out is gone; the settings have a new version."""
    settings_service.save_mapping("a", "admin", [TITLE])
    settings_service.save_mapping("a", "admin", [REGION, TITLE])

    assert settings_service.mapping("a") == (REGION, TITLE)
    assert settings_service.settings("a").mapping == (REGION, TITLE)
    assert settings_service.settings("a").version == 3
    assert acts(database) == ["mapping.saved", "mapping.saved"]


@pytest.mark.req("A42")
def test_one_portals_choices_are_not_anothers(settings_service: SettingsService) -> None:
    """Saving in one leaves the other as it was."""
    settings_service.save_mapping("a", "admin", [TITLE])
    settings_service.save_policy("a", "admin", CHOSEN, 3)

    assert settings_service.settings("b") == Settings(1, "UTC", sso=True)


def test_saving_the_same_again_changes_nothing(settings_service: SettingsService, database: Database) -> None:
    """No new version: no decision has to be made again."""
    settings_service.save_mapping("a", "admin", [TITLE])
    settings_service.save_mapping("a", "admin", [TITLE])
    settings_service.save_policy("a", "admin", Policy(), 2)

    assert settings_service.settings("a").version == 2
    assert acts(database) == ["mapping.saved"]


@pytest.mark.req("A30", "A31")
@pytest.mark.parametrize(
    ("rows", "errors"),
    [
        pytest.param([MappingRow("shoe_size", "title")], {0: "attribute"}, id="an unknown attribute"),
        pytest.param([TITLE, MappingRow("job_code", "gone")], {1: "deleted"}, id="a field that was deleted"),
        pytest.param(
            [TITLE, REGION, MappingRow("job_code", "title")], {0: "2 rows", 2: "2 rows"}, id="a field twice"
        ),
        pytest.param(
            [MappingRow("", ""), MappingRow("", "title")], {0: "attribute", 1: "attribute"}, id="empty rows"
        ),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_saved(
    settings_service: SettingsService, rows: list[MappingRow], errors: dict[int, str]
) -> None:
    """The rows that were saved before stay, and so does the version."""
    settings_service.save_mapping("a", "admin", [REGION])

    with pytest.raises(InvalidSettings, match=f"{len(errors)} of {len(rows)} rows") as refused:
        settings_service.save_mapping("a", "admin", rows)

    assert refused.value.errors.keys() == errors.keys()
    assert [number for number, word in errors.items() if word not in refused.value.errors[number]] == []
    assert settings_service.mapping("a") == (REGION,)
    assert settings_service.settings("a").version == 2


def test_the_fields_are_those_of_the_lms_now(setting_options: SettingOptions) -> None:
    """Read each time: an admin may have added one a minute ago."""
    assert setting_options.fields("a") == FIELDS


@pytest.mark.req("A37", "A38", "A39")
def test_the_policy_is_saved(settings_service: SettingsService, database: Database) -> None:
    """With every field; the version rises once."""
    settings_service.save_policy("a", "admin", CHOSEN, 4)

    assert settings_service.policy("a") == settings_service.settings("a").policy == CHOSEN
    assert (stored(database).daily_hour, stored(database).settings_version) == (4, 2)
    assert acts(database) == ["policy.saved"]


@pytest.mark.req("B1")
def test_another_hour_moves_the_next_daily_sync(
    settings_service: SettingsService, database: Database
) -> None:
    """On the portal's own clock (it is 02:30 in Denver); decisions do not depend on it, so the version stays."""
    with database.writing() as session:
        session.execute(sa.update(Connection).values(next_daily_at=datetime(2026, 3, 2, 9, tzinfo=UTC)))

    settings_service.save_policy("a", "admin", Policy(), 3)

    assert stored(database).next_daily_at == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert settings_service.settings("a").version == 1


@pytest.mark.req("A23")
def test_before_the_first_sync_no_daily_one_is_due(
    settings_service: SettingsService, database: Database
) -> None:
    """An hour can be chosen, but no automatic run starts yet."""
    settings_service.save_policy("a", "admin", Policy(), 3)

    assert stored(database).next_daily_at is None


@pytest.mark.parametrize(
    ("policy", "hour", "wrong"),
    [
        pytest.param(replace(Policy(), absent_reads=0), 2, ["absent_reads"], id="gone after no read at all"),
        pytest.param(
            Policy(limits=Limits(leavers=Limit(-1, 5))), 2, ["leavers_people"], id="less than nobody"
        ),
        pytest.param(
            Policy(limits=Limits(leavers=Limit(5, 101))), 24, ["daily_hour", "leavers_pct"], id="two"
        ),
    ],
)
def test_a_number_out_of_range_is_named(
    settings_service: SettingsService, policy: Policy, hour: int, wrong: list[str]
) -> None:
    """With what it may be; nothing is saved."""
    with pytest.raises(InvalidSettings) as refused:
        settings_service.save_policy("a", "admin", policy, hour)

    assert sorted(map(str, refused.value.errors)) == wrong
    assert settings_service.policy("a") == Policy()


def test_a_portal_without_a_connection_is_told_to_connect(
    settings_service: SettingsService, lms: FakeLms
) -> None:
    """Nothing can be saved for it; reading gives the defaults."""
    lms.switched_on["c"] = replace(lms.switched_on["a"], portal_id="c")

    assert (settings_service.mapping("c"), settings_service.policy("c")) == ((), Policy())
    for act in (
        lambda: settings_service.save_mapping("c", "admin", [TITLE]),
        lambda: settings_service.save_policy("c", "admin", CHOSEN, 2),
        lambda: settings_service.settings("c"),
    ):
        with pytest.raises(Refused, match=r"Press \+ Connect"):
            act()


@pytest.mark.req("A43")
def test_a_portal_that_was_switched_off_has_no_settings(
    settings_service: SettingsService, lms: FakeLms
) -> None:
    """No run can decide anything for it."""
    del lms.switched_on["a"]

    with pytest.raises(ConfigurationError, match="switch the integration on"):
        settings_service.settings("a")


FIELD = CustomField("LMS Group", "DropDownAlphaNumeric")


@pytest.fixture
def readable(database: Database, wiring: Wiring, paycor: FakePaycor) -> FakePaycor:
    """The portal `a` reads a legal entity, with a consent that works."""
    paycor.at = "sandbox"
    with database.writing() as session:
        row = session.scalars(sa.select(Connection).where(Connection.portal_id == "a")).one()
        legal_entities.claim(session, row, {ENTITY: TENANT})
        own = Credentials(**APPLICATION)
        tokens = Tokens("", paycor.refresh_token, wiring.clock())
        wiring.seal_credentials(connections.ensure_credential(session, row.id), own, tokens)
    return paycor


@pytest.mark.req("A31")
def test_custom_fields_can_be_mapped_once_they_were_found(
    settings_service: SettingsService,
    setting_options: SettingOptions,
    readable: FakePaycor,
    database: Database,
) -> None:
    """Before that there is no such attribute; the fields belong to one portal."""
    row = MappingRow("custom:LMS Group", "title")
    with pytest.raises(InvalidSettings):
        settings_service.save_mapping("a", "admin", [row])
    readable.custom_fields = [custom_field(1, "LMS Group", "Clinical", dataType=FIELD.data_type)]

    assert not setting_options.has_searched("a")
    assert setting_options.find_custom_fields("a", "admin") == 1
    settings_service.save_mapping("a", "admin", [row])

    assert setting_options.has_searched("a")
    assert setting_options.attributes("a") == offered(ListVersion.V1, [FIELD])
    assert setting_options.attributes("b") == offered(ListVersion.V1)
    assert settings_service.mapping("a") == (row,)
    assert acts(database) == ["fields.looked_up", "mapping.saved"]


@pytest.mark.req("A31")
def test_a_mapped_field_that_is_not_found_again_stays(
    settings_service: SettingsService, setting_options: SettingOptions, readable: FakePaycor
) -> None:
    """Only some values are read, so it may still exist; a field that is not mapped goes."""
    readable.custom_fields = [custom_field(1, name, "x") for name in ("LMS Group", "Shoe Size")]
    setting_options.find_custom_fields("a", "admin")
    settings_service.save_mapping("a", "admin", [MappingRow("custom:LMS Group", "title")])
    readable.custom_fields = [custom_field(1, "Desk", "x")]

    setting_options.find_custom_fields("a", "admin")

    own = [one.label for one in setting_options.attributes("a") if one.origin is Origin.CUSTOM]
    assert own == ["Desk", "LMS Group"]


@pytest.mark.req("B5")
def test_without_the_right_to_custom_fields_the_list_stays(
    setting_options: SettingOptions, readable: FakePaycor
) -> None:
    """The error names the right, and the search does not count."""
    readable.lacking = {"customfields"}

    with pytest.raises(SourceForbidden, match="“Legal Entity CustomFields”"):
        setting_options.find_custom_fields("a", "admin")

    assert not setting_options.has_searched("a")


@pytest.mark.req("A31")
def test_the_list_that_is_read_decides_what_can_be_mapped(settings_service: SettingsService) -> None:
    """Another list is another version of the settings: every decision is made again."""
    settings_service.choose_list("a", "admin", ListVersion.V2)

    settings_service.save_mapping("a", "admin", [MappingRow("second_last_name", "title")])
    with pytest.raises(InvalidSettings, match="1 of 1 rows"):
        settings_service.save_mapping("a", "admin", [MappingRow("alternate_employee_number", "title")])

    assert settings_service.settings("a").policy == Policy(list_version=ListVersion.V2)
    assert settings_service.settings("a").version == 3
