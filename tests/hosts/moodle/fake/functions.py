"""The functions of the fake Moodle, with the traps M1 to M17 that were measured on real sites; without HTTP."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

OWN_ID, ADMIN_ID = 3, 2
POLICY = (r".{8,}", r"[0-9]", r"[a-z]", r"[A-Z]", r"[^0-9a-zA-Z]")
_MAIL = re.compile(r"[!-~]+@[!-~]+\.[!-~]+")
#: What the columns of a user hold.
_LETTERS = 100
_TAG = re.compile(r"<[^>]*>")
_NAMES = ("username", "firstname", "lastname", "email", "idnumber", "auth")


class MoodleError(Exception):
    """An error that Moodle answers with HTTP 200, a code and mostly no reason (M1)."""

    def __init__(self, kind: str, code: str, message: str = "", debug: str = "") -> None:
        super().__init__(code)
        self.kind, self.code, self.message, self.debug = kind, code, message, debug

    def body(self, debugging: bool) -> dict[str, str]:
        """The body of the answer; with the reason only in debug mode."""
        values = {"exception": self.kind, "errorcode": self.code, "message": self.message}
        return values | {"debuginfo": self.debug} if debugging else values


def invalid(why: str) -> MoodleError:
    """The one error for everything that is wrong with a parameter."""
    return MoodleError(
        "invalid_parameter_exception", "invalidparameter", "Invalid parameter value detected", why
    )


@dataclass
class ProfileField:
    """A custom profile field: `kind` is text, menu, datetime or checkbox.

    A text over `letters` is cut, and a date outside `years` is moved to the nearest of them, without a word.
    """

    kind: str = "text"
    options: tuple[str, ...] = ()
    letters: int = 2048
    years: tuple[int, int] = (1900, 2100)


@dataclass
class FakeMoodle:
    """A site: users by id, cohorts, sent mails. `ignores_case` is how MariaDB compares; without it, as PostgreSQL does.

    `hidden` are the values of users that the connector's account may not see, because it lacks a permission. With
    `hides_emails` it sees no email but its own, because of `moodle/site:viewuseridentity` or `showuseridentity`.
    """

    profile: dict[str, ProfileField] = field(default_factory=dict)
    ignores_case: bool = False
    mails_at_once: bool = True
    zone: tzinfo = UTC

    def __post_init__(self) -> None:
        self.debugging, self.enabled = False, True
        self.functions = set(FUNCTIONS)
        self.auths = {"manual", "email", "oauth2", "nologin"}
        self.mailed: list[int] = []
        self.cohorts: dict[int, tuple[str, set[int]]] = {}
        self.admins = {ADMIN_ID}
        #: Users of another site, over Moodle Networking.
        self.remote: set[int] = set()
        self.hidden: set[str] = set()
        self.hides_emails = False
        self.policy: tuple[str, ...] = POLICY
        self.protects_usernames, self.shows_links = True, False
        self._next_id = ADMIN_ID
        self._resets: dict[int, int] = {}
        self.users: dict[int, dict[str, Any]] = {}
        for username in ("admin", "connector"):
            self.add(username=username, firstname=username, lastname="Account", email=f"{username}@site.test")

    def add(self, **values: Any) -> int:
        """Create a user as an administrator does; gives the id."""
        user_id, self._next_id = self._next_id, self._next_id + 1
        blank = dict.fromkeys(_NAMES, "") | {
            "auth": "manual",
            "suspended": False,
            "confirmed": True,
            "deleted": False,
            "fields": {},
        }
        self.users[user_id] = blank | {"id": user_id, "password": ""} | values
        return user_id

    def delete(self, user_id: int) -> None:
        """Delete a user; a row with a hash as its address stays (M13)."""
        user = self.users[user_id]
        user["username"], user["deleted"] = f"{user['email']}.1795350853", True
        user["email"], user["idnumber"] = "d41d8cd98f00b204e9800998ecf8427e", ""

    def signs_in(self, user_id: int, password: str) -> bool:
        """Whether a user can sign in with a password."""
        user = self.users[user_id]
        barred = user["suspended"] or user["deleted"] or not user["confirmed"] or user["auth"] == "nologin"
        return not barred and bool(password) and user["password"] == password

    def call(self, function: str, arguments: dict[str, Any]) -> Any:
        """One web service call by the connector's account."""
        if self.users[OWN_ID]["suspended"]:
            raise MoodleError("moodle_exception", "wsaccessusersuspended")
        if function not in FUNCTIONS:
            raise MoodleError("dml_missing_record_exception", "invalidrecord")
        if function not in self.functions:
            raise MoodleError("webservice_access_exception", "accessexception", "Access control exception")
        call: Callable[..., Any] = getattr(self, f"_{function}")
        try:
            return call(**arguments)
        except TypeError as wrong:
            raise invalid(str(wrong)) from None

    def _core_webservice_get_site_info(self) -> Any:
        named = [{"name": name, "version": "2024100700"} for name in sorted(self.functions)]
        return {"userid": OWN_ID, "userissiteadmin": False, "release": "4.5.5+", "functions": named}

    def _core_user_get_users_by_field(self, field: str, values: list[str]) -> Any:
        if field == "id" and any(str(int(value)) != value for value in values if _number(value)):
            raise invalid("cleaned value")
        folded = {self._folded(field, value) for value in values}
        found = [u for u in self.users.values() if self._folded(field, str(u[field])) in folded]
        return [self._row(user) for user in found if self._is_shown(field, user)]

    def _folded(self, field: str, value: str) -> str:
        return value.lower() if self.ignores_case and field == "email" else value

    def _core_user_get_users(self, criteria: list[dict[str, str]]) -> Any:
        if len({one["key"] for one in criteria}) < len(criteria):
            raise MoodleError("moodle_exception", "keyalreadyset")
        found = [user for user in self.users.values() if not user["deleted"]]
        for one in criteria:
            pattern = "".join({"%": ".*", "_": "."}.get(c, re.escape(c)) for c in one["value"])
            found = [u for u in found if re.fullmatch(pattern, str(u[one["key"]]), re.IGNORECASE)]
            found = [u for u in found if self._is_shown(one["key"], u)]
        return {"users": [self._row(user) for user in found], "warnings": []}

    def _row(self, user: dict[str, Any]) -> dict[str, Any]:
        """A user as Moodle shows it: empty values are left out, text is as on a page (M10)."""
        shown = {name: user[name] for name in _NAMES if user[name] and self._is_shown(name, user)}
        fields = [
            {
                "type": kind,
                "shortname": key,
                "name": key,
                "value": html.escape(value) if kind == "text" else value,
            }
            for key, value in user["fields"].items()
            if (kind := self.profile[key].kind) and (value or kind == "checkbox")
        ]
        states = {name: user[name] for name in ("suspended", "confirmed")}
        return {"id": user["id"], **shown, **states, "customfields": fields}

    def _is_shown(self, name: str, user: dict[str, Any]) -> bool:
        """Whether a value is shown; a look-up finds nobody by a value that is not. Source: `user/externallib.php`."""
        is_hidden_email = self.hides_emails and name == "email" and user["id"] != OWN_ID
        return name not in self.hidden and not is_hidden_email

    def _text(self, value: str) -> str:
        shown = html.escape(value)
        return f'<a href="https://x.test/{shown}">{shown}</a>' if self.shows_links and value else shown

    def _core_user_create_users(self, users: list[dict[str, Any]]) -> Any:
        """One transaction: with a bad row no user is created (M2)."""
        _refuse_tags(users)
        first = self._next_id
        taken = {(name, user[name].lower()) for user in self.users.values() for name in ("username", "email")}
        try:
            for user in users:
                self._make(dict(user), taken)
        except MoodleError:
            for user_id in range(first, self._next_id):
                del self.users[user_id]
            raise
        created = range(first, self._next_id)
        return [{"id": user_id, "username": self.users[user_id]["username"]} for user_id in created]

    def _make(self, user: dict[str, Any], taken: set[tuple[str, str]]) -> None:
        if "suspended" in user:
            raise invalid("Unexpected keys (suspended) detected in parameter array")  # M13
        self._check_new(user, taken)
        _refuse_long_names(user)
        taken |= {("username", user["username"]), ("email", user["email"].lower())}
        fields, mails = user.pop("customfields", []), user.pop("createpassword", "0") == "1"
        password = user.pop("password", "")
        if user.get("auth", "manual") == "manual" and not mails:
            if not password:
                raise invalid("Invalid password: you must provide a password, or set createpassword.")
            if not all(re.search(rule, password) for rule in self.policy):
                page = "<div>Passwords must have at least 8 character(s).</div>"
                raise MoodleError("moodle_exception", page, page)
        user_id = self.add(**user, password=password)
        self._store(user_id, fields)
        if mails and self.mails_at_once:
            self.mailed.append(user_id)  # M3: the mail is not rolled back with the transaction

    def _check_new(self, user: dict[str, Any], taken: set[tuple[str, str]]) -> None:
        """Raise unless the user is valid; `taken` are the existing user names and addresses, in lower case."""
        username, mail = user["username"], user["email"]
        if not re.fullmatch(r"[-._@a-z0-9]{1,100}", username):
            raise invalid(f"username: {username}")  # M6
        if ("username", username) in taken:
            raise invalid(f"Username already exists: {username}")
        if any(not user.get(name, "").strip() for name in ("firstname", "lastname")):
            raise invalid("The field cannot be blank")
        if user.get("auth", "manual") not in self.auths:
            raise invalid("Invalid authentication type")  # M14
        if not _MAIL.fullmatch(mail) or len(mail) > _LETTERS or ("email", mail.lower()) in taken:
            raise invalid(f"Email address already exists: {mail}")  # M5: in any case

    def _owner(self, mail: str, but: int = 0) -> int:
        """The id of the user with an address in any case; 0 for none."""
        found = (
            u["id"] for u in self.users.values() if u["email"].lower() == mail.lower() and u["id"] != but
        )
        return next(found, 0)

    def _store(self, user_id: int, fields: list[dict[str, str]]) -> None:
        """Unknown fields are dropped (M8); a value that is no option erases the old value (M7)."""
        for one in fields:
            known, value = self.profile.get(one["type"]), one["value"]
            if known is None:
                continue
            if known.kind == "menu" and value not in known.options:
                value = ""
            if known.kind == "datetime" and value:
                value = str(self._epoch(value, known.years))
            if known.kind == "text":
                value = value[: known.letters]
            self.users[user_id]["fields"][one["type"]] = value

    def _epoch(self, text: str, years: tuple[int, int]) -> int:
        if text.isdigit():
            return int(text)
        day = datetime.fromisoformat(text)
        kept = day.replace(year=min(max(day.year, years[0]), years[1]), tzinfo=self.zone)
        return int(kept.timestamp())

    def _core_user_update_users(self, users: list[dict[str, Any]]) -> Any:
        """Row by row, with a warning for each row that was not done (M4)."""
        _refuse_tags(users)
        warnings = []
        for user in users:
            try:
                self._updated(dict(user))
            except MoodleError as error:
                warned = {
                    "item": "user",
                    "itemid": int(user["id"]),
                    "warningcode": error.code,
                    "message": "No.",
                }
                warnings.append(warned)
        return {"warnings": warnings}

    def _updated(self, user: dict[str, Any]) -> None:
        user_id = int(user.pop("id"))
        self._check_may_update(user_id)
        mail = user.get("email", self.users[user_id]["email"])
        if mail != self.users[user_id]["email"]:
            if not _MAIL.fullmatch(mail) or len(mail) > _LETTERS:
                raise MoodleError("moodle_exception", "useremailinvalid")
            if self._owner(mail, user_id):
                raise MoodleError("moodle_exception", "useremailduplicate")
        _refuse_long_names(user)
        if "suspended" in user:
            user["suspended"] = user["suspended"] == "1"
        self._store(user_id, user.pop("customfields", []))
        self.users[user_id].update(user)

    def _check_may_update(self, user_id: int) -> None:
        if user_id not in self.users:
            raise MoodleError("moodle_exception", "invaliduserid")
        reasons = {
            "usernotupdatedadmin": user_id in self.admins,
            "usernotupdateddeleted": self.users[user_id]["deleted"],
            "usernotupdatedremote": user_id in self.remote,
        }
        for code, applies in reasons.items():
            if applies:
                raise MoodleError("moodle_exception", code)

    def _core_user_delete_users(self, userids: list[str]) -> None:
        """Delete all or none."""
        ids = [int(user_id) for user_id in userids]
        if any(user_id not in self.users or self.users[user_id]["deleted"] for user_id in ids):
            raise MoodleError("dml_missing_record_exception", "invalidrecord")
        if self.admins & set(ids):
            raise MoodleError("moodle_exception", "useradminodelete")
        for user_id in ids:
            self.delete(user_id)

    def _core_auth_request_password_reset(self, username: str = "", email: str = "") -> Any:
        """Mail a user; the third mail within half an hour is not sent, and mostly the status does not say so."""
        found = [u["id"] for u in self.users.values() if u["username"] == username and not u["suspended"]]
        for user_id in found:
            self._resets[user_id] = self._resets.get(user_id, 0) + 1
            if self._resets[user_id] <= 2:
                self.mailed.append(user_id)
        if self.protects_usernames:
            return {"status": "emailpasswordconfirmmaybesent", "notice": "", "warnings": []}
        status = "emailresetconfirmsent" if found and self._resets[found[0]] <= 2 else "emailalreadysent"
        return {"status": status if found else "emailpasswordconfirmnotsent", "notice": "", "warnings": []}

    def _core_cohort_get_cohorts(self) -> Any:
        return [{"id": number, "name": name, "idnumber": ""} for number, (name, _) in self.cohorts.items()]

    def _core_cohort_get_cohort_members(self, cohortids: list[str]) -> Any:
        if any(int(number) not in self.cohorts for number in cohortids):
            raise MoodleError("dml_missing_record_exception", "invalidrecord")
        return [{"cohortid": int(n), "userids": sorted(self.cohorts[int(n)][1])} for n in cohortids]

    def _core_cohort_add_cohort_members(self, members: list[dict[str, Any]]) -> Any:
        """With a warning for each unknown user and each existing member (M15)."""
        warnings = []
        for one in members:
            number, user_id = int(one["cohorttype"]["value"]), int(one["usertype"]["value"])
            if number not in self.cohorts or user_id not in self.users or self.users[user_id]["deleted"]:
                warnings.append({"warningcode": "2", "message": "does not exist"})
            elif user_id in self.cohorts[number][1]:
                warnings.append({"warningcode": "3", "message": "record already exists"})
            else:
                self.cohorts[number][1].add(user_id)
        return {"warnings": warnings}

    def _core_cohort_delete_cohort_members(self, members: list[dict[str, str]]) -> None:
        pairs = [(int(one["cohortid"]), int(one["userid"])) for one in members]
        if any(number not in self.cohorts or user_id not in self.users for number, user_id in pairs):
            raise MoodleError("dml_missing_record_exception", "invalidrecord")
        for number, user_id in pairs:
            self.cohorts[number][1].discard(user_id)


#: The functions that a web service can have.
FUNCTIONS = tuple(name[1:] for name in vars(FakeMoodle) if name.startswith("_core_"))


def _refuse_tags(users: list[dict[str, Any]]) -> None:
    """A tag in a name refuses the whole call, before any row is looked at."""
    if any(_TAG.search(user.get(name, "")) for user in users for name in ("firstname", "lastname")):
        raise invalid("the value has tags")


def _refuse_long_names(user: dict[str, Any]) -> None:
    if any(len(user.get(name, "")) > _LETTERS for name in ("firstname", "lastname")):
        raise MoodleError("dml_write_exception", "dmlwriteexception")


def _number(value: str) -> bool:
    if not value.isdigit():
        raise invalid(f"The field 'id' value is invalid: {value}")
    return True
