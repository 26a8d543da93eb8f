"""Reads all employees of one connection: the raw, digested pages of every legal entity.

In: a client and the mapped attribute keys; out: raw records, employees decoded on demand, and findings about the
connection as a whole. Keeps no employee.
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
from connector.paycor.auth.errors import NoAnswer, PermissionMissing, withheld_blocks_error
from connector.paycor.auth.permissions import DEPARTMENTS, INCLUDES, ONBOARDING, include_permissions
from connector.paycor.records.decode import Departments, EmployeeDecoder
from connector.paycor.records.employees import (
    allowed_includes,
    employee_params,
    employee_path,
    employees_path,
    first_employees,
)
from connector.paycor.records.identities import employee_and_entity_ids, included_blocks, normalize_id
from connector.paycor.records.joined import JoinedLists
from connector.paycor.records.optional_lists import OPTIONAL_LIST_ERRORS, missing_list_finding
from connector.paycor.records.small_lists import read_departments, read_onboarding
from connector.paycor.schemas import OnboardingEmployee
from connector.paycor.wire.client import Client
from connector.paycor.wire.failures import NotFound
from connector.paycor.wire.pages import RawPage, pages
from connector.paycor.wire.spool import Spool

#: Part of every digest. Raise it when the same bytes decode differently: then every record is decoded again.
DECODER_VERSION = 3

#: The form of an employee id. It may come from outside, and it becomes part of a path.
_EMPLOYEE_ID = re.compile(r"[0-9a-z-]{1,60}", re.ASCII)


class PaycorSource:
    """The `Source` of one connection; see `core.ports`.

    The request for the next page runs while the caller works on a page. Hold no database lock while asking for a page:
    that request may have to store a refreshed token.
    """

    def __init__(
        self,
        client: Client,
        legal_entity_ids: Sequence[int],
        attribute_keys: frozenset[str],
        settings_version: int,
        list_version: ListVersion = ListVersion.V1,
    ) -> None:
        self._client = client
        self._legal_entity_ids = tuple(legal_entity_ids)
        self._settings_version = settings_version
        self._list_version = list_version
        # A manager's number is read from the manager's own record, so every record needs its number.
        needs_numbers = "manager_number" in attribute_keys
        self._attribute_keys = attribute_keys | {"employee_number"} if needs_numbers else attribute_keys
        self._decoder = EmployeeDecoder(self._attribute_keys)
        self._departments: dict[int, Departments | None] = {}
        self._single_includes: Iterable[str] = tuple(INCLUDES)
        self._reset()

    def _reset(self) -> None:
        self._findings: list[Finding] = []
        self._unseen_blocks = set(INCLUDES)
        self._joined_lists = JoinedLists(self._client, self._attribute_keys)

    @property
    def calls(self) -> int:
        """How many requests went to Paycor."""
        return self._client.calls

    def findings(self) -> Sequence[Finding]:
        """The findings of the last read: what could not be read, and who is still being onboarded (rule B7)."""
        return tuple(self._findings)

    def decode(self, page: SourcePage, index: int) -> Employee:
        """The employee in a record of a page of the last read; never raises."""
        departments = self._departments.get(page.legal_entity_id)
        joined = page.joined[index] if page.joined else {}
        return self._decoder.decode(page.records[index], page.legal_entity_id, departments, joined)

    def pages(self) -> Iterator[SourcePage]:
        """Every page of every legal entity; an employee is in it as often as Paycor sends them."""
        self._reset()
        count = 0
        with Spool() as spool:
            self._joined_lists.read_company(spool, self._legal_entity_ids)
            for legal_entity_id in self._legal_entity_ids:
                self._departments[legal_entity_id] = self._read_departments(legal_entity_id)
                key = self._digest_key(legal_entity_id)
                with closing(self._employee_pages(legal_entity_id)) as raw_pages:
                    for page in raw_pages:
                        count += len(page.records)
                        self._note_blocks(page.records)
                        yield self._digested(legal_entity_id, page.records, key, spool)
                self._note_onboarding(legal_entity_id)
        self._findings += self._joined_lists.findings(is_empty=not count)
        if count:
            self._note_unseen_blocks()

    def one(self, employee_id: str) -> SourcePage | None:
        """One employee of these legal entities, by calls for that employee only; None when Paycor has no such id.

        The record is from the v2 API if this Paycor has it, else from v1, so its digest may differ from the list's.
        This needs other permissions than the list (`permissions.SINGLE_EMPLOYEE_PERMISSIONS`); without one, optional
        values stay unknown.
        """
        requested_id = normalize_id(employee_id) or ""
        raw = self._single_record(requested_id) if _EMPLOYEE_ID.fullmatch(requested_id) else None
        if raw is None:
            return None
        record_id, legal_entity_id = employee_and_entity_ids(raw)
        if record_id != requested_id or legal_entity_id is None:
            raise SourceContractError(
                f"Paycor's answer for employee {requested_id} is not that employee's record. Nothing was changed. Try "
                "again, and report this if it happens again."
            )
        if legal_entity_id not in self._legal_entity_ids:
            return None
        self._check_blocks(requested_id, raw)
        if legal_entity_id not in self._departments:
            self._departments[legal_entity_id] = self._read_departments(legal_entity_id)
        key = self._digest_key(legal_entity_id)
        with Spool() as spool:
            self._joined_lists.read_employee(spool, requested_id, legal_entity_id)
            return self._digested(legal_entity_id, [raw], key, spool)

    def _single_record(self, employee_id: str) -> bytes | None:
        """The record, from the version of the call that this Paycor has; None when neither knows the id."""
        for version in (ListVersion.V2, ListVersion.V1):
            path = employee_path(employee_id, version)

            def request(includes: Iterable[str], path: str = path) -> bytes:
                return self._client.get(path, employee_params(includes))

            try:
                try:
                    return request(self._single_includes)
                except PermissionMissing as refused:
                    self._single_includes = allowed_includes(self._client, path, refused, request)
                    return request(self._single_includes)
            except NotFound:
                continue
        return None

    def _employee_pages(self, legal_entity_id: int) -> Generator[RawPage, None, None]:
        """The pages of the employee list, with every block that the application may read."""
        path = employees_path(legal_entity_id, self._list_version)
        raw_pages = pages(self._client, path, employee_params(INCLUDES))
        try:
            first = next(raw_pages)
        except PermissionMissing as refused:
            allowed = allowed_includes(
                self._client, path, refused, lambda includes: first_employees(self._client, path, includes)
            )
            missing = INCLUDES.keys() - set(allowed)
            self._unseen_blocks -= missing
            for include, (_, permission) in INCLUDES.items():
                if include in missing:
                    self._note(Finding("permission_missing", subject=permission.name))
            raw_pages = pages(self._client, path, employee_params(allowed))
            first = next(raw_pages)
        with closing(raw_pages):
            yield first
            yield from raw_pages

    def _check_blocks(self, employee_id: str, raw: bytes) -> None:
        """Raise when a record lacks a block that every decision needs; the error names its permission."""
        present = included_blocks(raw)
        permissions = include_permissions(employee_path(employee_id, ListVersion.V2))
        required = [
            permission.name
            for include, permission in permissions.items()
            if permission.required and include not in present
        ]
        if required:
            raise withheld_blocks_error(self._client.environment, required)

    def _note_unseen_blocks(self) -> None:
        """Report blocks that no record has, which means a missing permission; raises when a required one is missing."""
        missing = [
            permission for include, (_, permission) in INCLUDES.items() if include in self._unseen_blocks
        ]
        required = [permission.name for permission in missing if permission.required]
        if required:
            raise withheld_blocks_error(self._client.environment, required)
        self._findings += [Finding("block_missing", subject=permission.name) for permission in missing]

    def _note(self, finding: Finding) -> None:
        """Add a finding once for all legal entities."""
        if finding not in self._findings:
            self._findings.append(finding)

    def _note_blocks(self, records: Iterable[bytes]) -> None:
        """Remove the blocks of these records from the unseen ones. Free of cost once all have been seen."""
        for raw in records:
            if not self._unseen_blocks:
                return
            self._unseen_blocks -= included_blocks(raw)

    def _read_departments(self, legal_entity_id: int) -> Departments | None:
        """Names and codes by department id; None when none is mapped, or when they could not be read."""
        if Origin.DEPARTMENT not in origins(self._attribute_keys):
            return None
        try:
            with self._client.optional():
                return read_departments(self._client, legal_entity_id)
        except OPTIONAL_LIST_ERRORS as error:
            self._note(missing_list_finding(error, DEPARTMENTS, "Departments"))
            return None

    def _note_onboarding(self, legal_entity_id: int) -> None:
        """Report who is being onboarded. The list is a separate Paycor product: a 404 means that there is none."""
        try:
            with self._client.optional():
                people = list(read_onboarding(self._client, legal_entity_id))
        except (PermissionMissing, NoAnswer) as error:
            self._note(missing_list_finding(error, ONBOARDING, "People being onboarded"))
        except NotFound:
            return
        else:
            self._findings += [_onboarding_finding(person) for person in people]

    def _digest_key(self, legal_entity_id: int) -> bytes:
        """Everything except its bytes that decides what a record means; mixed into the digest of each record."""
        by_id = self._departments[legal_entity_id]
        departments = None if by_id is None else sorted(by_id.items())
        parts = [
            DECODER_VERSION,
            self._settings_version,
            legal_entity_id,
            sorted(self._attribute_keys),
            departments,
        ]
        return blake2b(msgspec.json.encode([*parts, self._list_version]), digest_size=32).digest()

    def _digested(
        self, legal_entity_id: int, records: Sequence[bytes], key: bytes, spool: Spool
    ) -> SourcePage:
        """A page with the joined values and the digest of each record."""
        if not self._joined_lists.are_needed:
            digests = [blake2b(raw, digest_size=16, key=key).digest() for raw in records]
            return SourcePage(legal_entity_id, digests, records)
        joined = [self._joined_lists.values_of(spool, raw, legal_entity_id) for raw in records]
        digests = [_digest(*pair, key) for pair in zip(records, joined, strict=True)]
        return SourcePage(legal_entity_id, digests, records, joined)


def _digest(raw: bytes, joined: Mapping[str, Value], key: bytes) -> bytes:
    """The digest of a record with its joined values; without any, the digest of the record alone."""
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
        employee_id=normalize_id(person.onboarding_id) or "",
        detail=": ".join(part for part in (name, steps) if part),
    )
