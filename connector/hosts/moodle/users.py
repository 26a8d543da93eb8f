"""Users of Moodle as accounts: a user in, an account out; a row or a change in, the argument of a write out."""

import re
import secrets
import string
from collections.abc import Sequence
from hashlib import sha256
from zoneinfo import ZoneInfo

import msgspec

from connector.core.model.account import Account, AccountState
from connector.core.model.employee import email_key
from connector.core.ports.host import Change, NewAccount
from connector.hosts.accounts import versioned
from connector.hosts.moodle.fields import ProfileValue, customfields
from connector.hosts.moodle.settings import SIGNED_IN_ELSEWHERE, MoodleSettings

#: The account of visitors, to which nobody signs in.
GUEST = "guest"
#: The accounts that every site is installed with.
INSTALLED = frozenset({"admin", GUEST})

#: The auth plugin of users who must not sign in.
NO_LOGIN = "nologin"

#: The characters of a user name, unless a site allows more; never a capital.
_USERNAME = re.compile(r"[-._@a-z0-9]{1,100}")
#: Six characters of each kind, never two of a kind in a row: enough for the strictest policy a site can set.
_PASSWORD_KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "-_.!*")
_PASSWORD_ROUNDS = 6

#: The longest name and address that Moodle stores, and a tag, which it refuses in a name.
_MAX_LENGTH = 100
_TAG = re.compile(r"<[^<>]*>")


class MoodleUser(msgspec.Struct, gc=False):
    """A user; values that are empty, or hidden from the connector's account, are left out."""

    id: int
    username: str = ""
    firstname: str = ""
    lastname: str = ""
    email: str = ""
    idnumber: str = ""
    suspended: bool = False
    confirmed: bool = True
    auth: str = ""
    customfields: list[ProfileValue] = []

    @property
    def account_id(self) -> str:
        """The id as text."""
        return str(self.id)

    @property
    def is_deleted(self) -> bool:
        """Whether this is only what remains of a deleted user, whose address is a hash."""
        return "@" not in self.email and bool(self.email)

    @property
    def can_sign_in(self) -> bool:
        """Whether Moodle lets the user in: not suspended, confirmed, and with a way to sign in."""
        return not self.suspended and self.confirmed and self.auth != NO_LOGIN


class SearchResult(msgspec.Struct, gc=False):
    """The answer to a search."""

    users: list[MoodleUser] = []


class MoodleReader:
    """Turns users into accounts, according to the settings."""

    def __init__(self, settings: MoodleSettings) -> None:
        self._keys = frozenset(field.key for field in settings.fields)
        self._owns_id_number = settings.owns_id_number
        self._zone = ZoneInfo(settings.time_zone) if settings.time_zone else None

    def account(self, user: MoodleUser, staff: frozenset[str]) -> Account:
        """The user as an account; the users in `staff` (ids) and those every site has are more than learners."""
        values = {
            one.shortname: one.text(self._zone) for one in user.customfields if one.shortname in self._keys
        }
        return versioned(
            Account(
                account_id=user.account_id,
                email=user.email,
                first_name=user.firstname,
                last_name=user.lastname,
                state=AccountState.ACTIVE if user.can_sign_in else AccountState.SUSPENDED,
                is_learner=user.account_id not in staff and user.username not in INSTALLED,
                external_id=(user.idnumber or None) if self._owns_id_number else None,
                fields={key: value for key, value in values.items() if value is not None},
            )
        )


def new_user(settings: MoodleSettings, row: NewAccount, username: str) -> dict[str, object]:
    """A row as an argument of a create; with a password of its own, so that Moodle sends no mail."""
    user: dict[str, object] = {
        "username": username,
        "firstname": row.first_name,
        "lastname": row.last_name,
        "email": row.email.strip(),
        "auth": settings.auth,
    }
    if settings.owns_id_number:
        user["idnumber"] = row.external_id
    if settings.auth not in SIGNED_IN_ELSEWHERE:
        user["password"] = random_password()
    return user | customfields({key: value for key, value in row.fields.items() if value is not None})


def changed_values(settings: MoodleSettings, before: Account, change: Change) -> dict[str, object]:
    """The values of a change that differ from the account, as an argument of an update; empty when none does."""
    external_id = change.external_id if settings.owns_id_number else None
    new_and_old: dict[str, tuple[object, object]] = {
        "firstname": (change.first_name, before.first_name),
        "lastname": (change.last_name, before.last_name),
        "email": (change.email.strip() if change.email is not None else None, before.email),
        "idnumber": (external_id, before.external_id or ""),
    }
    user: dict[str, object] = {
        name: new for name, (new, old) in new_and_old.items() if new is not None and new != old
    }
    if change.state is not None and is_suspended(change.state) != is_suspended(before.state):
        user["suspended"] = is_suspended(change.state)
    return user | customfields(
        {key: value for key, value in change.fields.items() if value != before.fields.get(key)}
    )


def is_suspended(state: AccountState) -> bool:
    """Whether an account in this state is suspended in Moodle, which has no pending accounts."""
    return state is AccountState.SUSPENDED


def usernames(row: NewAccount) -> Sequence[str]:
    """The user names to try, in order: the address if it is a valid one, then one made of the connector's key."""
    fallback = f"paycor-{sha256(row.external_id.encode()).hexdigest()[:16]}"
    address = email_key(row.email) or ""
    return (address, fallback) if _USERNAME.fullmatch(address) else (fallback,)


def random_password() -> str:
    """A random password that nobody gets to see."""
    return "".join(secrets.choice(kind) for _ in range(_PASSWORD_ROUNDS) for kind in _PASSWORD_KINDS)


def identity_refusals(row: NewAccount | Change) -> dict[str, str]:
    """The values that Moodle would refuse, each with the code that it would give: it names the row alone."""
    reasons = dict[str, str]()
    if row.email and (len(row.email) > _MAX_LENGTH or not row.email.isascii()):
        reasons["email"] = "moodle.useremailinvalid"
    for name, text in (("first_name", row.first_name), ("last_name", row.last_name)):
        if text and len(text) > _MAX_LENGTH:
            reasons[name] = "moodle.dmlwriteexception"
        elif text and _TAG.search(text):
            reasons[name] = "moodle.invalidparameter"
    return reasons
