"""Sample names, jobs, departments and work locations that people are made of, all invented. Constants only."""

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


class SampleJob(NamedTuple):
    """A job: its title, the title after a promotion, its code and the department (index in `DEPARTMENTS`)."""

    title: str
    next_title: str
    code: str
    department: int


JOBS = (
    SampleJob("Medical Assistant", "Senior Medical Assistant", "MA1", 0),
    SampleJob("Registered Nurse", "Charge Nurse", "RN1", 0),
    SampleJob("Nurse Practitioner", "Lead Nurse Practitioner", "NP1", 0),
    SampleJob("Home Health Aide", "Senior Home Health Aide", "HH1", 1),
    SampleJob("Care Coordinator", "Care Supervisor", "CC1", 1),
    SampleJob("Dental Hygienist", "Lead Dental Hygienist", "DH1", 2),
    SampleJob("Dental Assistant", "Dental Hygienist", "DA1", 2),
    SampleJob("Front Desk Associate", "Front Desk Lead", "FD1", 3),
    SampleJob("Patient Scheduler", "Scheduling Lead", "PS1", 3),
    SampleJob("Billing Specialist", "Billing Analyst", "BS1", 4),
    SampleJob("Payroll Specialist", "Payroll Analyst", "PY1", 4),
    SampleJob("Recruiter", "Senior Recruiter", "RC1", 5),
    SampleJob("Training Coordinator", "Training Specialist", "TC1", 5),
    SampleJob("Support Technician", "Systems Administrator", "ST1", 6),
    SampleJob("Facilities Technician", "Facilities Lead", "FT1", 7),
    SampleJob("Driver", "Dispatch Coordinator", "DR1", 7),
)

#: The job of everyone who leads a team.
SUPERVISOR = SampleJob("Clinic Supervisor", "Area Supervisor", "CS2", 0)


class SampleDepartment(NamedTuple):
    """A department's code and name, and the index in `DEPARTMENTS` of the one above it."""

    code: str
    name: str
    parent: int | None


DEPARTMENTS = (
    SampleDepartment("310", "Outpatient Care", None),
    SampleDepartment("320", "Home Care", None),
    SampleDepartment("330", "Dental", None),
    SampleDepartment("410", "Front Office", None),
    SampleDepartment("510", "Finance", None),
    SampleDepartment("520", "People Operations", None),
    SampleDepartment("530", "Information Technology", None),
    SampleDepartment("610", "Facilities", None),
    SampleDepartment("311", "Cardiology", 0),
    SampleDepartment("312", "Pediatrics", 0),
)


class SampleLocation(NamedTuple):
    """A work location's name and address, in Paycor's way of writing countries."""

    name: str
    street: str
    city: str
    county: str | None
    state: str
    zip_code: str
    country: str


LOCATIONS = (
    SampleLocation("Dayton North Clinic", "210 Wren Street", "Dayton", "Montgomery", "OH", "45405", "USA"),
    SampleLocation("Cincinnati Riverside", "88 Quarry Lane", "Cincinnati", "Hamilton", "OH", "45202", "USA"),
    SampleLocation("Lexington Clinic", "1400 Alder Road", "Lexington", "Fayette", "KY", "40507", "USA"),
    SampleLocation("Oakland Clinic", "35 Harbor Row", "Oakland", "Alameda", "CA", "94607", "USA"),
    SampleLocation("Albany Clinic", "7 Mill Terrace", "Albany", "Albany", "NY", "12207", "USA"),
    SampleLocation("Peoria Home Care", "902 Prairie Avenue", "Peoria", "Peoria", "IL", "61602", "USA"),
    SampleLocation("Tampa Home Care", "64 Cypress Court", "Tampa", "Hillsborough", "FL", "33602", "USA"),
    SampleLocation("Toronto Office", "120 Lakeshore Walk", "Toronto", None, "ON", "M5J 2N8", "CAN"),
)

#: Index of the work location outside the United States; only one edge case works there.
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
