"""Strategies for employees, people, accounts, links, fields, settings, and whole small companies.

Everything is drawn around `TODAY` and from small pools, so that people do share emails, dates do coincide and values
are often among a field's choices. A company's ids are unique; its people may be in any state.
Strategies are cached, because building one takes longer than drawing from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from unicodedata import normalize

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy, sampled_from

from connector.core.model.account import Account, AccountState, Field, FieldType, Link
from connector.core.model.attributes import BY_KEY, CATALOGUE, Origin
from connector.core.model.employee import Employee, EmploymentStatus, Facts, Person, Value
from connector.core.model.override import Override
from connector.core.model.settings import (
    AccessEnds,
    AddAs,
    DayZone,
    InviteWhen,
    MappingRow,
    OnLeave,
    Policy,
    Settings,
)
from tests import settings_strategies

#: The Monday before daylight saving starts in the United States; Europe's start is within the days drawn.
TODAY = date(2026, 3, 2)
DAYS_AROUND = 40

#: The first and the last zone, half hours, and zones in which midnight is skipped or comes twice.
ZONES = (
    *("UTC", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York"),
    *("America/Los_Angeles", "America/Havana", "America/Santiago", "Asia/Beirut", "Australia/Lord_Howe"),
)
STATES = (None, "NY", "ca", "HI", "AZ", "GU", "ON", "")

NAMES = (
    *("Ada", "O'Dell", "Renée", normalize("NFD", "Renée"), "Łukasz", "İpek", "Weiß", "de la Cruz-Núñez"),
    *("Ольга", "Σωκράτης", "李小龍", "さくら", "김민준", "محمد", "שרה", "प्रिया", ""),
)
ADDRESSES = ("ada@acme.example", "bob@acme.example", "renée@acme.example", "weiß.b+lms@sub.acme.example")
#: Values that fit and do not fit each type of field, with near misses of choices, numbers and dates.
TEXTS = (
    "Ohio",
    "ohio",
    "Ohio ",
    "Yes",
    "No",
    "7",
    "007",
    "-7",
    "7.5",
    "7,5",
    "2026-03-02",
    "2026-3-2",
    "日本",
)
CHOICES = {
    FieldType.STRING_CHOICE: ("Ohio", "Yes", "No"),
    FieldType.INTEGER_CHOICE: ("7", "-7"),
    FieldType.DECIMAL_CHOICE: ("7.5", "7"),
}
#: The attributes that scopes use: known for some people and unknown for others.
SCOPE_KEYS = ("job_title", "employment_type", "hire_date", "supervisor")
#: The employees that scopes name: those of one person, and of the first person of a company.
EMPLOYEE_IDS = ("p1-e0", "p1-e1", "p0-e0")
RECORD_KEYS = tuple(one.key for one in CATALOGUE if one.origin in (Origin.EMPLOYEE, Origin.DEPARTMENT))


def spellings(address: str) -> tuple[str, ...]:
    """Spellings of the same address."""
    return (address, address.upper(), f"  {address.title()} ", normalize("NFD", address), f"{address}\t")


#: Every spelling of every address: few enough that people share one.
SPELLINGS = tuple(text for address in ADDRESSES for text in spellings(address))


@cache
def names() -> SearchStrategy[str]:
    """A name in any script, composed or not; sometimes empty."""
    letters = st.text(st.characters(categories=("Lu", "Ll", "Lo", "Mn")), max_size=8)
    return st.one_of(*[sampled_from(NAMES)] * 7, letters)


@cache
def emails() -> SearchStrategy[str | None]:
    """A work email, sometimes None or blank."""
    return sampled_from((*SPELLINGS, *SPELLINGS, None, "", "  "))


@cache
def days(today: date = TODAY) -> SearchStrategy[date]:
    """A date within `DAYS_AROUND` of today, most often one next to it."""
    steps = (*range(-DAYS_AROUND, DAYS_AROUND + 1), *[-2, -1, 0, 1, 2] * 16)
    return sampled_from([today + timedelta(days=step) for step in steps])


@cache
def employment_dates(today: date = TODAY) -> SearchStrategy[date | None]:
    """A date of an employment: mostly near, sometimes none, rarely the end of the calendar."""
    return st.one_of(days(today), days(today), sampled_from((None, None, date(1999, 5, 1), date.max)))


@cache
def instants(today: date = TODAY) -> SearchStrategy[datetime]:
    """Any minute of the days around today, in UTC."""
    start = datetime.combine(today, time(), UTC) - timedelta(days=1)
    return st.integers(0, 3 * 24 * 60).map(lambda minutes: start + timedelta(minutes=minutes))


@cache
def values() -> SearchStrategy[Value]:
    """The canonical text of an attribute, or None for known to be empty."""
    return sampled_from((None, None, *TEXTS))


@cache
def attributes() -> SearchStrategy[Mapping[str, Value]]:
    """Some of the attributes of a record; the others are unknown."""
    return st.dictionaries(sampled_from((*RECORD_KEYS, *SCOPE_KEYS[:3] * 5)), values(), max_size=4)


@cache
def employees(
    employee_id: str = "e1",
    person_id: str | None = "p1",
    managers: tuple[str, ...] = ("m1",),
    today: date = TODAY,
) -> SearchStrategy[Employee]:
    """One employment in any state, with contradictions; sometimes an unreadable record."""
    return st.builds(
        Employee,
        st.just(employee_id),
        st.just(person_id),
        sampled_from((101, 102)),
        first_name=names(),
        last_name=sampled_from(NAMES),
        email=emails(),
        status=sampled_from((*[EmploymentStatus.CURRENT] * 3, *EmploymentStatus)),
        status_text=sampled_from((None, "Active", "Unknown")),
        hire_date=employment_dates(today),
        rehire_date=employment_dates(today),
        termination_date=employment_dates(today),
        manager_id=sampled_from((None, *managers)),
        work_state=sampled_from(STATES),
        has_work_address=st.booleans(),
        has_position=st.booleans(),
        attributes=attributes(),
        problem=sampled_from(("",) * 20 + ("hire date is not a date",)),
    )


@cache
def people(
    key: str = "p1", managers: tuple[str, ...] = ("m1",), today: date = TODAY
) -> SearchStrategy[Person]:
    """One person with one to three employments, some of which may have been missing from complete reads."""
    ids = [f"{key}-e{number}" for number in range(3)]
    jobs = [employees(one, key, managers, today) for one in ids]
    counts = sampled_from([*[{}] * 40, *({one: count} for one in ids for count in (1, 2, 3, 4))])
    return st.builds(Person, st.just(key), st.one_of(*(st.tuples(*jobs[:n]) for n in (1, 1, 2, 3))), counts)


@cache
def facts() -> SearchStrategy[Facts]:
    """What the records of other people may say about one person, whose manager is `m1`."""
    return st.builds(
        Facts,
        shared_emails=sampled_from((*[frozenset[str]()] * 7, frozenset(ADDRESSES))),
        reports=st.integers(0, 2),
        managers=st.lists(employees("m1", "pm1"), max_size=1).map(tuple),
        manager_loop=sampled_from((False, False, True)),
    )


def _field(kind: FieldType, *, required: bool) -> Field:
    return Field(kind.value, kind.value.title(), kind, required, CHOICES.get(kind, ()))


#: The fields of four portals: none, all types, all of them required, and those that take only choices.
FIELD_SETS = (
    (),
    *(tuple(_field(kind, required=required) for kind in FieldType) for required in (False, True)),
    tuple(_field(kind, required=False) for kind in FieldType if kind.is_choice),
)


@cache
def fields() -> SearchStrategy[tuple[Field, ...]]:
    """The custom user data fields of a portal, at most one of each type."""
    return sampled_from(FIELD_SETS)


@cache
def mappings(targets: tuple[Field, ...] = ()) -> SearchStrategy[tuple[MappingRow, ...]]:
    """Rows from any attribute, at most one onto each field; sometimes onto a deleted field."""
    keys = (*(one.key for one in targets), "deleted")
    row = settings_strategies.rows(tuple(sorted(BY_KEY)), keys, TEXTS)
    return st.lists(row, unique_by=lambda one: one.field_key, max_size=4).map(tuple)


@cache
def policies() -> SearchStrategy[Policy]:
    """Any invite configuration, and a scope."""
    return st.builds(
        Policy,
        invite_when=sampled_from(InviteWhen),
        add_as=sampled_from(AddAs),
        on_leave=sampled_from(OnLeave),
        access_ends=sampled_from(AccessEnds),
        day_zone=sampled_from(DayZone),
        absent_reads=st.integers(1, 3),
        invite_days=sampled_from((0, 0, 0, -DAYS_AROUND, -3, -1, 1, 5)),
        grace_days=sampled_from((0, 0, 0, 1, 5, 30)),
        scope=settings_strategies.scopes(SCOPE_KEYS, TEXTS, EMPLOYEE_IDS),
    )


@cache
def settings_for(targets: tuple[Field, ...] = ()) -> SearchStrategy[Settings]:
    """The settings of a portal that has these fields."""
    return st.builds(
        Settings, st.just(1), sampled_from(ZONES), policies(), mappings(targets), sso=st.booleans()
    )


@cache
def accounts(
    account_id: str = "a1", keys: tuple[str, ...] = ("p1",), targets: tuple[Field, ...] = ()
) -> SearchStrategy[Account]:
    """An account in any state, with or without an external id, of a learner or of another user."""
    field_keys = sampled_from([one.key for one in targets] or [""])
    values_by_key = st.dictionaries(field_keys, sampled_from(TEXTS), max_size=3)
    return st.builds(
        Account,
        st.just(account_id),
        sampled_from(SPELLINGS),
        sampled_from(NAMES),
        sampled_from(NAMES),
        sampled_from(AccountState),
        is_learner=sampled_from((True, True, False)),
        external_id=sampled_from((None, None, *keys)),
        fields=values_by_key if targets else st.just({}),
    )


@cache
def links(key: str, account_ids: tuple[str, ...]) -> SearchStrategy[Link | None]:
    """None, or the link between this person and one of these accounts or a removed one."""
    answered = [Link(key, one, state) for one in (*account_ids * 3, "removed") for state in AccountState]
    unanswered = [replace(one, unanswered=True) for one in answered if one.state is AccountState.SUSPENDED]
    return sampled_from([*[None] * 9, *answered, *unanswered])


@cache
def overrides() -> SearchStrategy[tuple[Override, ...]]:
    """The overrides of one person."""
    return settings_strategies.overrides(
        ("first_name", "last_name", "email", *(f"field:{kind}" for kind in FieldType)), TODAY
    )


@dataclass(frozen=True)
class Company:
    """All people in Paycor, all accounts in the LMS, and the links between them, at one instant."""

    settings: Settings
    fields: tuple[Field, ...]
    people: tuple[Person, ...]
    accounts: tuple[Account, ...]
    links: tuple[Link, ...]
    now: datetime

    @property
    def employees(self) -> tuple[Employee, ...]:
        """Every employment, in the order of the people."""
        return tuple(one for person in self.people for one in person.employees)


@st.composite
def companies(draw: st.DrawFn, max_people: int = 4, today: date = TODAY) -> Company:
    """A small company and its portal: no id occurs twice and no account is linked twice."""
    targets = draw(fields())
    keys = tuple(f"p{number}" for number in range(draw(st.integers(1, max_people))))
    managers = tuple(f"{key}-e0" for key in keys)
    account_ids = tuple(f"a{number}" for number in range(draw(st.integers(0, len(keys) + 1))))
    all_accounts = tuple(draw(accounts(one, (*keys, "another"), targets)) for one in account_ids)
    pairs = zip(draw(st.permutations(keys)), account_ids, strict=False)
    states = [(pair, draw(sampled_from((None, *AccountState)))) for pair in pairs]
    linked = tuple(Link(*pair, state) for pair, state in states if state)
    everyone = tuple(draw(people(key, managers, today)) for key in keys)
    return Company(
        draw(settings_for(targets)), targets, everyone, all_accounts, linked, draw(instants(today))
    )
