"""A right that ends while an admin is at Paycor, or while Paycor answers: nothing is stored any more."""

from dataclasses import dataclass, field

import pytest

from connector.config import Config
from connector.core.ports.lms import Portal
from connector.errors import Refused
from connector.services.connection.connect import ConnectionService
from connector.store.db.sessions import Database
from connector.store.tables.connection import Consent, Credential
from connector.wiring import Wiring
from tests.clock import Clock
from tests.services.connection.steps import begin, count, finish_consent, state
from tests.services.lms import FakeLms
from tests.services.paycor import APPLICATION, ENTITY, FakePaycor


@dataclass
class SwitchedOffMeanwhile(FakeLms):
    """The operator switches the integration off once Paycor has given tokens."""

    paycor: FakePaycor = field(default_factory=FakePaycor)

    def portal(self, portal_id: str) -> Portal | None:
        """Switched on before that."""
        return None if self.paycor.token_calls else super().portal(portal_id)


def nothing_is_stored(database: Database) -> bool:
    """No connection, no secret, and no consent that could be used again."""
    return (state(database), count(database, Credential), count(database, Consent)) == (None, 0, 0)


@pytest.mark.req("A40", "A42")
@pytest.mark.parametrize("portals", [(), ("b",)])
def test_an_admin_who_lost_the_portal_at_paycor_connects_nothing(
    connecting: ConnectionService, paycor: FakePaycor, database: Database, portals: tuple[str, ...]
) -> None:
    """The code is not even exchanged: the tokens would belong to a portal that is not theirs any more."""
    code, claimed = paycor.consent(begin(connecting))

    with pytest.raises(Refused, match="no longer have full permissions"):
        finish_consent(connecting, claimed, code, portals=portals)

    assert paycor.token_calls == 0
    assert nothing_is_stored(database)


@pytest.mark.req("A43")
def test_a_portal_that_is_switched_off_meanwhile_is_not_connected(
    connecting: ConnectionService, paycor: FakePaycor, database: Database, lms: FakeLms
) -> None:
    """The operator switches it off while the admin signs in at Paycor."""
    code, claimed = paycor.consent(begin(connecting))
    del lms.switched_on["a"]

    with pytest.raises(Refused, match="switched off"):
        finish_consent(connecting, claimed, code)

    assert paycor.token_calls == 0
    assert nothing_is_stored(database)


@pytest.mark.req("A43")
def test_a_portal_that_is_switched_off_while_paycor_answers_is_not_connected(
    config: Config, paycor: FakePaycor, database: Database, lms: FakeLms, clock: Clock
) -> None:
    """The tokens are there already, and are thrown away."""
    leaving = SwitchedOffMeanwhile(lms.switched_on, paycor=paycor)
    connecting = ConnectionService(Wiring(config, database, leaving, clock))
    pasted = {"environment": "production", "refresh_token": paycor.refresh_token, **APPLICATION}

    with pytest.raises(Refused, match="switched off"):
        connecting.paste("a", "admin", {**pasted, "legal_entity_id": str(ENTITY)})

    assert paycor.token_calls == 1
    assert nothing_is_stored(database)


@pytest.mark.req("A43")
def test_a_portal_that_is_switched_off_during_the_review_is_not_finished(
    connecting: ConnectionService, paycor: FakePaycor, database: Database, lms: FakeLms
) -> None:
    """It stays in review, until it is switched on again."""
    code, claimed = paycor.consent(begin(connecting))
    finish_consent(connecting, claimed, code)
    del lms.switched_on["a"]

    with pytest.raises(Refused, match="switched off"):
        connecting.finish("a", "admin")

    assert state(database) == "review"
