"""One legal entity as a feed: its people as records, its departments and its work locations.

In: a `Company` and one of its legal entities. Out: structs ready to be encoded. Shared values
(departments, work locations, references) are made once per legal entity, so that a record costs
microseconds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from connector.sandbox.company import Company, LegalEntity, Person, ids
from connector.sandbox.company.employment_details import PAY_GROUPS
from connector.sandbox.company.samples import DEPARTMENTS, LOCATIONS
from connector.sandbox.paycor.data import records
from connector.sandbox.paycor.data.records import Reference

#: The blocks a client may ask for.
INCLUDES = ("EmploymentDates", "Position", "Status", "WorkLocation")

Record = records.EmployeeV1 | records.EmployeeV2


@dataclass(frozen=True)
class RecordOptions:
    """The form of an employee record that a client requests: version, blocks, email type."""

    version: int
    includes: frozenset[str]
    email_type: str = "Work"


@dataclass(frozen=True)
class EntityFeed:
    """The people, departments and work locations of one legal entity on one day."""

    company: Company
    entity: LegalEntity

    @cached_property
    def size(self) -> int:
        """How many employments the feed holds."""
        return self.company.size(self.entity)

    def person_at(self, position: int) -> Person:
        """The person at a position of the feed."""
        return self.company.person(self.company.index_at(self.entity, position))

    def record_maker(self, options: RecordOptions) -> Callable[[Person], Record]:
        """The function that makes records of the requested form."""
        return self._maker_v1(options) if options.version == 1 else self._maker_v2(options)

    def _maker_v1(self, options: RecordOptions) -> Callable[[Person], records.EmployeeV1]:
        dates, position, status, location = (name in options.includes for name in INCLUDES)
        tenant_id, email_type = self.company.tenant.id, options.email_type
        pay_group_ids = self.pay_group_ids

        def make(person: Person) -> records.EmployeeV1:
            return records.EmployeeV1(
                person.employee_id,
                person.number,
                person.alternate_number,
                None,
                person.first_name,
                person.middle_name,
                person.last_name,
                records.email_block(person, email_type),
                records.employment_dates(person) if dates else None,
                records.position_v1(person, pay_group_ids) if position else None,
                records.status_block(person) if status else None,
                self._block_of(person.location) if location else None,
                self.reference,
                Reference(person.person_id, f"/v1/tenants/{tenant_id}/persons/{person.person_id}"),
                self.department_references[person.department],
            )

        return make

    def _maker_v2(self, options: RecordOptions) -> Callable[[Person], records.EmployeeV2]:
        dates, position, status, location = (name in options.includes for name in INCLUDES)
        tenant_id, email_type = self.company.tenant.id, options.email_type
        pay_group_ids = self.pay_group_ids

        def make(person: Person) -> records.EmployeeV2:
            return records.EmployeeV2(
                person.employee_id,
                person.number,
                person.first_name,
                person.middle_name,
                person.last_name,
                person.second_last_name,
                records.email_block(person, email_type),
                records.employment_dates(person) if dates else None,
                records.position_v2(person, pay_group_ids) if position else None,
                records.status_block(person) if status else None,
                self._block_of(person.location) if location else None,
                self.reference,
                Reference(person.person_id, f"/v1/tenants/{tenant_id}/persons/{person.person_id}"),
                self.department_references[person.department],
                person.work_country,
                person.worker_category,
            )

        return make

    def _block_of(self, location: int | None) -> records.WorkLocation | None:
        return None if location is None else self.location_blocks[location]

    def _id(self, kind: str, index: int) -> str:
        return ids.IdSpace(self.company.seed, kind, self.entity.id).id_of(index)

    @cached_property
    def pay_group_ids(self) -> tuple[str, ...]:
        """The ids of the pay groups."""
        return tuple(self._id(ids.PAY_GROUP, index) for index in range(PAY_GROUPS))

    @cached_property
    def payroll_id(self) -> str:
        """The one payroll above all departments."""
        return self._id(ids.PAYROLL, 0)

    @cached_property
    def reference(self) -> Reference:
        """The legal entity as a reference; its id is a string on the wire."""
        return Reference(str(self.entity.id), f"/v1/legalentities/{self.entity.id}")

    @cached_property
    def department_ids(self) -> tuple[str, ...]:
        """The ids of the departments, in the order of `DEPARTMENTS`."""
        return tuple(self._id(ids.DEPARTMENT, index) for index in range(len(DEPARTMENTS)))

    @cached_property
    def department_references(self) -> tuple[Reference, ...]:
        """The departments as references."""
        base = f"/v1/legalentities/{self.entity.id}/departments"

        return tuple(Reference(id_, f"{base}/{id_}") for id_ in self.department_ids)

    @cached_property
    def location_ids(self) -> tuple[str, ...]:
        """The ids of the work locations, in the order of `LOCATIONS`."""
        return tuple(self._id(ids.WORK_LOCATION, index) for index in range(len(LOCATIONS)))

    @cached_property
    def location_blocks(self) -> tuple[records.WorkLocation, ...]:
        """The work locations as they appear inside an employee."""
        return tuple(
            records.WorkLocation(
                id_,
                location.name,
                location.street,
                "Physical",
                location.city,
                location.county,
                location.state,
                location.zip_code,
                location.country,
            )
            for id_, location in zip(self.location_ids, LOCATIONS, strict=True)
        )
