"""Who holds an account that another person needs (rule D25): accounts in, their holders out, from the store alone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from connector.core.model.account import Account, AccountHolder
from connector.core.model.employee import Employee, Person, full_name
from connector.core.model.settings import Settings
from connector.core.rules.account_holder import holder_status
from connector.store.connection import legal_entities
from connector.store.db.sessions import Session
from connector.store.people import aliases, directory, links
from connector.store.tables.people import EmployeeRow

_decode = msgspec.json.Decoder(Employee).decode


def holders_of(
    session: Session, connection_id: int, settings: Settings, now: datetime, accounts: Sequence[Account]
) -> Mapping[str, AccountHolder]:
    """The person who is linked to each account, otherwise the one whose mark it has; accounts without are left out."""
    owners = links.owners(session, connection_id, [one.account_id for one in accounts])
    named = {one.account_id: owners.get(one.account_id) or one.external_id for one in accounts}
    keys = {account_id: key for account_id, key in named.items() if key}
    used = aliases.used_keys(session, connection_id, keys.values())
    people = _people(session, connection_id, sorted({used.get(key, key) for key in keys.values()}))
    connected = legal_entities.ids_of_connection(session, connection_id)
    return {
        account_id: _holder(used.get(key, key), people, connected, settings, now)
        for account_id, key in keys.items()
    }


def _holder(
    key: str, people: Mapping[str, Person], connected: Sequence[int], settings: Settings, now: datetime
) -> AccountHolder:
    person = people.get(key)
    status = holder_status(person, connected, settings, now)
    if person is None:
        return AccountHolder(key, status)
    first = person.employees[0]
    return AccountHolder(key, status, first.employee_id, full_name(first.first_name, first.last_name))


def _people(session: Session, connection_id: int, keys: Sequence[str]) -> Mapping[str, Person]:
    """These people with their employments; people that the mirror does not have are left out."""
    rows: dict[str, list[EmployeeRow]] = defaultdict(list)
    for row in directory.employments(session, connection_id, keys):
        rows[row.person_key].append(row)
    return {
        key: Person(
            key,
            tuple(_decode(row.record) for row in mine),
            {row.employee_id: row.absent_reads for row in mine if row.absent_reads},
        )
        for key, mine in rows.items()
    }
