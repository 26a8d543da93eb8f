"""From a human's employments to the record of a person on the wire.

What is nobody's business (social security number, disability, military service, emergency contacts and so on)
is null even for an application that may see it, unless the switch `plants_private_facts` is on: then it is
there, invented, so that a test can prove that nobody keeps it.
"""

from dataclasses import dataclass
from typing import Any

from connector.sandbox.company import Company, Person, ids, private
from connector.sandbox.paycor.data import permissions
from connector.sandbox.paycor.data.planted import PLANTED_PROPERTIES, planted_facts
from connector.sandbox.paycor.state.sandbox import Sandbox, grant

_SEPARATED = frozenset({"Deceased", "LaidOff", "Resigned", "Retired", "Terminated"})
_IDENTIFIER = "1d3a"


@dataclass(frozen=True)
class Teller:
    """Makes records of persons with the blocks that were asked for and may be sent."""

    company: Company
    box: Sandbox
    includes: frozenset[str]
    tells_unpaid: bool = True

    def person(self, employments: tuple[int, ...]) -> dict[str, Any] | None:
        """The whole record of the human with these employments; None when they have been removed."""
        person = self._newest(employments)
        if person is None:
            return None
        tenant_id = self.company.tenant.id
        return {
            "id": person.person_id,
            "prefix": "None",
            "firstName": person.first_name,
            "middleName": person.middle_name,
            "lastName": person.last_name,
            "suffix": "None",
            "legalFirstName": person.first_name,
            "legalLastName": person.last_name,
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
        return {
            "id": space.id_of(employments[0]),
            "prefix": "None",
            "firstName": person.first_name,
            "middleName": person.middle_name,
            "lastName": person.last_name,
            "suffix": "None",
            "person": {
                "id": person.person_id,
                "url": f"/v1/tenants/{self.company.tenant.id}/persons/{person.person_id}",
                "legalEntityId": str(self.company.entity_of(person.index).id),
            },
        }

    def identity(self, person: Person) -> dict[str, Any]:
        """The record of identifying facts of one employment."""
        tells = self.box.may(grant(), permissions.IDENTIFYING_SECRETS) and self._plants
        born = private.birth_date(self.company.luck(person.index))
        return {
            "employeeId": person.employee_id,
            "employeeNumber": person.number,
            "firstName": person.first_name,
            "lastName": person.last_name,
            "socialSecurityNumber": private.planted_number(person.index) if tells else None,
            "birthDate": f"{born}T00:00:00" if tells else None,
            "status": "Inactive" if person.status in _SEPARATED else "Active",
        }

    @property
    def _plants(self) -> bool:
        return self.box.switches.plants_private_facts

    def _newest(self, employments: tuple[int, ...]) -> Person | None:
        return self.box.overlay.person(self.company.person(employments[-1]), self.box.today)

    def _has(self, block: str, person: Person) -> bool:
        return block in self.includes and (self.tells_unpaid or person.worker_category == "Paid")

    def _assignments(self, employments: tuple[int, ...]) -> list[dict[str, Any]] | None:
        if "EmployeeAssignments" not in self.includes:
            return None
        found = [(self.company.employee_id(index), self.company.entity_of(index).id) for index in employments]
        return [
            {"employees": {"id": id_, "url": f"/v1/employees/{id_}", "legalEntityId": str(entity_id)}}
            for id_, entity_id in found
        ]

    def _contact(self, person: Person) -> dict[str, Any]:
        luck, email = self.company.luck(person.index), person.home_email
        phones = [_phone(one) for one in private.telephones(person.index, luck)]
        address = _address(private.home_address(person.index, luck))
        return {
            "email": {"type": "Home", "emailAddress": email} if self._has("Email", person) else None,
            "addresses": [address] if self._has("Addresses", person) else None,
            "phones": phones if self._has("Phones", person) else None,
        }

    def _private(self, person: Person) -> dict[str, Any]:
        facts = self._planted(person) if self._plants else {}
        return {
            "demographicData": self._demographic(person) if self._has("Demographic", person) else None,
            **{
                key: facts.get(key) if self._has(block, person) else None
                for block, key in PLANTED_PROPERTIES.items()
            },
        }

    def _demographic(self, person: Person) -> dict[str, Any]:
        luck = self.company.luck(person.index)
        return {
            "birthDate": f"{private.birth_date(luck)}T00:00:00",
            "gender": "Female" if luck[14] & 1 else "Male",
            "ethnicity": "DeclinedToIdentify",
            "maritalStatus": "Single",
            "maidenName": None,
        }

    def _planted(self, person: Person) -> dict[str, Any]:
        contact = private.Telephone("Home", "+1", "937", "555-0199", None)
        identifier = ids.IdSpace(self.company.seed, _IDENTIFIER, 1).id_of(person.index)

        return planted_facts(private.planted_number(person.index), identifier, _phone(contact))


def _phone(number: private.Telephone) -> dict[str, Any]:
    return {
        "countryCode": number.country,
        "areaCode": number.area,
        "phoneNumber": number.local,
        "type": number.kind,
        "subscriberNumber": number.whole,
    }


def _address(home: private.HomeAddress) -> dict[str, Any]:
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
