"""The tenants at Paycor, their legal entities, and the people who may sign in. Constants only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LegalEntity:
    """A legal entity: Paycor's "client", one employer with one tax number."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class SignInUser:
    """A person who may sign in at Paycor; only an administrator may activate an application."""

    user_name: str
    passphrase: str
    full_name: str
    is_administrator: bool = True


@dataclass(frozen=True, slots=True)
class Tenant:
    """A tenant, Paycor's "company": its id is typed at sign-in, its domain is that of work emails."""

    id: int
    name: str
    domain: str
    entities: tuple[LegalEntity, ...]
    users: tuple[SignInUser, ...]


NORTHFIELD = Tenant(
    id=226410,
    name="Northfield Health",
    domain="northfield.example",
    entities=(LegalEntity(190204, "Northfield Clinics LLC"), LegalEntity(190377, "Northfield Home Care Inc")),
    users=(
        SignInUser("dana.whitfield", "northfield-demo", "Dana Whitfield"),
        SignInUser("pat.reyes", "northfield-demo", "Pat Reyes", is_administrator=False),
    ),
)

SOUTHGATE = Tenant(
    id=226988,
    name="Southgate Dental",
    domain="southgate.example",
    entities=(LegalEntity(190512, "Southgate Dental Group LLC"),),
    users=(SignInUser("lee.ortega", "southgate-demo", "Lee Ortega"),),
)

#: Every tenant; the first is the one with the requested head count.
TENANTS = (NORTHFIELD, SOUTHGATE)

#: Head count of every tenant but the first.
OTHER_TENANT_PEOPLE = 25
