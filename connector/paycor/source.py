"""Everybody at Paycor, for the sync: the pages of every legal entity of one connection, digested but not decoded.

In: a client and what is wanted; out: raw records, employees on demand, and findings about the connection as a whole.
No employee is kept here.
"""

import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from hashlib import blake2b

import msgspec

from connector.core.model.attributes import Origin, origins
from connector.core.model.employee import Employee, Value
from connector.core.model.operation import Finding
from connector.core.model.settings import ListVersion
from connector.core.ports.source import SourcePage
from connector.errors import SourceContractError
from connector.paycor.auth.permissions import DEPARTMENTS, INCLUDES, ONBOARDING, include_rights
from connector.paycor.auth.refusals import NoAnswer, RightMissing, blocks_withheld
from connector.paycor.records.decode import Departments, EmployeeDecoder
from connector.paycor.records.employees import (
    allowed_includes,
    employee_params,
    employee_path,
    employees_path,
    first_employees,
)
from connector.paycor.records.identities import blocks, guid
from connector.paycor.records.identities import place as place_of
from connector.paycor.records.joined import Joining
from connector.paycor.records.optional import DISPENSABLE, lack
from connector.paycor.records.reference import departments, onboarding
from connector.paycor.schemas import OnboardingEmployee
from connector.paycor.wire.client import Client, NotFound
from connector.paycor.wire.pages import RawPage, pages
from connector.paycor.wire.spool import Spool

#: Rises when the same bytes are to be understood differently from then on: everybody is decoded anew.
READING = 2

#: What an employee id is made of. One may come from outside, and it becomes part of a path.
_EMPLOYEE_ID = re.compile(r"[0-9a-z-]{1,60}", re.ASCII)


class PaycorSource:
    """The `Source` of one connection; see `core.ports`. `wanted` are the attribute keys that are mapped.

    The request for the next page runs while a page is worked on: hold no database lock while asking for a page,
    because that request may have to store a renewed token.
    """

    def __init__(
        self,
        client: Client,
        legal_entity_ids: Sequence[int],
        wanted: frozenset[str],
        settings_version: int,
        list_version: ListVersion = ListVersion.V1,
    ) -> None:
        self._client = client
        self._legal_entity_ids = tuple(legal_entity_ids)
        self._settings_version = settings_version
        self._list_version = list_version
        # A manager's number is read off the manager's own record.
        self._wanted = wanted | {"employee_number"} if "manager_number" in wanted else wanted
        self._decoder = EmployeeDecoder(self._wanted)
        self._departments: dict[int, Departments | None] = {}
        self._one_includes: Iterable[str] = tuple(INCLUDES)
        self._start_afresh()

    def _start_afresh(self) -> None:
        self._findings: list[Finding] = []
        self._unseen = set(INCLUDES)
        self._joining = Joining(self._client, self._wanted)

    @property
    def calls(self) -> int:
        """How many requests went to Paycor."""
        return self._client.calls

    def findings(self) -> Sequence[Finding]:
        """What the last read showed: what could not be read, and people who are still being onboarded (rule B7)."""
        return tuple(self._findings)

    def decode(self, page: SourcePage, place: int) -> Employee:
        """The employee in a record of a page of the last read; never raises."""
        found = self._departments.get(page.legal_entity_id)
        joined = page.joined[place] if page.joined else {}
        return self._decoder.decode(page.records[place], page.legal_entity_id, found, joined)

    def pages(self) -> Iterator[SourcePage]:
        """Every page of every legal entity; an employee comes as often as Paycor sends them."""
        self._start_afresh()
        count = 0
        with Spool() as spool:
            self._joining.fill(spool, self._legal_entity_ids)
            for legal_entity_id in self._legal_entity_ids:
                self._departments[legal_entity_id] = self._read_departments(legal_entity_id)
                key = self._reading_key(legal_entity_id)
                with closing(self._employees(legal_entity_id)) as reading:
                    for page in reading:
                        count += len(page.records)
                        self._note_blocks(page.records)
                        yield self._digested(legal_entity_id, page.records, key, spool)
                self._note_onboarding(legal_entity_id)
        self._findings += self._joining.findings(is_empty=not count)
        if count:
            self._note_unseen()

    def one(self, employee_id: str) -> SourcePage | None:
        """One employee of these legal entities, by calls for them alone; None when Paycor has none of that id.

        The record is that of the v2 API where it has it, else of v1, so its digest need not be the list's. Needs rights
        of its own (`permissions.ONE`): blocks, fields and phones that may not be seen stay unknown.
        """
        wanted = guid(employee_id) or ""
        raw = self._one_record(wanted) if _EMPLOYEE_ID.fullmatch(wanted) else None
        if raw is None:
            return None
        found_id, legal_entity_id = place_of(raw)
        if found_id != wanted or legal_entity_id is None:
            raise SourceContractError(
                f"Paycor's answer for employee {wanted} is not that employee's record. Nothing was changed; "
                "try again, and if it stays so, report this."
            )
        if legal_entity_id not in self._legal_entity_ids:
            return None
        self._check_blocks(wanted, raw)
        if legal_entity_id not in self._departments:
            self._departments[legal_entity_id] = self._read_departments(legal_entity_id)
        key = self._reading_key(legal_entity_id)
        with Spool() as spool:
            self._joining.fill_one(spool, wanted, legal_entity_id)
            return self._digested(legal_entity_id, [raw], key, spool)

    def _one_record(self, employee_id: str) -> bytes | None:
        """The record, by whichever version of the call this Paycor has; None when neither knows the id."""
        for version in (ListVersion.V2, ListVersion.V1):
            path = employee_path(employee_id, version)

            def ask(includes: Iterable[str], path: str = path) -> bytes:
                return self._client.get(path, employee_params(includes))

            try:
                try:
                    return ask(self._one_includes)
                except RightMissing as refused:
                    self._one_includes = allowed_includes(self._client, path, refused, ask)
                    return ask(self._one_includes)
            except NotFound:
                continue
        return None

    def _employees(self, legal_entity_id: int) -> Generator[RawPage, None, None]:
        """The employee list, with every block that the application may ask for."""
        path = employees_path(legal_entity_id, self._list_version)
        reading = pages(self._client, path, employee_params(INCLUDES))
        try:
            first = next(reading)
        except RightMissing as refused:
            allowed = allowed_includes(
                self._client, path, refused, lambda includes: first_employees(self._client, path, includes)
            )
            missing = INCLUDES.keys() - set(allowed)
            self._unseen -= missing
            for include, (_, permission) in INCLUDES.items():
                if include in missing:
                    self._note(Finding("permission_missing", subject=permission.name))
            reading = pages(self._client, path, employee_params(allowed))
            first = next(reading)
        with closing(reading):
            yield first
            yield from reading

    def _check_blocks(self, employee_id: str, raw: bytes) -> None:
        """Raise when a record has come without what no decision can do without, and name the rights to it."""
        came, rights = blocks(raw), include_rights(employee_path(employee_id, ListVersion.V2))
        required = [right.name for include, right in rights.items() if right.required and include not in came]
        if required:
            raise blocks_withheld(self._client.environment, required)

    def _note_unseen(self) -> None:
        """A block that is in no record at all is a right that is missing; raises when no sync can do without it."""
        lacking = [permission for include, (_, permission) in INCLUDES.items() if include in self._unseen]
        required = [permission.name for permission in lacking if permission.required]
        if required:
            raise blocks_withheld(self._client.environment, required)
        self._findings += [Finding("block_missing", subject=permission.name) for permission in lacking]

    def _note(self, finding: Finding) -> None:
        """Say once for all legal entities what could not be read."""
        if finding not in self._findings:
            self._findings.append(finding)

    def _note_blocks(self, records: Iterable[bytes]) -> None:
        """Cross out the blocks that came; once all have, this costs nothing."""
        for raw in records:
            if not self._unseen:
                return
            self._unseen -= blocks(raw)

    def _read_departments(self, legal_entity_id: int) -> Departments | None:
        """Names and codes by id; None when none is wanted, or when they could not be read."""
        if Origin.DEPARTMENT not in origins(self._wanted):
            return None
        try:
            return departments(self._client, legal_entity_id)
        except DISPENSABLE as error:
            self._note(lack(error, DEPARTMENTS, "Departments"))
            return None

    def _note_onboarding(self, legal_entity_id: int) -> None:
        """Who is not an employee yet. Their list is a product of its own: without it there is nobody to name."""
        try:
            found = [_onboarding_finding(person) for person in onboarding(self._client, legal_entity_id)]
        except (RightMissing, NoAnswer) as error:
            self._note(lack(error, ONBOARDING, "People being onboarded"))
        except NotFound:
            return
        else:
            self._findings += found

    def _reading_key(self, legal_entity_id: int) -> bytes:
        """What, besides its bytes, decides what a record means: mixed into the digest of each."""
        index = self._departments[legal_entity_id]
        named = None if index is None else sorted(index.items())
        parts = [READING, self._settings_version, legal_entity_id, sorted(self._wanted), named]
        return blake2b(msgspec.json.encode([*parts, self._list_version]), digest_size=32).digest()

    def _digested(
        self, legal_entity_id: int, records: Sequence[bytes], key: bytes, spool: Spool
    ) -> SourcePage:
        """A page with the digests of its records and what is joined to them."""
        if not self._joining.joins:
            digests = [blake2b(raw, digest_size=16, key=key).digest() for raw in records]
            return SourcePage(legal_entity_id, digests, records)
        joined = [self._joining.of(spool, raw, legal_entity_id) for raw in records]
        digests = [_digest(*pair, key) for pair in zip(records, joined, strict=True)]
        return SourcePage(legal_entity_id, digests, records, joined)


def _digest(raw: bytes, joined: Mapping[str, Value], key: bytes) -> bytes:
    """Of a record and what is joined to it; the same as of the record alone when nothing is."""
    digest = blake2b(raw, digest_size=16, key=key)
    if joined:
        digest.update(msgspec.json.encode(sorted(joined.items())))
    return digest.digest()


def _onboarding_finding(person: OnboardingEmployee) -> Finding:
    name = " ".join(part for part in (person.first_name, person.last_name) if part)
    steps = (
        ""
        if person.steps_total is None
        else f"{person.steps_completed or 0} of {person.steps_total} steps done"
    )
    return Finding(
        "onboarding",
        employee_id=guid(person.onboarding_id) or "",
        detail=": ".join(part for part in (name, steps) if part),
    )
