"""The switch for finished courses: off until an admin consents, and off again at once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from connector.errors import Refused, SourceForbidden
from connector.sandbox.paycor.data import permissions
from connector.services.completions.send import OnProgress, send_completions
from connector.services.runs import execute
from connector.store.runs.lease import LeaseHandle
from connector.store.tables.connection import Audit, Connection
from connector.wiring import Wiring
from tests.services.academy import Academy
from tests.whole import PORTAL


@pytest.mark.req("X18")
def test_it_is_off_until_an_admin_consents(academy: Academy) -> None:
    """Nothing is sent before, and courses finished before are not sent afterwards."""
    academy.finishes(academy.accounts[0])
    with pytest.raises(Refused, match="Switch that on first"):
        academy.sends()
    academy.switch_on()
    later = academy.whole.services.clock() + timedelta(seconds=1)
    with academy.whole.services.database.writing() as session:
        session.execute(sa.update(Connection).values(completions_from=later))

    academy.sends()

    assert academy.states() == []
    assert academy.posted() == 0


@pytest.mark.req("X18")
def test_without_the_right_to_look_it_cannot_be_switched_on(academy: Academy) -> None:
    """A read at Paycor proves the right before the consent is saved."""
    box = academy.whole.paycor.sandbox
    box.permissions = {
        box.application.scope: permissions.ALL - {"View Certification Information for Employee"}
    }

    with pytest.raises(SourceForbidden, match="View Certification Information for Employee"):
        academy.switch_on()
    assert not academy.whole.services.completions.view(PORTAL).is_on


@pytest.mark.req("D17", "X18")
def test_disconnecting_ends_the_consent(sending: Academy) -> None:
    """Connecting again does not bring it back."""
    services = sending.whole.services
    with sending.whole.app.app_context():
        services.completions.switch_off(PORTAL, "7")
        services.completions.switch_off(PORTAL, "7")
        sending.switch_on()
        services.connection.disconnect(PORTAL, "7", forget=False)

    actions = [row.action for row in sending.whole.rows(sa.select(Audit.action).order_by(Audit.id))]
    assert not services.completions.view(PORTAL).is_on
    assert actions[-4:] == ["completions.on", "completions.off", "completions.on", "connection.ended"]


def test_switching_off_during_a_run_stops_it(sending: Academy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sent about the employees who were not reached yet."""
    sending.finishes(*sending.accounts[1:4])
    services = sending.whole.services

    def send_watched(
        wiring: Wiring, connection: Connection, lease: LeaseHandle, on_progress: OnProgress
    ) -> int:
        def after_employee(done: int) -> None:
            services.completions.switch_off(PORTAL, "7")

        return send_completions(wiring, connection, lease, after_employee)

    monkeypatch.setattr(execute, "send_completions", send_watched)
    sending.sends()

    assert sorted(state for state, _ in sending.states()) == ["planned", "planned", "planned", "sent"]


@pytest.mark.req("A43", "X18")
def test_a_portal_that_is_switched_off_neither_sends_nor_consents(
    sending: Academy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator's switch ends sending too: a run is refused, and so is a consent that was under way."""
    services = sending.whole.services
    monkeypatch.setattr(services.lms, "portal", lambda portal_id: None)

    run = sending.sends()
    with sending.whole.app.app_context():
        services.completions.switch_off(PORTAL, "7")
    with pytest.raises(Refused, match="switched off"):
        sending.switch_on()
    assert (run.status, run.error_code) == ("failed", "refused")
    assert (sending.states(), sending.posted()) == ([], 0)
