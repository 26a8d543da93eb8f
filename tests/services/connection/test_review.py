"""The review before Finish: companies, rights and data, as Paycor answers now."""

import pytest

from connector.core.model.settings import FirstName, Policy
from connector.errors import SourceForbidden
from connector.services.connection.connect import ConnectionService
from connector.store import settings as stored_settings
from connector.store.db.sessions import Database
from connector.store.tables.connection import Connection
from tests.services.connection.steps import begin, finish_consent, state
from tests.services.paycor import ENTITY, SECOND_ENTITY, TENANT, FakePaycor


@pytest.mark.req("A47", "B5")
def test_the_review_shows_what_the_consent_covers(connecting: ConnectionService, paycor: FakePaycor) -> None:
    """The legal entities with their company id, every right with its reason, and the data in plain words.

    Nothing is mapped yet: departments are allowed but not needed, and persons and custom fields are not even tested.
    """
    code, claimed = paycor.consent(begin(connecting))
    finish_consent(connecting, claimed, code)

    review = connecting.review("a")

    assert [(one.legal_entity_id, one.tenant_id, one.chosen) for one in review.legal_entities] == [
        (ENTITY, TENANT, True),
        (SECOND_ENTITY, TENANT, True),
    ]
    assert {one.name for one in review.permissions if not one.found} == {
        "View Legal Entity Persons",
        "View Person Phone",
        "Legal Entity CustomFields",
    }
    assert [one.name for one in review.permissions if one.found and not one.needed] == [
        "View Legal Entity Departments Information"
    ]
    assert all(one.reason for one in review.permissions)
    assert review.is_enough
    assert "First name, last name and work email" in review.received
    assert "Create and Update Certification" in review.writing


@pytest.mark.req("B5")
def test_a_missing_right_is_named(
    connecting: ConnectionService, paycor: FakePaycor, database: Database
) -> None:
    """The review shows which; without a right that a sync needs, Finish refuses and the connection stays in review."""
    paycor.lacking = {"Status", "WorkLocation"}
    code, claimed = paycor.consent(begin(connecting))
    finish_consent(connecting, claimed, code)

    review = connecting.review("a")

    missing = [one.name for one in review.permissions if one.found is False]
    assert missing == ["View Legal Entity Employees Status", "View Legal Entity Employees Work Location"]
    assert not review.is_enough
    with pytest.raises(SourceForbidden, match="no sync: View Legal Entity Employees Status\\."):
        connecting.finish("a", "admin")
    assert state(database) == "review"


@pytest.mark.req("B5", "X29", "X13")
def test_the_review_asks_for_what_a_choice_needs(
    connecting: ConnectionService, paycor: FakePaycor, database: Database
) -> None:
    """Not only the mapping needs permissions: the legal first name comes from the persons."""
    code, claimed = paycor.consent(begin(connecting))
    finish_consent(connecting, claimed, code)
    with database.writing() as session:
        stored_settings.set_policy(
            session.query(Connection).filter_by(portal_id="a").one(), Policy(first_name=FirstName.LEGAL)
        )

    needed = {one.name for one in connecting.review("a").permissions if one.needed}

    assert "View Legal Entity Persons" in needed
