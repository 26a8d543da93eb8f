"""Private facts of a person, all invented: a test uses them to prove that a client keeps none of them."""

from typing import Any

_VETERAN_FLAGS = (
    "isArmedForcesServiceMedalVeteran",
    "isDisabledVeteran",
    "isOtherProtectedVeteran",
    "isRecentlySeparatedVeteran",
    "isVietnamEra",
    "isSpecialDisabled",
)
_DECLINED = "DeclinedToIdentify"

#: Include of a person -> the property it fills.
PRIVATE_PROPERTIES = {
    "SocialSecurityNumber": "socialSecurityNumber",
    "Benefit": "benefitData",
    "Military": "militaryData",
    "SocialMedia": "socialMediaData",
    "EmergencyContact": "emergencyContactData",
    "CustomIdentifiers": "customIdentifiers",
}


def private_facts(number: str, identifier: str, phone: dict[str, Any]) -> dict[str, Any]:
    """Property -> made-up value: `number` is the social security number, `phone` the emergency contact's."""
    return {
        "socialSecurityNumber": number,
        "benefitData": {"isTobaccoUser": False, "disability": _DECLINED},
        "militaryData": {
            "veteran": _DECLINED,
            "dischargeDate": None,
            **dict.fromkeys(_VETERAN_FLAGS, False),
        },
        "socialMediaData": [{"type": "LinkedIn", "url": "https://social.example/planted"}],
        "emergencyContactData": [
            {
                "id": identifier,
                "firstName": "Planted",
                "middleName": None,
                "lastName": "Contact",
                "phones": [phone],
                "order": 1,
                "relationship": "Friend",
            }
        ],
        "customIdentifiers": [
            {
                "customIdentifierId": identifier,
                "xrefFieldId": 1,
                "fieldName": "Passport",
                "fieldLabel": "Passport",
                "fieldValue": "PLANTED-0001",
                "category": "Travel",
            }
        ],
    }
