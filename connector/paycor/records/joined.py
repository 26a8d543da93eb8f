"""Attributes that are not in an employee's own record, joined to it: custom fields, phones, legal names.

In: a client and the attribute keys that are wanted; out: values by employee, and what could not be read. Only what
is mapped is asked for. A list that the application may not see, that Paycor does not have or that does not answer
leaves its values unknown for everybody (rule D11); every other failure fails the read, as a page of employees would.

Paycor leaves a custom field that was cleared out of the list, so what did not come of somebody who did is known to be
empty, if the list of their legal entity was read to its end and the company still has the field.

A changed custom field has to make its employee new although their record is the same, so the values have to be at hand
when the record is digested. Paycor sends them as a list of its own, in an order of its own, and has neither a filter
for a page of employees nor a list of changes. Three ways were weighed:

* Ask for each employee by themselves: a thousand people are a whole minute of calls. No.
* Keep the values, or a hash of them, in a dict: quick, but it grows with the company, and a hash would not be enough,
  because whoever turns out to be changed needs the values themselves, and the list is not to be read twice.
* Stage the values in the database and join them when the read is adopted: every read would write every value of
  everybody, for nearly nobody whose value has changed.

So the list is read before the employees, into a nameless temporary file (`spool`), and each record takes its values
from there: one indexed look-up a record, a few calls a hundred people, and memory that stays as it is.
"""

from collections.abc import Callable, Generator, Iterable
from contextlib import closing, suppress
from functools import partial
from itertools import islice

from connector.core.model.attributes import CUSTOM, custom_names
from connector.core.model.employee import Value
from connector.core.model.operation import Finding
from connector.errors import SourceError
from connector.paycor.auth.permissions import (
    CUSTOM_FIELDS,
    EMPLOYEE_CUSTOM_FIELDS,
    EMPLOYEE_PERSON,
    PERSON_PHONE,
    PERSONS,
    Permission,
)
from connector.paycor.auth.refusals import RightMissing
from connector.paycor.records import custom_fields, persons
from connector.paycor.records.custom_fields import LISTED
from connector.paycor.records.identities import identify, owner
from connector.paycor.records.optional import DISPENSABLE, lack
from connector.paycor.wire.client import Client, NotFound
from connector.paycor.wire.spool import Row, Spool

Rows = Generator[list[Row], None, None]


class Joining:
    """Reads what the wanted attributes need besides the employee list. `findings` are what showed so far."""

    def __init__(self, client: Client, wanted: Iterable[str]) -> None:
        keys = frozenset(wanted)
        self._client = client
        self._names = custom_names(keys)
        self._of_person = keys & persons.KEYS
        self._came: set[str] = set()
        self._whole: set[int] = set()
        self._looked_at: set[int] = set()
        self._lacking: dict[str, Finding] = {}

    def fill(self, spool: Spool, legal_entity_ids: Iterable[int]) -> None:
        """Put the values of a whole company into the spool, for `of` to take them out."""
        for entity_id in legal_entity_ids:
            if self._names:
                everybodys = custom_fields.everybodys(self._client, entity_id, self._names)
                self._take_customs(spool, entity_id, everybodys, CUSTOM_FIELDS)
            if self._of_person:
                self._take_humans(spool, partial(persons.everybodys, self._client, entity_id), PERSONS)
        spool.seal()

    def fill_one(self, spool: Spool, employee_id: str, legal_entity_id: int) -> None:
        """The same for one employee, by calls for them alone."""
        if self._names:
            theirs = custom_fields.of_one(self._client, employee_id, self._names)
            self._take_customs(spool, legal_entity_id, theirs, EMPLOYEE_CUSTOM_FIELDS)
            if spool.of(employee_id).get(LISTED):
                self._look_for_the_rest(legal_entity_id)
        if self._of_person:
            self._take_humans(spool, partial(persons.of_one, self._client, employee_id), EMPLOYEE_PERSON)
        spool.seal()

    @property
    def joins(self) -> bool:
        """Whether anything is wanted that is not in an employee's own record."""
        return bool(self._names or self._of_person)

    def of(self, spool: Spool, raw: bytes, legal_entity_id: int) -> dict[str, Value]:
        """The values for one record; what is not known is absent, and all of it for one without an employee id."""
        employee_id = identify(raw)
        if employee_id is None:
            return {}
        found = spool.of(employee_id) if self._names else {}
        if found.pop(LISTED, None) and legal_entity_id in self._whole:
            cleared = (CUSTOM + name for name in self._names if CUSTOM + name in self._came)
            found = dict.fromkeys(cleared) | found
        person_id = owner(raw) if self._of_person else None
        return found | spool.of(person_id) if person_id else found

    def findings(self, *, is_empty: bool) -> list[Finding]:
        """What could not be read, and what nobody at all has: a block without its right, a field that is gone.

        A company without employees has nobody to miss anything.
        """
        found = list(self._lacking.values())
        if is_empty:
            return found
        phones = self._of_person & persons.PHONES.keys()
        if phones and not phones & self._came and not self._lacking.keys() & {"persons", "phones"}:
            found.append(Finding("block_missing", subject=PERSON_PHONE.name))
        if "custom" not in self._lacking:
            gone = sorted(name for name in self._names if CUSTOM + name not in self._came)
            found += [Finding("attribute_missing", subject=name) for name in gone]
        return found

    def _take_customs(self, spool: Spool, legal_entity_id: int, rows: Rows, right: Permission) -> None:
        self._whole.discard(legal_entity_id)
        error = self._spooled(spool, rows)
        if error is None:
            self._whole.add(legal_entity_id)
        else:
            self._lacking["custom"] = lack(error, right, "Custom fields")

    def _take_humans(self, spool: Spool, read: Callable[[frozenset[str]], Rows], right: Permission) -> None:
        error = self._spooled(spool, read(self._of_person))
        rest = self._of_person - persons.PHONES.keys()
        if rest != self._of_person and isinstance(error, RightMissing | NotFound):
            # Perhaps the phones alone may not be seen. With nothing else wanted, one page is enough to tell.
            error = self._spooled(spool, read(rest), None if rest else 1)
            if error is None:
                self._lacking["phones"] = Finding("permission_missing", subject=PERSON_PHONE.name)
        if error is not None:
            self._lacking["persons"] = lack(error, right, "Legal names and phones")

    def _look_for_the_rest(self, legal_entity_id: int) -> None:
        """Whether others have what one employee has not: a field that nobody has is not known to be empty."""
        if legal_entity_id in self._looked_at or self._came >= {CUSTOM + name for name in self._names}:
            return
        self._looked_at.add(legal_entity_id)
        # Without this list the fields stay unknown here, and the next read of everybody says what it lacks.
        with suppress(*DISPENSABLE):
            there = custom_fields.known(self._client, [legal_entity_id])
            self._came.update(CUSTOM + field.name for field in there)

    def _spooled(self, spool: Spool, pages: Rows, most: int | None = None) -> SourceError | None:
        """Take pages in; gives why the list has to be done without. What came before that is true."""
        try:
            with closing(pages):
                for rows in islice(pages, most):
                    spool.add(rows)
                    self._came.update(row.key for row in rows)
        except DISPENSABLE as error:
            return error
        return None
