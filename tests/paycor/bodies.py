"""More bodies as Paycor writes them: v2 records, custom fields, persons and phones."""

from typing import cast

from tests.paycor.fake_paycor import ENTITY, Json, employee_id, person_id


def in_v2(body: Json, **changes: object) -> Json:
    """The same employee in the v2 list, with the fields in `changes` replaced."""
    position = {**cast(Json, body["positionData"]), "departmentEffectiveDate": "2025-02-01T00:00:00"}
    del position["effectiveStartDate"]
    found = body | {
        "lastName2": "Vance",
        "workCountryCode": "USA",
        "workerCategory": "Paid",
        "positionData": position,
    }
    del found["alternateEmployeeNumber"]
    return found | changes


def custom_field(number: int, name: str, value: object, /, **changes: object) -> Json:
    """A custom field value of the employee numbered `number`."""
    return {
        "customFieldId": f"{sum(name.encode()):08x}-0a3a-0000-0000-0000fce60200",
        "legalEntityId": ENTITY,
        "fieldName": name,
        "dataType": "FreeFormAlphaNumeric",
        "value": value,
        "isRequired": False,
        "dateModified": "2026-02-11T14:03:22.517",
        "employee": {"id": employee_id(number)},
    } | changes


def phone(kind: str, local: str, /, **changes: object) -> Json:
    """A phone of a person."""
    return {"countryCode": "+1", "areaCode": "937", "phoneNumber": local, "type": kind} | changes


def person(number: int = 1, /, **changes: object) -> Json:
    """The person of the employee numbered `number`, without the blocks that were not requested."""
    return {
        "id": person_id(number),
        "firstName": "Renata",
        "lastName": "O'Dell",
        "legalFirstName": "Renata Maria",
        "legalLastName": "O'Dell",
        "phones": None,
        "demographicData": None,
        "addresses": None,
    } | changes
