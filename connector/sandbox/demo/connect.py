"""Connects a portal as an admin does: from + Connect to Active, through the real pages of the LMS and Paycor."""

from connector.sandbox.company.tenants import Tenant
from connector.sandbox.demo.browser import Browser

#: The demo's mapping: attribute -> custom user data field of the built-in LMS.
DEMO_MAPPING = {
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

    `pages_url` is the address of the portal's HR Integrations. Raises browser.UnexpectedPage.
    """
    browser, email, password = Browser(), *admin
    browser.open(f"{lms_url}/p/{portal_slug}/login")
    browser.submit(email=email, password=password)
    browser.open(f"{pages_url}/paycor/connect")
    browser.submit("environment")
    user = tenant.users[0]
    browser.submit(user_name=user.user_name, company_id=str(tenant.id), password=user.passphrase)
    browser.submit(decision="allow")
    browser.submit("entity")
    browser.submit("entity")
