"""In which state somebody gets in, and with which mail, where the host cannot do everything."""

from dataclasses import replace

import pytest

from connector.core.model.account import AccountState, Mail
from connector.core.model.settings import AddAs
from connector.core.ports.host import Capabilities
from connector.core.rules.invitations import invitation_findings
from tests.core.make import ENDED, account, employee, link, operation_of, person, scene, settings, summary
from tests.core.world import applied, decided

ACTIVE, PENDING, SUSPENDED = AccountState
WELCOME, SILENT, INVITED = AddAs
ALL, NO_MAIL = Capabilities(), Capabilities(invite=False)
NO_PENDING, NEITHER = Capabilities(pending=False), Capabilities(invite=False, pending=False)


@pytest.mark.req("A38")
@pytest.mark.parametrize(
    ("add_as", "can", "state", "mail", "told"),
    [
        pytest.param(WELCOME, ALL, ACTIVE, Mail.WELCOME, [], id="welcome"),
        pytest.param(WELCOME, NO_MAIL, ACTIVE, Mail.NONE, ["mail_not_offered"], id="welcome, no mail"),
        pytest.param(WELCOME, NO_PENDING, ACTIVE, Mail.WELCOME, [], id="welcome, no pending"),
        pytest.param(SILENT, NEITHER, ACTIVE, Mail.NONE, [], id="in silence, neither"),
        pytest.param(INVITED, ALL, PENDING, Mail.INVITATION, [], id="invitation"),
        pytest.param(INVITED, NO_MAIL, PENDING, Mail.NONE, ["mail_not_offered"], id="invitation, no mail"),
        pytest.param(
            INVITED, NO_PENDING, ACTIVE, Mail.INVITATION, ["pending_not_offered"], id="invitation, no pending"
        ),
        pytest.param(
            INVITED,
            NEITHER,
            ACTIVE,
            Mail.NONE,
            ["mail_not_offered", "pending_not_offered"],
            id="invitation, neither",
        ),
    ],
)
def test_a_host_does_what_it_can_and_the_rest_is_said(
    add_as: AddAs, can: Capabilities, state: AccountState, mail: Mail, told: list[str]
) -> None:
    """Nobody waits for an answer that cannot be given, no mail is planned that cannot be sent."""
    chosen = settings(add_as=add_as)
    operation = operation_of(replace(scene(chosen=chosen), can=can))

    assert (operation.after["state"], operation.mail) == (state, mail)
    assert [one.code for one in invitation_findings(chosen, can)] == told


@pytest.mark.req("A16")
@pytest.mark.parametrize("add_as", AddAs)
def test_with_sso_nothing_is_lacking(add_as: AddAs) -> None:
    """Learners who sign in elsewhere need neither mail nor pending accounts."""
    assert invitation_findings(settings(sso=True, add_as=add_as), NEITHER) == []


@pytest.mark.req("D9", "A14")
@pytest.mark.parametrize(
    ("before", "sso", "can", "expected"),
    [
        pytest.param(PENDING, False, ALL, "pending", id="had not answered"),
        pytest.param(ACTIVE, False, ALL, "active", id="had come in"),
        pytest.param(PENDING, False, NO_PENDING, "active", id="had not answered, no pending accounts"),
        pytest.param(PENDING, True, ALL, "active", id="had not answered, and signs in elsewhere now"),
    ],
)
def test_an_account_comes_back_as_it_was(
    before: AccountState, sso: bool, can: Capabilities, expected: str
) -> None:
    """Whoever left without answering the invitation is not let in without an answer."""
    left = replace(
        scene(account(state=before), of=ENDED, linked=link(before), chosen=settings(sso=sso)), can=can
    )
    gone = applied(left, operation_of(left))
    back = replace(gone, case=replace(gone.case, person=person(employee())))
    operation = operation_of(back)

    assert (operation.kind, operation.after, operation.mail) == ("reactivate", {"state": expected}, Mail.NONE)
    assert summary(decided(applied(back, operation))) == "unchanged"
