"""What an LMS must have after each day: small, slow, and written from docs/requirements.md, not from the connector.

It keeps every record and every read, and looks at everybody again each day. It must not import the connector's rules
or engine: a test says so.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from tests.oracle.model.choices import GROWTH, WEEKS, Added, Choices
from tests.oracle.model.learners import Kind, Learner, Roster, State
from tests.oracle.model.morning import Morning, Record
from tests.oracle.model.rights import Day, Right, Verdict, is_current, is_employed, start_of, verdict_of
from tests.oracle.model.values import Values, address_of, clean, fields_of, key_of

_MAIL = {Added.WELCOME: "welcome", Added.INVITED: "invitation"}
_OPEN = (Right.WORKS, Right.LEAVING)


class Model:
    """One portal. `roster` is what the LMS must look like; `why` has the verdict about each address."""

    def __init__(self, choices: Choices, learners: list[Learner]) -> None:
        self.choices = choices
        self.roster = Roster(learners)
        self.why: dict[str, str] = {}
        self._records: dict[str, Record] = {}
        self._missing: Counter[str] = Counter()
        self._same: dict[str, str] = {}
        self._grown: Counter[date] = Counter()
        self._unreadable: frozenset[str] = frozenset()
        self._deciding: dict[str, tuple[Right, str]] = {}
        self._bosses: frozenset[str] = frozenset()
        self._invited: list[Learner] = []

    def see(self, morning: Morning) -> None:
        """A sync of everybody: it reads Paycor and does what is right."""
        if morning.answers:
            self._read(morning)
            self._decide(morning.today, approves=morning.approves)

    def pass_midnight(self, today: date) -> None:
        """The dates that have come are acted on without Paycor, for those whose dates they are (D8)."""
        self._decide(today, approves=False, is_midnight=True)

    def _decide(self, today: date, *, approves: bool, is_midnight: bool = False) -> None:
        day = Day(today, self.choices, self._missing, self._unreadable)
        people = self._people()
        verdicts = {person: verdict_of(jobs, day) for person, jobs in people.items()}
        bosses = self._supervisors(people, day)
        deciding = {person: (one.right, one.record.employee_id) for person, one in verdicts.items()}
        due = {person for person, one in deciding.items() if self._deciding.get(person) != one}
        due |= bosses ^ self._bosses
        looked_at = {person: one for person, one in verdicts.items() if person in due or not is_midnight}
        for person, verdict in looked_at.items():
            learner = self.roster.of_person(person)
            if learner is not None and not learner.is_deleted:
                self._follow(learner, verdict)
        shared = self._shared(people, day)
        self._move(looked_at, shared)
        self._arrive(looked_at, shared, today, approves=approves, is_midnight=is_midnight)
        self._fill(looked_at, bosses)
        self._mail()
        self._deciding, self._bosses = deciding, bosses
        self._remember_why(verdicts)

    def person_of(self, record: Record) -> str:
        """The person behind a record: several ids of one person are one person from the first day they meet (D25)."""
        return self._root(record.person_id)

    def _remember_why(self, verdicts: dict[str, Verdict]) -> None:
        """The reason by the address at Paycor, and by that of the account, which may be another one."""
        texts = {person: f"{one.record.employee_id}, {one.why}" for person, one in verdicts.items()}
        self.why = {key_of(one.record.work_email): texts[person] for person, one in verdicts.items()}
        self.why |= {one.key: texts[one.person] for one in self.roster.present() if one.person in texts}

    # --- who there is ------------------------------------------------------------------------------------------------

    def _read(self, morning: Morning) -> None:
        """A complete read: what came is known, what did not come is missing once more (D10)."""
        self._unreadable = morning.unreadable
        seen = {record.employee_id for record in morning.records}
        for record in morning.records:
            self._missing.pop(record.employee_id, None)
            self._join(record.employee_id, record.person_id)
            self._records[record.employee_id] = record
        for employee_id in self._records.keys() - seen:
            self._missing[employee_id] += 1

    def _join(self, one: str, other: str) -> None:
        mine, theirs = self._root(one), self._root(other)
        if mine == theirs:
            return
        known = self.roster.of_person(mine)
        keeps, goes = (mine, theirs) if known else (theirs, mine)
        self._same[goes] = keeps

    def _root(self, key: str) -> str:
        while key in self._same:
            key = self._same[key]
        return key

    def _people(self) -> dict[str, list[Record]]:
        people: dict[str, list[Record]] = defaultdict(list)
        for employee_id in sorted(self._records):
            people[self.person_of(self._records[employee_id])].append(self._records[employee_id])
        return people

    def _shared(self, people: dict[str, list[Record]], day: Day) -> frozenset[str]:
        """The addresses that several people have who are employed (D2)."""
        owners: dict[str, set[str]] = defaultdict(set)
        for person, jobs in people.items():
            for job in jobs:
                if address_of(job) and is_employed(job, day):
                    owners[key_of(job.work_email)].add(person)
        return frozenset(key for key, several in owners.items() if len(several) > 1)

    def _supervisors(self, people: dict[str, list[Record]], day: Day) -> frozenset[str]:
        """The people with at least one other person who reports to them today (B12, D27)."""
        bosses = {job.employee_id: person for person, jobs in people.items() for job in jobs}
        return frozenset(
            bosses[job.manager_id]
            for person, jobs in people.items()
            for job in jobs
            if job.manager_id in bosses and bosses[job.manager_id] != person and is_current(job, day)
        )

    # --- what happens to accounts ------------------------------------------------------------------------------------

    def _follow(self, learner: Learner, verdict: Verdict) -> None:
        """Access ends and comes back (A22, D5, D9, D28); what was closed by hand stays closed."""
        if (
            learner.kind is not Kind.LEARNER
            or verdict.right is Right.UNKNOWN
            or verdict.right is Right.NOTHING
        ):
            return
        if verdict.right in _OPEN:
            if learner.state is State.SUSPENDED and learner.closed_from:
                learner.state, learner.closed_from = learner.closed_from, None
                if learner.state is State.PENDING:
                    self._invited.append(learner)
        elif learner.state is not State.SUSPENDED:
            learner.closed_from, learner.state = learner.state, State.SUSPENDED

    def _move(self, verdicts: dict[str, Verdict], shared: frozenset[str]) -> None:
        """Every address that changes, all at once (D26); an account that stays in the way keeps what it has."""
        wanted: dict[int, str] = {}
        for learner, verdict in self._synced(verdicts):
            address = address_of(verdict.record)
            if address and key_of(address) not in shared and key_of(address) != learner.key:
                wanted[id(learner)] = address
        while blocked := list(self._blocked(wanted)):
            for learner in blocked:
                del wanted[id(learner)]
        for learner in self.roster.present():
            learner.address = wanted.get(id(learner), learner.address)

    def _blocked(self, wanted: dict[int, str]) -> Iterator[Learner]:
        """Those whose new address another account will have."""
        will_have = {id(one): key_of(wanted.get(id(one), one.address)) for one in self.roster.present()}
        often = Counter(will_have.values())
        return (one for one in self.roster.present() if id(one) in wanted and often[will_have[id(one)]] > 1)

    def _arrive(
        self,
        verdicts: dict[str, Verdict],
        shared: frozenset[str],
        today: date,
        *,
        approves: bool,
        is_midnight: bool,
    ) -> None:
        """Accounts for those who have none: the one with their address, else a new one (A5, A9, A11, D2, D20)."""
        is_first = not self._grown
        room = 0 if is_first else self._room(today, 8 if is_midnight else 7)
        coming = [
            (start_of(verdict.record), verdict.record.employee_id, person)
            for person, verdict in verdicts.items()
            if self.roster.of_person(person) is None and self._may_arrive(verdict, shared)
        ]
        allowed = len(coming) if approves or is_first else room
        made = 0
        for _, _, person in sorted(coming):
            record = verdicts[person].record
            learner = self.roster.at(record.work_email or "")
            if learner is None and made < allowed:
                self._create(person, record)
                made += 1
            elif learner and learner.kind is Kind.LEARNER and not learner.person:
                learner.person, learner.is_marked = person, True
        # What an admin has approved counts for no week: the first sync, and the rows that were released.
        self._grown[today] += min(made, room)

    @staticmethod
    def _may_arrive(verdict: Verdict, shared: frozenset[str]) -> bool:
        record = verdict.record
        address = address_of(record)
        has_name = bool(clean(record.first_name) or clean(record.last_name))
        return verdict.right is Right.WORKS and bool(address) and key_of(address) not in shared and has_name

    def _room(self, today: date, days: int) -> int:
        """How many may be added; before the hour of the sync, that of a week ago is less than seven days old."""
        week = sum(count for day, count in self._grown.items() if (today - day).days < days)
        return max(0, min(GROWTH, GROWTH * WEEKS - week))

    def _create(self, person: str, record: Record) -> None:
        state = State.PENDING if self.choices.added is Added.INVITED else State.ACTIVE
        learner = Learner(address_of(record) or "", "", "", state=state, is_marked=True, person=person)
        self.roster.learners.append(learner)
        self._invited.append(learner)

    def _mail(self) -> None:
        """The mails of the day, to the addresses that the accounts have at its end."""
        mail = _MAIL.get(self.choices.added)
        if mail:
            self.roster.mails.update((learner.key, mail) for learner in self._invited)
        self._invited.clear()

    def _fill(self, verdicts: dict[str, Verdict], supervisors: frozenset[str]) -> None:
        """Names and fields, also over what somebody has typed in the LMS (A2, A17)."""
        for learner, verdict in self._synced(verdicts):
            record = verdict.record
            learner.first_name = clean(record.first_name) or learner.first_name
            learner.last_name = clean(record.last_name) or learner.last_name
            fields: Values = fields_of(record, is_supervisor=learner.person in supervisors)
            learner.write(fields)

    def _synced(self, verdicts: dict[str, Verdict]) -> Iterable[tuple[Learner, Verdict]]:
        """The accounts of people who are synced today; nobody is synced whose access is over (A8)."""
        for person, verdict in verdicts.items():
            learner = self.roster.of_person(person)
            if learner and not learner.is_deleted and verdict.right in _OPEN:
                yield learner, verdict
