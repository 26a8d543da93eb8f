"""An admin's way from + Connect to Active, through the real pages of the LMS and of the sandbox Paycor."""

from connector.sandbox.company.tenants import Tenant
from connector.sandbox.demo.visitor import Visitor

#: What the demo maps: attribute -> custom user data field of the built-in LMS.
MAPPED = {
    "job_title": "job_title",
    "department": "department",
    "work_state": "work_state",
    "work_location": "location",
    "hire_date": "hire_date",
    "employment_type": "employment_type",
    "employee_number": "employee_number",
    "supervisor": "supervisor",
}


def connect(lms_url: str, portal_slug: str, pages_url: str, admin: tuple[str, str], tenant: Tenant) -> None:
    """Sign in to the LMS as `admin` (email, password), consent at Paycor as the tenant's administrator, and finish.

    `pages_url` is where the portal's HR Integrations are. Raises visitor.Lost when a page is not as it should be.
    """
    visitor, email, password = Visitor(), *admin
    visitor.open(f"{lms_url}/p/{portal_slug}/login")
    visitor.submit(email=email, password=password)
    visitor.open(f"{pages_url}/paycor/connect")
    visitor.submit("environment")
    user = tenant.users[0]
    visitor.submit(user_name=user.user_name, company_id=str(tenant.id), password=user.passphrase)
    visitor.submit(decision="allow")
    visitor.submit("entity")
    visitor.submit("entity")
