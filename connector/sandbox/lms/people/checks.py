"""Keys, ids and the checks of names and addresses, for every way to create or change a user. Pure."""

from datetime import datetime
from secrets import token_hex
from typing import Any

from werkzeug.security import generate_password_hash

from connector.core.model.account import AccountState
from connector.core.model.employee import email_key
from connector.core.rules.values.email_address import checked_address
from connector.sandbox.lms.db.tables import EMAIL_KEY_MAX, EXTERNAL_ID_MAX, NAME_MAX, UserType
from connector.sandbox.lms.people.custom_fields import storable

#: Why a name or an address is refused: code -> what the pages say.
REASONS = {
    "email": "This is not an email address the portal can write to.",
    "email.taken": "Somebody else in this portal has this email address.",
    "external_id": "This key cannot be stored.",
    "external_id.taken": "Somebody else in this portal has this key.",
    "name": f"This name cannot be stored: {NAME_MAX} characters at most.",
}


def new_user_id(instant: datetime) -> str:
    """A new id: 12 hex digits of time, so that new rows are together in the index, and 20 random ones."""
    return f"{int(instant.timestamp() * 1000):012x}{token_hex(10)}"


def key_of(email: str) -> str:
    """The form of an address for comparison."""
    return email_key(email) or ""


def name_key(first_name: str, last_name: str, email: str) -> str:
    """The sort key of the list of users; the address of a user without a name."""
    return f"{last_name} {first_name}".strip().casefold() or key_of(email)


def email_problem(email: str) -> str:
    """The code of the problem with an address; empty when there is none.

    One with something invisible in it is refused here, where somebody types it: they can type it again.
    """
    key = key_of(email)
    return "" if len(key) <= EMAIL_KEY_MAX and key_of(checked_address(email) or "") == key != "" else "email"


def name_problem(*names: str) -> str:
    """The code of the problem with one of these names; empty when there is none."""
    return "" if all(len(name) <= NAME_MAX and storable(name) for name in names) else "name"


def external_id_problem(external_id: str) -> str:
    """The code of the problem with another system's key; empty when there is none."""
    return "" if 0 < len(external_id) <= EXTERNAL_ID_MAX and storable(external_id) else "external_id"


def forgotten_password_hash() -> str:
    """The hash of a random password that no one has ever seen.

    One round is enough: the password has 256 random bits, and whole batches of new accounts need a hash.
    """
    return generate_password_hash(token_hex(32), "pbkdf2:sha256:1")


def identity(email: str, first_name: str, last_name: str) -> dict[str, Any]:
    """The columns of a user's name and email, with the keys made from them."""
    email = email.strip()
    return {
        "email": email,
        "email_key": key_of(email),
        "first_name": first_name,
        "last_name": last_name,
        "name_key": name_key(first_name, last_name, email),
    }


def new_row(portal_id: int, instant: datetime, **columns: Any) -> dict[str, Any]:
    """A whole row of a new user; the defaults are those of a learner who has got no mail."""
    return {
        "id": new_user_id(instant),
        "portal_id": portal_id,
        "external_id": None,
        "type": UserType.LEARNER,
        "state": AccountState.ACTIVE,
        "full_permissions": False,
        "password_hash": None,
        "must_set_password": True,
        "custom": {},
        "created_at": instant,
        "updated_at": instant,
        "version": 1,
        **columns,
    }
