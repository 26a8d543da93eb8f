"""Everybody at Paycor, for the sync: the pages of every legal entity of one connection, digested but not decoded.

In: a client and what is wanted; out: raw records, employees on demand, and findings about the connection as a whole.
No employee is kept here.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from hashlib import blake2b

import msgspec

from connector.core.attributes import Origin, origins
from connector.core.ports import RawRecord, SourcePage
from connector.core.records import Employee, Finding
from connector.paycor.client import Client, NotFound
from connector.paycor.fingerprints import Fingerprints
from connector.paycor.listing import (
    employee_params,
    employees_path,
    refused_includes,
)
from connector.paycor.pages import RawPage, pages
from connector.paycor.permissions import DEPARTMENTS, INCLUDES, ONBOARDING
from connector.paycor.records import Departments, EmployeeDecoder, blocks, guid, identify
from connector.paycor.reference import departments, onboarding
from connector.paycor.refusals import RightMissing, rights_missing
from connector.paycor.schemas import OnboardingEmployee

#: Rises when the same bytes are to be understood differently from then on: everybody is decoded anew.
READING = 1


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
    ) -> None:
        self._client = client
        self._legal_entity_ids = tuple(legal_entity_ids)
        self._settings_version = settings_version
        # A manager's number is read off the manager's own record.
        self._wanted = wanted | {"employee_number"} if "manager_number" in wanted else wanted
        self._decoder = EmployeeDecoder(self._wanted)
        self._departments: dict[int, Departments | None] = {}
        self._findings: list[Finding] = []
        self._unseen = set(INCLUDES)

    @property
    def calls(self) -> int:
        """How many requests went to Paycor."""
        return self._client.calls

    def findings(self) -> Sequence[Finding]:
        """What the last read showed: missing rights, and people who are still being onboarded (rule B7)."""
        return tuple(self._findings)

    def decode(self, page: SourcePage, record: RawRecord) -> Employee:
        """The employee in a record of a page of the last read; never raises."""
        return self._decoder.decode(
            record.raw, page.legal_entity_id, self._departments.get(page.legal_entity_id)
        )

    def pages(self) -> Iterator[SourcePage]:
        """Every page of every legal entity; each employee id once, and every record without one."""
        self._findings, self._unseen = [], set(INCLUDES)
        seen, count = Fingerprints(), 0
        for legal_entity_id in self._legal_entity_ids:
            self._departments[legal_entity_id] = self._read_departments(legal_entity_id)
            key = self._reading_key(legal_entity_id)
            with closing(self._employees(legal_entity_id)) as reading:
                for page in reading:
                    count += len(page.records)
                    self._note_blocks(page.records)
                    yield SourcePage(legal_entity_id, _digested(page.records, key, seen))
            self._note_onboarding(legal_entity_id)
        if count:
            self._findings += [
                Finding("block_missing", subject=permission.name)
                for include, (_, permission) in INCLUDES.items()
                if include in self._unseen
            ]

    def _employees(self, legal_entity_id: int) -> Generator[RawPage, None, None]:
        """The employee list, with every block that the application may ask for."""
        path = employees_path(legal_entity_id)
        reading = pages(self._client, path, employee_params(INCLUDES))
        try:
            first = next(reading)
        except RightMissing as refused:
            allowed = self._allowed(legal_entity_id, refused)
            reading = pages(self._client, path, employee_params(allowed))
            first = next(reading)
        with closing(reading):
            yield first
            yield from reading

    def _allowed(self, legal_entity_id: int, refused: RightMissing) -> list[str]:
        """The includes to do with after a 403; raises when one that no sync can do without is among the others."""
        missing = refused_includes(self._client, legal_entity_id)
        if not missing:
            raise refused
        required = [INCLUDES[include][1].name for include in missing if INCLUDES[include][1].required]
        if required:
            raise rights_missing(
                self._client.environment, employees_path(legal_entity_id), required
            ) from refused
        self._unseen -= set(missing)
        self._note_missing(INCLUDES[include][1].name for include in missing)
        return [include for include in INCLUDES if include not in missing]

    def _note_missing(self, permissions: Iterable[str]) -> None:
        """Say once for each right that it is missing."""
        for name in permissions:
            finding = Finding("permission_missing", subject=name)
            if finding not in self._findings:
                self._findings.append(finding)

    def _note_blocks(self, records: Iterable[bytes]) -> None:
        """Cross out the blocks that came; once all have, this costs nothing."""
        for raw in records:
            if not self._unseen:
                return
            self._unseen -= blocks(raw)

    def _read_departments(self, legal_entity_id: int) -> Departments | None:
        """Names and codes by id; None when none is wanted, or when the right to see them is missing."""
        if Origin.DEPARTMENT not in origins(self._wanted):
            return None
        try:
            return departments(self._client, legal_entity_id)
        except RightMissing:
            self._note_missing([DEPARTMENTS.name])
            return None

    def _note_onboarding(self, legal_entity_id: int) -> None:
        """Who is not an employee yet. Their list is a product of its own: without it there is nobody to name."""
        try:
            found = [_onboarding_finding(person) for person in onboarding(self._client, legal_entity_id)]
        except RightMissing:
            self._note_missing([ONBOARDING.name])
        except NotFound:
            return
        else:
            self._findings += found

    def _reading_key(self, legal_entity_id: int) -> bytes:
        """What, besides its bytes, decides what a record means: mixed into the digest of each."""
        index = self._departments[legal_entity_id]
        named = None if index is None else sorted(index.items())
        parts = [READING, self._settings_version, legal_entity_id, sorted(self._wanted), named]
        return blake2b(msgspec.json.encode(parts), digest_size=32).digest()


def _digested(records: Iterable[bytes], key: bytes, seen: Fingerprints) -> list[RawRecord]:
    found = []
    for raw in records:
        employee_id = identify(raw)
        if employee_id is None or seen.add(employee_id):
            found.append(RawRecord(employee_id, blake2b(raw, digest_size=16, key=key).digest(), raw))
    return found


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
