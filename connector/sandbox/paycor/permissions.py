"""Paycor's Data Access permissions: their names, what each lets an application see, which call needs which."""

#: Permission -> what it lets an application see, in the words of the consent page. That one call lists everybody and
#: another one fetches a single person is no difference to those whose data it is: they share their words.
IN_WORDS = {
    "View Legal Entity Basic Information": "The names and ids of your legal entities",
    "View Legal Entity Employees": "Your employees: names, employee numbers and work email addresses",
    "View Legal Entity Employees Employment Dates": "Hire, rehire, seniority and termination dates",
    "View Legal Entity Employees Status": "Employment status, employment type, full or part time, leave",
    "View Legal Entity Employees Position": "Job titles and job codes",
    "View Legal Entity Employees Manager & Position": "Who reports to whom",
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
}

ENTITY = "View Legal Entity Basic Information"
ENTITY_NAMES = "View Legal Entity Business Names & Addresses"
EMPLOYEES = "View Legal Entity Employees"
EMPLOYEE = "View Employee Information"
DEPARTMENTS = "View Legal Entity Departments Information"
DEPARTMENT = "View Legal Entity Departments by Department Id"
WORK_LOCATIONS = "View Legal Entity Work Locations"
WORK_LOCATION = "View Legal Entity Work Location"
ONBOARDING = "View Legal Entity Onboarding Employees"

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

#: What the sandbox's application asks for unless told otherwise: everything it can answer.
ALL = frozenset(IN_WORDS)
