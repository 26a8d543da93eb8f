"""The words people are made of: invented names, jobs, departments, work locations. Constants only."""

from typing import NamedTuple

_FIRST_NAMES = """
Ada Aisha Amelia Andre Anita Arjun Beatrix Benedict Bianca Callum Camila Carmen Cedric Chloe Clara
Conrad Dalia Damian Daphne Desmond Dmitri Edith Elena Elias Emeka Esther Fatima Felix Fiona Gideon
Grace Hana Harriet Hugo Imani Ines Isaac Ivan Jasper Joanna Kai Katya Lamar Leona Linnea Lucas Mabel
Malik Marisol Mateo Naomi Nikhil Octavia Oscar Priya Quentin Renata Rohan Sabine Silas Tamara Theo
Vera Winston
"""
#: 64 first names; with the surnames, 8,192 different pairs.
FIRST_NAMES = tuple(_FIRST_NAMES.split())

_LAST_NAMES = """
Abbott Acosta Adler Albright Amari Anders Archer Ashby Baird Banner Barlow Barros Beckett Bellamy
Benson Bishop Blair Bolton Bowers Brandt Briggs Cabrera Calloway Carver Castillo Chandra Chapman
Clarke Colby Cortez Crane Cruz Dalton Darcy Delgado Denton Dixon Donovan Draper Duarte Easton Ellery
Emerson Espino Falk Farrow Finch Flores Foster Frost Galvez Garner Gibson Glover Gomez Grant Greer
Hadley Hale Hammond Harlan Hayes Herrera Holloway Hughes Ibarra Ingram Iyer Jarvis Jensen Joshi
Juarez Keaton Keller Kendall Khan Kimura Knox Kowalski Kramer Lambert Langley Larkin Lawson Lehmann
Lindgren Lowell Maddox Malone Marsh Mendoza Mercer Moreau Morrow Nakata Nash Newell Nolan Norris
Novak Obando Okafor Olsen Osborn Palmer Park Pereira Pierce Quinn Ramos Reilly Rhodes Rivera Rossi
Sawyer Serrano Shah Sinclair Sorensen Stone Tanaka Thorne Torres Vance Vega Wallace Whitaker Yates
"""
#: 128 surnames.
LAST_NAMES = tuple(_LAST_NAMES.split())


class Job(NamedTuple):
    """A job: its title, the title one moves on to, its code and the department (position in `DEPARTMENTS`)."""

    title: str
    next_title: str
    code: str
    department: int


JOBS = (
    Job("Medical Assistant", "Senior Medical Assistant", "MA1", 0),
    Job("Registered Nurse", "Charge Nurse", "RN1", 0),
    Job("Nurse Practitioner", "Lead Nurse Practitioner", "NP1", 0),
    Job("Home Health Aide", "Senior Home Health Aide", "HH1", 1),
    Job("Care Coordinator", "Care Supervisor", "CC1", 1),
    Job("Dental Hygienist", "Lead Dental Hygienist", "DH1", 2),
    Job("Dental Assistant", "Dental Hygienist", "DA1", 2),
    Job("Front Desk Associate", "Front Desk Lead", "FD1", 3),
    Job("Patient Scheduler", "Scheduling Lead", "PS1", 3),
    Job("Billing Specialist", "Billing Analyst", "BS1", 4),
    Job("Payroll Specialist", "Payroll Analyst", "PY1", 4),
    Job("Recruiter", "Senior Recruiter", "RC1", 5),
    Job("Training Coordinator", "Training Specialist", "TC1", 5),
    Job("Support Technician", "Systems Administrator", "ST1", 6),
    Job("Facilities Technician", "Facilities Lead", "FT1", 7),
    Job("Driver", "Dispatch Coordinator", "DR1", 7),
)

#: What those who lead a team are called.
SUPERVISOR = Job("Clinic Supervisor", "Area Supervisor", "CS2", 0)


class DepartmentWords(NamedTuple):
    """A department's code and name, and the position in `DEPARTMENTS` of the one above it."""

    code: str
    name: str
    parent: int | None


DEPARTMENTS = (
    DepartmentWords("310", "Outpatient Care", None),
    DepartmentWords("320", "Home Care", None),
    DepartmentWords("330", "Dental", None),
    DepartmentWords("410", "Front Office", None),
    DepartmentWords("510", "Finance", None),
    DepartmentWords("520", "People Operations", None),
    DepartmentWords("530", "Information Technology", None),
    DepartmentWords("610", "Facilities", None),
    DepartmentWords("311", "Cardiology", 0),
    DepartmentWords("312", "Pediatrics", 0),
)


class LocationWords(NamedTuple):
    """A work location's name and address, in Paycor's way of writing countries."""

    name: str
    street: str
    city: str
    county: str | None
    state: str
    zip_code: str
    country: str


LOCATIONS = (
    LocationWords("Dayton North Clinic", "210 Wren Street", "Dayton", "Montgomery", "OH", "45405", "USA"),
    LocationWords("Cincinnati Riverside", "88 Quarry Lane", "Cincinnati", "Hamilton", "OH", "45202", "USA"),
    LocationWords("Lexington Clinic", "1400 Alder Road", "Lexington", "Fayette", "KY", "40507", "USA"),
    LocationWords("Oakland Clinic", "35 Harbor Row", "Oakland", "Alameda", "CA", "94607", "USA"),
    LocationWords("Albany Clinic", "7 Mill Terrace", "Albany", "Albany", "NY", "12207", "USA"),
    LocationWords("Peoria Home Care", "902 Prairie Avenue", "Peoria", "Peoria", "IL", "61602", "USA"),
    LocationWords("Tampa Home Care", "64 Cypress Court", "Tampa", "Hillsborough", "FL", "33602", "USA"),
    LocationWords("Toronto Office", "120 Lakeshore Walk", "Toronto", None, "ON", "M5J 2N8", "CAN"),
)

#: Position of the work location outside the United States; only the odd person works there.
LOCATION_ABROAD = 7

LEAVES = (
    ("Fmla", "Family Care"),
    ("LeaveWithPay", "Sabbatical"),
    ("LeaveWithoutPay", "Personal"),
    ("ShortTermDisability", "Medical"),
)

DEPARTURES = (
    ("Resigned", "Voluntary - Other Employment"),
    ("Terminated", "Involuntary - Attendance"),
    ("Retired", "Voluntary - Retirement"),
    ("LaidOff", "Involuntary - Reduction in Force"),
)
