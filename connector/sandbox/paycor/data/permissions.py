"""Paycor's Data Access permissions: their names, what each lets an application see, which call needs which."""

#: Permission -> what it lets an application see, in the words of the consent page. A list and a single record have the
#: same words: to the people whose data it is there is no difference.
IN_WORDS = {
    "View Legal Entity Basic Information": "The names and ids of your legal entities",
    "View Legal Entity Employees": "Your employees: names, employee numbers and work email addresses",
    "View Legal Entity Employees Employment Dates": "Hire, rehire, seniority and termination dates",
    "View Legal Entity Employees Status": "Employment status, employment type, full or part time, leave",
    "View Legal Entity Employees Position": "Job titles and job codes",
    "View Legal Entity Employees Manager & Position": "Managers and their reports",
    "View Legal Entity Employees Work Location": "Where people work: name, city, state and country",
    "View Employee Information": "Your employees: names, employee numbers and work email addresses",
    "View Employee Employment Dates": "Hire, rehire, seniority and termination dates",
    "View Employee Status": "Employment status, employment type, full or part time, leave",
    "View Employee Position": "Job titles and job codes",
    "View Employee Work Location": "Where people work: name, city, state and country",
    "View Legal Entity Departments Information": "Your departments: names and codes",
    "View Legal Entity Departments by Department Id": "Your departments: names and codes",
    "View Legal Entity Work Locations": "Your work locations: names and addresses",
    "View Legal Entity Work Location": "Your work locations: names and addresses",
    "View Legal Entity Onboarding Employees": "People who are still being onboarded",
    "View Legal Entity Business Names & Addresses": "The business names and addresses of your legal entities",
    "View Legal Entity Services": "Which Paycor services you use",
    "View Tenant Information": "The name of your company and its legal entities",
    "View Tenant Employees": "Your employees: names, employee numbers and work email addresses",
    "View Tenant Work Locations": "Your work locations: names and addresses",
    "View Legal Entity Job Titles": "Your job titles and job codes",
    "View Tenant Job Titles": "Your job titles and job codes",
    "Legal Entity Status Reason": "The reasons you give for terminations and leaves",
    "View Legal Entity Persons": "The people behind your employees: names",
    "View Tenant Persons": "The people behind your employees: names",
    "View Person Information": "The people behind your employees: names",
    "View Employee Person": "The people behind your employees: names",
    "View Employee Records": "Which employments belong to one person",
    "View Person Email": "Private email addresses",
    "View Person Phone": "Phone numbers",
    "View Person Addresses": "Home addresses",
    "View Employee Custom Fields": "Your custom fields and their values",
    "Legal Entity CustomFields": "Your custom fields and their values",
    "View Certification Information for Employee": "Certifications of your employees",
    "View Certification Information for Legal Entity": "The certifications and organizations you have set up",
    "View Certification Organizations for Legal Entity": "The certifications and organizations you have set up",
}

#: Permissions that a test has to add: for private facts, and for calls that change data.
OPT_IN = {
    "View Person Demographic Information": "Birth dates, gender, ethnicity and marital status",
    "View Person SSN": "Social security numbers",
    "View Person Disability and Tobacco Status": "Disability and tobacco use",
    "View Person Military": "Military service",
    "View Person Social Media": "Social media profiles",
    "View Person Emergency Contacts": "Emergency contacts",
    "View Person Custom Identifiers": "Other identifiers of people",
    "View Legal Entity Employees Identifying Data": "Identifying facts: names, numbers and whether they work for you",
    "View Legal Entity Employees SSN and BirthDate": "Social security numbers and birth dates",
    "Update Employee Custom Fields": "Change custom fields of your employees",
    "Create and Update Certification": "Add and change certifications of your employees",
}

ENTITY = "View Legal Entity Basic Information"
ENTITY_NAMES = "View Legal Entity Business Names & Addresses"
SERVICES = "View Legal Entity Services"
TENANT = "View Tenant Information"
TENANT_EMPLOYEES = "View Tenant Employees"
TENANT_WORK_LOCATIONS = "View Tenant Work Locations"
EMPLOYEES = "View Legal Entity Employees"
EMPLOYEE = "View Employee Information"
DEPARTMENTS = "View Legal Entity Departments Information"
DEPARTMENT = "View Legal Entity Departments by Department Id"
WORK_LOCATIONS = "View Legal Entity Work Locations"
WORK_LOCATION = "View Legal Entity Work Location"
JOB_TITLES = "View Legal Entity Job Titles"
TENANT_JOB_TITLES = "View Tenant Job Titles"
STATUS_REASONS = "Legal Entity Status Reason"
ONBOARDING = "View Legal Entity Onboarding Employees"
PERSONS = "View Legal Entity Persons"
TENANT_PERSONS = "View Tenant Persons"
PERSON = "View Person Information"
EMPLOYEE_PERSON = "View Employee Person"
IDENTIFYING = "View Legal Entity Employees Identifying Data"
IDENTIFYING_SECRETS = "View Legal Entity Employees SSN and BirthDate"
CUSTOM_FIELDS = "View Employee Custom Fields"
ALL_CUSTOM_FIELDS = "Legal Entity CustomFields"
UPDATE_CUSTOM_FIELDS = "Update Employee Custom Fields"
CERTIFICATES = "View Certification Information for Employee"
WRITE_CERTIFICATES = "Create and Update Certification"
CERTIFICATIONS = "View Certification Information for Legal Entity"
ORGANIZATIONS = "View Certification Organizations for Legal Entity"

#: Include of the employee list -> the permission it needs on top.
LIST_INCLUDES = {
    "EmploymentDates": "View Legal Entity Employees Employment Dates",
    "Position": "View Legal Entity Employees Position",
    "Status": "View Legal Entity Employees Status",
    "WorkLocation": "View Legal Entity Employees Work Location",
}

#: Include of the single employee -> the permission it needs on top.
SINGLE_INCLUDES = {
    "EmploymentDates": "View Employee Employment Dates",
    "Position": "View Employee Position",
    "Status": "View Employee Status",
    "WorkLocation": "View Employee Work Location",
}

#: Include of a person -> the permission it needs on top.
PERSON_INCLUDES = {
    "Demographic": "View Person Demographic Information",
    "Benefit": "View Person Disability and Tobacco Status",
    "Military": "View Person Military",
    "SocialMedia": "View Person Social Media",
    "Addresses": "View Person Addresses",
    "EmployeeAssignments": "View Employee Records",
    "SocialSecurityNumber": "View Person SSN",
    "Phones": "View Person Phone",
    "Email": "View Person Email",
    "EmergencyContact": "View Person Emergency Contacts",
    "CustomIdentifiers": "View Person Custom Identifiers",
}

#: The permissions of the sandbox's application until a test changes them.
DEFAULT = frozenset(IN_WORDS)
#: Every permission there is.
ALL = DEFAULT | frozenset(OPT_IN)


def in_words(names: frozenset[str]) -> list[str]:
    """What some permissions let an application see or do, without repeats."""
    words = {**IN_WORDS, **OPT_IN}

    return list(dict.fromkeys(word for name, word in words.items() if name in names))
