"""Attributes that are not in an employee's own record, joined to it: custom fields, phones, legal names.

In: a client and the attribute keys that are wanted; out: values by employee, and the rights that are missing. Only
what is mapped is asked for. A list that the application may not see, or that Paycor does not have, leaves its values
unknown for everybody (rule D11); every other failure fails the read, as a page of employees would.

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
from contextlib import closing
from itertools import islice

from connector.core.attributes import CUSTOM, custom_names
from connector.core.records import Finding, Value
from connector.paycor import custom_fields, persons
from connector.paycor.client import Client, NotFound
from connector.paycor.identities import identify, owner
from connector.paycor.permissions import (
    CUSTOM_FIELDS,
    EMPLOYEE_CUSTOM_FIELDS,
    EMPLOYEE_PERSON,
    PERSON_PHONE,
    PERSONS,
    Permission,
)
from connector.paycor.refusals import RightMissing
from connector.paycor.spool import Row, Spool

Rows = Generator[list[Row], None, None]


class Joining:
    """Reads what the wanted attributes need besides the employee list. `findings` are what showed so far."""

    def __init__(self, client: Client, wanted: Iterable[str]) -> None:
        keys = frozenset(wanted)
        self._client = client
        self._names = custom_names(keys)
        self._of_person = keys & persons.KEYS
        self._came: set[str] = set()
        self._missing: dict[str, Permission] = {}

    def fill(self, spool: Spool, legal_entity_id: int) -> None:
        """Put the values of a whole legal entity into the spool, for `of` to take them out."""
        self._take(
            spool,
            lambda: custom_fields.everybodys(self._client, legal_entity_id, self._names),
            lambda keys: persons.everybodys(self._client, legal_entity_id, keys),
            (CUSTOM_FIELDS, PERSONS),
        )

    def fill_one(self, spool: Spool, employee_id: str) -> None:
        """The same for one employee, by calls for them alone."""
        self._take(
            spool,
            lambda: custom_fields.of_one(self._client, employee_id, self._names),
            lambda keys: persons.of_one(self._client, employee_id, keys),
            (EMPLOYEE_CUSTOM_FIELDS, EMPLOYEE_PERSON),
        )

    @property
    def joins(self) -> bool:
        """Whether anything is wanted that is not in an employee's own record."""
        return bool(self._names or self._of_person)

    def of(self, spool: Spool, raw: bytes) -> dict[str, Value]:
        """The values for one record; what is not known is absent, and all of it for one without an employee id."""
        employee_id = identify(raw)
        if employee_id is None:
            return {}
        found = spool.of(employee_id) if self._names else {}
        person_id = owner(raw) if self._of_person else None
        return found | spool.of(person_id) if person_id else found

    def findings(self, *, is_empty: bool) -> list[Finding]:
        """Rights that are missing, and what nobody at all has: a block without its right, a field that is gone.

        A company without employees has nobody to miss anything.
        """
        found = [Finding("permission_missing", subject=one.name) for one in self._missing.values()]
        if is_empty:
            return found
        phones = self._of_person & persons.PHONES.keys()
        if phones and not phones & self._came and not self._missing.keys() & {"persons", "phones"}:
            found.append(Finding("block_missing", subject=PERSON_PHONE.name))
        if "custom" not in self._missing:
            gone = sorted(name for name in self._names if CUSTOM + name not in self._came)
            found += [Finding("attribute_missing", subject=name) for name in gone]
        return found

    def _take(
        self,
        spool: Spool,
        custom: Callable[[], Rows],
        human: Callable[[frozenset[str]], Rows],
        rights: tuple[Permission, Permission],
    ) -> None:
        if self._names and not self._spooled(spool, custom()):
            self._missing["custom"] = rights[0]
        if self._of_person and not self._spooled(spool, human(self._of_person)):
            # Perhaps the phones alone may not be seen. With nothing else wanted, one page is enough to tell.
            rest = self._of_person - persons.PHONES.keys()
            if rest != self._of_person and self._spooled(spool, human(rest), None if rest else 1):
                self._missing["phones"] = PERSON_PHONE
            else:
                self._missing["persons"] = rights[1]
        spool.seal()

    def _spooled(self, spool: Spool, pages: Rows, most: int | None = None) -> bool:
        """Take pages in; False when they may not be seen or are not there. What came before that is true."""
        try:
            with closing(pages):
                for rows in islice(pages, most):
                    spool.add(rows)
                    self._came.update(row.key for row in rows)
        except (RightMissing, NotFound):
            return False
        return True
