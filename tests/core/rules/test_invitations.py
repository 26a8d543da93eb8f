"""The state of a new account and its mail, where the host cannot do everything."""

from dataclasses import replace

import pytest

from connector.core.model.account import AccountState, Mail
from connector.core.model.settings import AddAs
from connector.core.ports.host import Capabilities
from connector.core.rules.invitations import invitation_findings
from tests.core.builders import ENDED, account, employee, link, operation_of, person, result, scene, settings
from tests.core.scenes import apply_operation, decision_of

ACTIVE, PENDING, SUSPENDED = AccountState
WELCOME, ACTIVE_ONLY, INVITATION = AddAs
ALL, NO_MAIL = Capabilities(), Capabilities(invite=False)
NO_PENDING, NEITHER = Capabilities(pending=False), Capabilities(invite=False, pending=False)


@pytest.mark.req("A38")
@pytest.mark.parametrize(
    ("add_as", "capabilities", "state", "mail", "findings"),
    [
        pytest.param(WELCOME, ALL, ACTIVE, Mail.WELCOME, [], id="welcome"),
        pytest.param(WELCOME, NO_MAIL, ACTIVE, Mail.NONE, ["mail_not_offered"], id="welcome, no mail"),
        pytest.param(WELCOME, NO_PENDING, ACTIVE, Mail.WELCOME, [], id="welcome, no pending"),
        pytest.param(ACTIVE_ONLY, NEITHER, ACTIVE, Mail.NONE, [], id="active without mail, neither"),
        pytest.param(INVITATION, ALL, PENDING, Mail.INVITATION, [], id="invitation"),
        pytest.param(INVITATION, NO_MAIL, PENDING, Mail.NONE, ["mail_not_offered"], id="invitation, no mail"),
        pytest.param(
            INVITATION,
            NO_PENDING,
            ACTIVE,
            Mail.INVITATION,
            ["pending_not_offered"],
            id="invitation, no pending",
        ),
        pytest.param(
            INVITATION,
            NEITHER,
            ACTIVE,
            Mail.NONE,
            ["mail_not_offered", "pending_not_offered"],
            id="invitation, neither",
        ),
    ],
)
def test_host_does_what_it_can_and_the_rest_is_listed(
    add_as: AddAs, capabilities: Capabilities, state: AccountState, mail: Mail, findings: list[str]
) -> None:
    """No account is pending and no mail is planned if the host cannot do it."""
    chosen = settings(add_as=add_as)
    operation = operation_of(replace(scene(chosen=chosen), capabilities=capabilities))

    assert (operation.after["state"], operation.mail) == (state, mail)
    assert [one.code for one in invitation_findings(chosen, capabilities)] == findings


@pytest.mark.req("A16")
@pytest.mark.parametrize("add_as", AddAs)
def test_sso_needs_neither_mail_nor_pending_accounts(add_as: AddAs) -> None:
    """Learners sign in elsewhere, so nothing is missing."""
    assert invitation_findings(settings(sso=True, add_as=add_as), NEITHER) == []


@pytest.mark.req("D9", "D28", "A14")
@pytest.mark.parametrize(
    ("before", "sso", "capabilities", "expected", "mail"),
    [
        pytest.param(PENDING, False, ALL, "pending", Mail.INVITATION, id="had not answered"),
        pytest.param(ACTIVE, False, ALL, "active", Mail.NONE, id="had signed in"),
        pytest.param(
            PENDING, False, NO_PENDING, "active", Mail.NONE, id="had not answered, no pending accounts"
        ),
        pytest.param(PENDING, False, NO_MAIL, "pending", Mail.NONE, id="had not answered, no mail"),
        pytest.param(PENDING, True, ALL, "active", Mail.NONE, id="had not answered, SSO now"),
    ],
)
def test_reactivated_account_has_its_former_state(
    before: AccountState, sso: bool, capabilities: Capabilities, expected: str, mail: Mail
) -> None:
    """A person who left without answering the invitation still has to answer one, and the old one has expired."""
    left = replace(
        scene(account(state=before), of=ENDED, linked=link(before), chosen=settings(sso=sso)),
        capabilities=capabilities,
    )
    gone = apply_operation(left, operation_of(left))
    back = replace(gone, inputs=replace(gone.inputs, person=person(employee())))
    operation = operation_of(back)

    assert (operation.kind, operation.after, operation.mail) == ("reactivate", {"state": expected}, mail)
    assert result(decision_of(apply_operation(back, operation))) == "unchanged"
