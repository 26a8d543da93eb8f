"""Attributes from separate lists, joined to the record of their employee: custom fields, phones, legal names.

In: a client and the mapped attribute keys; out: values by employee, and findings about what could not be read. Only
mapped attributes are requested. A list that the application may not read, that Paycor does not have or that does not
answer leaves its values unknown for every employee (rule D11). Every other error fails the read, as it does for a page
of employees.

Paycor omits a cleared custom field from the list. So a missing value of a listed employee is empty, if the list of
their legal entity was read to its end and the company still has the field.

A changed custom field must change the digest of its employee although the record is the same, so the values are needed
when the record is digested. Paycor sends them as a separate list in an order of its own, and has neither a filter for a
page of employees nor a list of changes. Three alternatives were rejected:

* A call per employee: a minute of calls for a thousand employees.
* The values, or a hash of them, in a dict: fast, but memory grows with the company. A hash is not enough either: a
  changed employee needs the values, and the list must not be read twice.
* Staging the values in the database and joining them when the read is promoted: every read would write every value,
  and almost none of them has changed.

So the list is read before the employees into a nameless temporary file (`spool`), and each record takes its values from
there: one indexed look-up per record, a few calls per hundred employees, and constant memory.
"""

from collections.abc import Callable, Generator, Iterable
from contextlib import closing, suppress
from functools import partial
from itertools import islice

from connector.core.model.attributes import CUSTOM, custom_names
from connector.core.model.employee import Value
from connector.core.model.operation import Finding
from connector.errors import SourceError
from connector.paycor.auth.errors import PermissionMissing
from connector.paycor.auth.permissions import (
    CUSTOM_FIELDS,
    EMPLOYEE_CUSTOM_FIELDS,
    EMPLOYEE_PERSON,
    PERSON_PHONE,
    PERSONS,
    Permission,
)
from connector.paycor.records import custom_fields, persons
from connector.paycor.records.custom_fields import LISTED
from connector.paycor.records.identities import employee_id_of, person_id_of
from connector.paycor.records.optional_lists import OPTIONAL_LIST_ERRORS, missing_list_finding
from connector.paycor.wire.client import Client
from connector.paycor.wire.failures import NotFound
from connector.paycor.wire.spool import Spool, SpoolRow

Rows = Generator[list[SpoolRow], None, None]


class JoinedLists:
    """Reads the lists that the mapped attributes need in addition to the employee list, and joins them to records."""

    def __init__(self, client: Client, attribute_keys: Iterable[str]) -> None:
        keys = frozenset(attribute_keys)
        self._client = client
        self._names = custom_names(keys)
        self._person_keys = keys & persons.KEYS
        self._seen_keys: set[str] = set()
        self._complete_entities: set[int] = set()
        self._sampled_entities: set[int] = set()
        self._missing: dict[str, Finding] = {}

    @property
    def are_needed(self) -> bool:
        """Whether any mapped attribute is not in the employee's own record."""
        return bool(self._names or self._person_keys)

    def read_company(self, spool: Spool, legal_entity_ids: Iterable[int]) -> None:
        """Read the values of all employees into the spool, for `values_of`."""
        for entity_id in legal_entity_ids:
            if self._names:
                rows = custom_fields.read_all(self._client, entity_id, self._names)
                self._spool_custom_fields(spool, entity_id, rows, CUSTOM_FIELDS)
            if self._person_keys:
                self._spool_persons(spool, partial(persons.read_all, self._client, entity_id), PERSONS)
        spool.seal()

    def read_employee(self, spool: Spool, employee_id: str, legal_entity_id: int) -> None:
        """Read the values of one employee into the spool, by calls for that employee only."""
        if self._names:
            rows = custom_fields.read_employee(self._client, employee_id, self._names)
            self._spool_custom_fields(spool, legal_entity_id, rows, EMPLOYEE_CUSTOM_FIELDS)
            if spool.values_of(employee_id).get(LISTED):
                self._sample_company_fields(legal_entity_id)
        if self._person_keys:
            read = partial(persons.read_employee, self._client, employee_id)
            self._spool_persons(spool, read, EMPLOYEE_PERSON)
        spool.seal()

    def values_of(self, spool: Spool, raw: bytes, legal_entity_id: int) -> dict[str, Value]:
        """The values to join to one record. Unknown ones are absent, and so is every value without an employee id."""
        employee_id = employee_id_of(raw)
        if employee_id is None:
            return {}
        values = spool.values_of(employee_id) if self._names else {}
        if values.pop(LISTED, None) and legal_entity_id in self._complete_entities:
            cleared = (CUSTOM + name for name in self._names if CUSTOM + name in self._seen_keys)
            values = dict.fromkeys(cleared) | values
        person_id = person_id_of(raw) if self._person_keys else None
        return values | spool.values_of(person_id) if person_id else values

    def findings(self, *, is_empty: bool) -> list[Finding]:
        """What could not be read, and what no employee has: a block without its permission, or a deleted field.

        A company without employees (`is_empty`) proves nothing about blocks and fields.
        """
        findings = list(self._missing.values())
        if is_empty:
            return findings
        phones = self._person_keys & persons.PHONES.keys()
        if phones and not phones & self._seen_keys and not self._missing.keys() & {"persons", "phones"}:
            findings.append(Finding("block_missing", subject=PERSON_PHONE.name))
        if "custom" not in self._missing:
            unseen = sorted(name for name in self._names if CUSTOM + name not in self._seen_keys)
            findings += [Finding("attribute_missing", subject=name) for name in unseen]
        return findings

    def _spool_custom_fields(
        self, spool: Spool, legal_entity_id: int, rows: Rows, permission: Permission
    ) -> None:
        self._complete_entities.discard(legal_entity_id)
        error = self._spool(spool, rows)
        if error is None:
            self._complete_entities.add(legal_entity_id)
        else:
            self._missing["custom"] = missing_list_finding(error, permission, "Custom fields")

    def _spool_persons(
        self, spool: Spool, read: Callable[[frozenset[str]], Rows], permission: Permission
    ) -> None:
        error = self._spool(spool, read(self._person_keys))
        names = self._person_keys - persons.PHONES.keys()
        if names != self._person_keys and isinstance(error, PermissionMissing | NotFound):
            # Paycor may refuse only the phones. If nothing else is mapped, one page is enough to know.
            error = self._spool(spool, read(names), None if names else 1)
            if error is None:
                self._missing["phones"] = Finding("permission_missing", subject=PERSON_PHONE.name)
        if error is not None:
            self._missing["persons"] = missing_list_finding(error, permission, "Legal names and phones")

    def _sample_company_fields(self, legal_entity_id: int) -> None:
        """Learn which fields the company has: a field that no employee has is unknown, not empty."""
        all_seen = self._seen_keys >= {CUSTOM + name for name in self._names}
        if legal_entity_id in self._sampled_entities or all_seen:
            return
        self._sampled_entities.add(legal_entity_id)
        # Without this list the fields stay unknown here; the next full read reports that it is missing.
        with suppress(*OPTIONAL_LIST_ERRORS), self._client.optional():
            fields = custom_fields.find_custom_fields(self._client, [legal_entity_id])
            self._seen_keys.update(CUSTOM + field.name for field in fields)

    def _spool(self, spool: Spool, pages: Rows, max_pages: int | None = None) -> SourceError | None:
        """Store pages in the spool. Returns the error when the read continues without the rest of the list."""
        try:
            with self._client.optional(), closing(pages):
                for rows in islice(pages, max_pages):
                    spool.add(rows)
                    self._seen_keys.update(row.key for row in rows)
        except OPTIONAL_LIST_ERRORS as error:
            return error
        return None
