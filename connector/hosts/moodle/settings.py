"""What the operator sets for a Moodle site. No input, no output."""

from dataclasses import dataclass, field
from typing import Literal

from connector.core.model.account import Field

#: Auth plugins whose users sign in elsewhere: Moodle would not store a password for them.
SIGNED_IN_ELSEWHERE = frozenset({"cas", "ldap", "lti", "oauth2", "oidc", "saml2", "shibboleth"})


@dataclass(frozen=True, slots=True)
class MoodleSettings:
    """One site, and the token of the account that the connector works as.

    `fields` are the custom profile fields by their short names, because Moodle does not list them. `auth` is the auth
    plugin of new accounts, which has to be installed. With `welcome` "password_reset", a welcome or an invitation is
    Moodle's mail for choosing a password. Members of the cohort with the id `staff_cohort_id` are more than learners.
    Without `owns_id_number`, the ID number is the site's own: it is neither read nor written. `time_zone` is that of
    the connector's account, needed where it is more than 12 hours from UTC.
    """

    url: str
    token: str = field(repr=False)
    fields: tuple[Field, ...] = ()
    auth: str = "manual"
    welcome: Literal["none", "password_reset"] = "none"
    staff_cohort_id: str = ""
    owns_id_number: bool = True
    time_zone: str = ""
