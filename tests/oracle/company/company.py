"""A company at the sandbox Paycor whose every record is the oracle's own: hire, change, hide; then `show` it."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import msgspec

from connector.sandbox.company import NORTHFIELD
from connector.sandbox.company.samples import JOBS
from connector.sandbox.paycor.state.overlay import Patch
from connector.sandbox.paycor.state.sandbox import Sandbox
from tests.oracle.model.morning import EMPLOYED, Morning, Record

#: These values of a record are the sandbox's own: they say where in the list it is.
_FIXED = ("index", "employee_id")
_UNREADABLE = {"employmentDateData": "soon"}


class Company:
    """The records by their index in the sandbox. `rng` decides everything: the same seed, the same company."""

    def __init__(self, sandbox: Sandbox, rng: Random, first: date, *, has_bosses: bool = True) -> None:
        self.rng = rng
        self.today = first
        self.records: dict[int, Record] = {}
        self.hidden: set[int] = set()
        self.unreadable: set[int] = set()
        #: What will happen to a record later, by day; nothing else happens to it before.
        self.later: dict[date, list[Callable[[], None]]] = {}
        self.busy_until: dict[int, date] = {}
        self._has_bosses = has_bosses
        self._sandbox = sandbox
        self._company = sandbox.company(NORTHFIELD.id)
        self._next = 0
        self._addresses = 0

    def show(self, *, answers: bool = True, approves: bool = False) -> Morning:
        """Let the sandbox send these records from now on; gives what the model sees of them."""
        shown = [index for index in self.records if index not in self.hidden]
        overlay = self._sandbox.overlay
        overlay.clear()
        for index in range(self._company.head_count):
            ordinary = self._company.person(index)
            if index in shown:
                fields = msgspec.structs.asdict(self.records[index])
                own = {name: value for name, value in fields.items() if name not in _FIXED}
                broken = _UNREADABLE if index in self.unreadable else {}
                overlay.plant(ordinary, Patch(fields=own, set=broken), self._sandbox.today)
            else:
                overlay.plant(ordinary, Patch(removed=True), self._sandbox.today)
        return Morning(
            self.today,
            tuple(self.records[index] for index in sorted(shown)),
            frozenset(self.records[index].employee_id for index in self.unreadable),
            answers,
            approves,
        )

    def hire(self, starts: date, *, like: Record | None = None, **values: Any) -> int:
        """A new employment, of a new person unless it is `like` another one; gives its index."""
        index, self._next = self._next, self._next + 1
        if index >= self._company.head_count:
            raise LookupError("The sandbox's company is too small for so many hires.")
        self.records[index] = self._newcomer(index, starts)
        if like is not None:
            same = ("person_id", "first_name", "last_name", "work_email", "manager_id", "manager_number")
            self.change(index, **{name: getattr(like, name) for name in same})
        self.change(index, **values)
        return index

    def _newcomer(self, index: int, starts: date) -> Record:
        """An ordinary record: known values everywhere, a manager for most."""
        ordinary, job = self._company.person(index), self.rng.choice(JOBS)
        boss = self.boss()
        return msgspec.structs.replace(
            ordinary,
            person_id=self.new_person_id(),
            number=str(500_000 + index),
            last_name=ordinary.last_name.strip(),
            first_name=ordinary.first_name.strip(),
            work_email=self.new_address(),
            home_email=None,
            hired_on=starts,
            status=EMPLOYED,
            job_title=job.title,
            employment_type="Regular",
            department=job.department,
            location=self.rng.randrange(6),
            manager_id=boss and boss.employee_id,
            manager_number=boss and boss.number,
            terminated_on=None,
            termination_reason=None,
            rehired_on=None,
            leave_from=None,
            leave_reason=None,
            has_email_block=True,
            has_manager_reference=True,
        )

    def boss(self) -> Record | None:
        """Somebody to report to: mostly one of the first ten, so that they have several reports."""
        known = sorted(self.records)[:10]
        has_one = self.rng.random() < 0.8 and len(known) == 10 and self._has_bosses
        return self.records[self.rng.choice(known)] if has_one else None

    def new_address(self) -> str:
        """An address that nobody has had yet."""
        self._addresses += 1
        return f"person.{self._addresses}@northfield.example"

    def new_person_id(self) -> str:
        """A person id that nobody has had yet."""
        digits = f"{self.rng.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def change(self, index: int, **values: Any) -> None:
        """Change values of one record."""
        self.records[index] = msgspec.structs.replace(self.records[index], **values)

    def change_person(self, index: int, **values: Any) -> None:
        """Change values of all records of the person behind this one."""
        person_id = self.records[index].person_id
        for other, record in list(self.records.items()):
            if record.person_id == person_id:
                self.change(other, **values)

    def day(self, days: int) -> date:
        """A day before or after today."""
        return self.today + timedelta(days=days)

    def after(self, days: int, index: int, what: Callable[[], None]) -> None:
        """Do something in so many days; until then the record is busy."""
        when = self.day(days)
        self.later.setdefault(when, []).append(what)
        self.keep_busy(index, days)

    def keep_busy(self, index: int, days: int) -> None:
        """Nothing else happens to this record for so many days."""
        self.busy_until[index] = max(self.busy_until.get(index, self.today), self.day(days))

    def free(self, count: int = 1) -> list[int]:
        """Some ordinary employees with nothing under way, without the bosses; may be fewer."""
        bosses = sorted(self.records)[:10]
        found = [
            index
            for index, record in sorted(self.records.items())
            if index not in bosses and self.is_free(index) and self._is_ordinary(record)
        ]
        return self.rng.sample(found, min(count, len(found)))

    def leavers(self) -> list[int]:
        """One of those who left some time ago, with nothing under way; empty when there is none."""
        found = [
            index
            for index, record in sorted(self.records.items())
            if self.is_free(index) and record.terminated_on and record.terminated_on < self.today
        ]
        return [self.rng.choice(found)] if found else []

    def is_free(self, index: int) -> bool:
        """Whether nothing is under way with this record."""
        return (
            index not in self.hidden | self.unreadable
            and self.busy_until.get(index, self.today) <= self.today
        )

    def _is_ordinary(self, record: Record) -> bool:
        is_only = sum(other.person_id == record.person_id for other in self.records.values()) == 1
        works = record.status == EMPLOYED and record.terminated_on is None and record.hired_on < self.day(-2)
        return works and is_only and bool(record.work_email) and record.rehired_on is None
