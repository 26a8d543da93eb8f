"""Work emails that are typed badly in Paycor: whole syncs, from the record to the mail, on each database."""

from dataclasses import replace

import pytest

from connector.core.model.account import Account, AccountState
from connector.core.model.employee import Employee
from connector.core.model.findings import FINDINGS, FixedBy
from connector.hosts.memory import MemoryHost
from connector.store.tables.people import FindingRow
from tests.clock import Clock
from tests.engine.company import COMPANY, FIELDS, worker
from tests.engine.workbench import Desk
from tests.paycor.fake_paycor import Json, employee_id, record
from tests.paycor.source_reads import decoded

ADA = employee_id(1)
#: In the place of an address: a word, several addresses, a name, a link, a header, a typing mistake.
BAD = (
    *("N/A", "none", "ada@n.example; bob@n.example", "Ada <ada@n.example>", "mailto:ada@n.example"),
    *("ada@n.example\nBcc: eve@n.example", "ada@@n.example", "ada@n.example.", "ada@n.example,"),
    *("o\u2019dell@n.example", "ada\x00@n.example", f"{'a' * 330}@n.example"),
)


def ada(address: str | None, **changes: object) -> Employee:
    """Ada's record as Paycor sends it, decoded, with this work email."""
    email: Json = {"type": "Work", "emailAddress": address}
    return decoded(record(email=email, workLocation={"state": "OH"}, **changes))


def account(email: str) -> Account:
    """A learner who was there before any sync."""
    return Account("here", email, "Renata", "O'Dell", AccountState.ACTIVE, is_learner=True)


def finding_about(desk: Desk, code: str) -> FindingRow:
    """The one finding with this code."""
    rows: list[FindingRow] = [row for row in desk.rows(FindingRow) if row.code == code]
    assert len(rows) == 1
    return rows[0]


@pytest.mark.req("D23", "A9", "A11")
@pytest.mark.parametrize("written", ["ada\u200b@n.example", "\ufeffADA@n.example \n", "ada@n\u00ad.example"])
def test_an_invisible_character_makes_no_second_account(desk: Desk, clock: Clock, written: str) -> None:
    """The learner who is there is found by the address that HR meant, and gets no mail."""
    desk.host = host = MemoryHost(FIELDS, [account("ada@n.example")], clock=clock)

    report = desk.sync([ada(written)])

    assert (report.created, report.linked, report.mails) == (0, 1, 0)
    assert [one.email for one in host.accounts.values()] == ["ada@n.example"]


@pytest.mark.req("D23", "B9")
@pytest.mark.parametrize("written", BAD, ids=ascii)
def test_nobody_is_made_or_mailed_with_a_text_that_is_no_address(
    desk: Desk, host: MemoryHost, written: str
) -> None:
    """HR reads which text it is, in the preview and after the sync; everybody else is served in the same run."""
    company = [*COMPANY[:3], ada(written), *COMPANY[3:]]

    preview = desk.preview(company)
    shown = finding_about(desk, "bad_work_email")
    report = desk.sync(company)

    assert (preview.skipped_by, report.skipped_by) == ({"bad_work_email": 1}, {"bad_work_email": 1})
    assert (report.created, report.mails, len(host.mails)) == (len(COMPANY), len(COMPANY), len(COMPANY))
    assert (shown.employee_id, shown.is_skip, bool(shown.detail)) == (ADA, True, True)
    assert shown.detail.isprintable()
    assert FINDINGS["bad_work_email"].fixed_by is FixedBy.HR


@pytest.mark.req("D23", "A17")
def test_a_learner_whose_address_goes_bad_keeps_it_and_the_access(desk: Desk, host: MemoryHost) -> None:
    """Other values are still written; the finding closes itself when HR has corrected the address."""
    desk.sync([ada("ada@n.example")])

    gone_bad = desk.sync([ada("ada@n.example; bob@n.example", lastName="Lovelace")])
    found = [(one.email, one.last_name, one.state) for one in host.accounts.values()]
    listed = finding_about(desk, "bad_work_email")
    corrected = desk.sync([ada("ada.new@n.example", lastName="Lovelace")])

    assert (gone_bad.updated, gone_bad.created, gone_bad.suspended, gone_bad.mails) == (1, 0, 0, 0)
    assert found == [("ada@n.example", "Lovelace", AccountState.ACTIVE)]
    assert (listed.is_skip, listed.detail) == (False, "ada@n.example; bob@n.example")
    assert (corrected.updated, desk.codes(ADA)) == (1, set())
    assert [one.email for one in host.accounts.values()] == ["ada.new@n.example"]


@pytest.mark.req("D23", "D2")
def test_two_people_with_the_same_word_as_work_email_share_no_address(desk: Desk, host: MemoryHost) -> None:
    """Each has a finding of their own that says what to correct."""
    people = [replace(worker(number), email=None, bad_email="N/A") for number in (1, 2)]

    assert desk.sync(people).skipped_by == {"bad_work_email": 2}
    assert host.accounts == {}
