"""The rig of the host in memory, and the fields that every host of the tests has."""

from datetime import timedelta

import pytest

from connector.core.model.account import AccountState, Field, FieldType, Group
from connector.hosts import Failure, Fault, MemoryHost
from connector.hosts.contract import Rig
from tests.clock import Clock

FIELDS = (
    Field("job_title", "Job title"),
    Field("hire_date", "Hire date", FieldType.DATE),
    Field("employment_type", "Employment", FieldType.STRING_CHOICE, choices=("Regular", "Temporary")),
)


@pytest.fixture
def memory(clock: Clock) -> Rig:
    """The host in memory."""
    host = MemoryHost(FIELDS, groups=[Group("1", "Nurses")], clock=clock)
    return Rig(
        host,
        mailed=lambda: [mail.account_id for mail in host.mails],
        rename=lambda account_id, name: host.edit(account_id, first_name=name),
        promote=lambda account_id: host.edit(account_id, is_learner=False),
        now=lambda: clock.advance(timedelta(seconds=1)),
        signs_in=lambda account_id: host.accounts[account_id].state is AccountState.ACTIVE,
        loses_answer=lambda: host.faults.append(Fault("create", Failure.UNKNOWN)),
        is_busy=lambda: host.faults.append(Fault("create", Failure.RETRY)),
        many=True,
    )
