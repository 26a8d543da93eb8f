"""From a person's employments to the record of the person on the wire.

Private facts (social security number, disability, military service, emergency contacts and so on) are null even
for an application that may see them, unless the switch `plants_private_facts` is on: then they are there, invented,
so that a test can prove that a client keeps none of them.
"""

from dataclasses import dataclass
from typing import Any

from connector.sandbox.company import Company, Person, employment_details, ids, personal_details
from connector.sandbox.paycor.data import permissions
from connector.sandbox.paycor.data.private_facts import PRIVATE_PROPERTIES, private_facts
from connector.sandbox.paycor.state.sandbox import Sandbox, grant

_SEPARATED = frozenset({"Deceased", "LaidOff", "Resigned", "Retired", "Terminated"})
_IDENTIFIER = "1d3a"


@dataclass(frozen=True)
class PersonRecords:
    """Makes records of persons with the blocks that were requested and may be sent."""

    company: Company
    box: Sandbox
    includes: frozenset[str]
    includes_unpaid: bool = True

    def person(self, employments: tuple[int, ...]) -> dict[str, Any] | None:
        """The whole record of the person with these employments; None when a patch removes them."""
        person = self._newest(employments)
        if person is None:
            return None
        tenant_id, legal = self.company.tenant.id, employment_details.legal_name(person, employments[0])
        return {
            "id": person.person_id,
            "prefix": legal.prefix,
            "firstName": person.first_name,
            "middleName": person.middle_name,
            "lastName": person.last_name,
            "suffix": legal.suffix,
            "legalFirstName": legal.first_name,
            "legalLastName": legal.last_name,
            **self._private(person),
            **self._contact(person),
            "employeeAssignments": self._assignments(employments),
            "tenants": {"id": str(tenant_id), "url": f"/v1/tenants/{tenant_id}"},
        }

    def thin(self, employments: tuple[int, ...]) -> dict[str, Any] | None:
        """The record in a tenant's list; its id is that of the list's record."""
        person = self._newest(employments)
        if person is None:
            return None
        space = ids.IdSpace(self.company.seed, ids.LIST_RECORD, self.company.tenant.entities[-1].id)
        legal = employment_details.legal_name(person, employments[0])
        return {
            "id": space.id_of(employments[0]),
            "prefix": legal.prefix,
            "firstName": person.first_name,
            "middleName": person.middle_name,
            "lastName": person.last_name,
            "suffix": legal.suffix,
            "person": {
                "id": person.person_id,
                "url": f"/v1/tenants/{self.company.tenant.id}/persons/{person.person_id}",
                "legalEntityId": str(self.company.entity_of(person.index).id),
            },
        }

    def identity(self, person: Person) -> dict[str, Any]:
        """The record of one employment in the list of identifying data."""
        shows_secrets = self.box.may(grant(), permissions.IDENTIFYING_SECRETS) and self._shows_private_facts
        born = personal_details.birth_date(self.company.random_bytes(person.index))
        return {
            "employeeId": person.employee_id,
            "employeeNumber": person.number,
            "firstName": person.first_name,
            "lastName": person.last_name,
            "socialSecurityNumber": personal_details.fake_ssn(person.index) if shows_secrets else None,
            "birthDate": f"{born}T00:00:00" if shows_secrets else None,
            "status": "Inactive" if person.status in _SEPARATED else "Active",
        }

    @property
    def _shows_private_facts(self) -> bool:
        return self.box.switches.plants_private_facts

    def _newest(self, employments: tuple[int, ...]) -> Person | None:
        return self.box.overlay.person(self.company.person(employments[-1]), self.box.today)

    def _has(self, block: str, person: Person) -> bool:
        return block in self.includes and (self.includes_unpaid or person.worker_category == "Paid")

    def _assignments(self, employments: tuple[int, ...]) -> list[dict[str, Any]] | None:
        if "EmployeeAssignments" not in self.includes:
            return None
        found = [(self.company.employee_id(index), self.company.entity_of(index).id) for index in employments]
        return [
            {"employees": {"id": id_, "url": f"/v1/employees/{id_}", "legalEntityId": str(entity_id)}}
            for id_, entity_id in found
        ]

    def _contact(self, person: Person) -> dict[str, Any]:
        random_bytes, email = self.company.random_bytes(person.index), person.home_email
        phones = [_phone(one) for one in personal_details.telephones(person.index, random_bytes)]
        address = _address(personal_details.home_address(person.index, random_bytes))
        return {
            "email": {"type": "Home", "emailAddress": email} if self._has("Email", person) else None,
            "addresses": [address] if self._has("Addresses", person) else None,
            "phones": phones if self._has("Phones", person) else None,
        }

    def _private(self, person: Person) -> dict[str, Any]:
        facts = self._private_facts(person) if self._shows_private_facts else {}
        return {
            "demographicData": self._demographic(person) if self._has("Demographic", person) else None,
            **{
                key: facts.get(key) if self._has(block, person) else None
                for block, key in PRIVATE_PROPERTIES.items()
            },
        }

    def _demographic(self, person: Person) -> dict[str, Any]:
        random_bytes = self.company.random_bytes(person.index)
        return {
            "birthDate": f"{personal_details.birth_date(random_bytes)}T00:00:00",
            "gender": "Female" if random_bytes[14] & 1 else "Male",
            "ethnicity": "DeclinedToIdentify",
            "maritalStatus": "Single",
            "maidenName": None,
        }

    def _private_facts(self, person: Person) -> dict[str, Any]:
        contact = personal_details.Telephone("Home", "+1", "937", "555-0199", None)
        identifier = ids.IdSpace(self.company.seed, _IDENTIFIER, 1).id_of(person.index)

        return private_facts(personal_details.fake_ssn(person.index), identifier, _phone(contact))


def _phone(number: personal_details.Telephone) -> dict[str, Any]:
    return {
        "countryCode": number.country,
        "areaCode": number.area,
        "phoneNumber": number.local,
        "type": number.kind,
        "subscriberNumber": number.whole,
    }


def _address(home: personal_details.HomeAddress) -> dict[str, Any]:
    return {
        "streetLine1": home.street,
        "streetLine2": None,
        "suite": None,
        "city": home.city,
        "state": home.state,
        "country": home.country,
        "county": None,
        "zipCode": home.zip_code,
        "countryZipCode": None,
        "zipCodePlusFour": None,
        "type": "Home",
    }
