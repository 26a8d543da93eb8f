import pytest
from flask import Flask

from connector.core.model.account import Field, FieldType
from connector.core.ports.host import Host
from connector.sandbox.lms.db.tables import Course, Group, OutboxMail
from tests.sandbox.lms.groups.test_rules import courses_of
from tests.sandbox.lms.rows import account, add, count, new
from tests.sandbox.lms.visitor import NORTHFIELD, admin

FIELDS = f"{NORTHFIELD}/settings/fields"
COURSES = f"{NORTHFIELD}/learning/courses"
GROUPS = f"{NORTHFIELD}/learning/groups"

GOOD = {
    FieldType.STRING: ("", "anything", None),
    FieldType.DECIMAL: ("", "1.5", "1,5"),
    FieldType.INTEGER: ("", "-3", "3.0"),
    FieldType.DATE: ("", "2026-02-28", "2026-02-29"),
    FieldType.STRING_CHOICE: ("North\nSouth\n\nNorth", "South", "south"),
    FieldType.DECIMAL_CHOICE: ("0.5\n1.0", "1.0", "1"),
    FieldType.INTEGER_CHOICE: ("1\n2", "2", "3"),
}


@pytest.mark.req("A34")
@pytest.mark.parametrize("field_type", list(FieldType))
def test_a_field_of_each_type_is_made_and_keeps_its_kind_of_value(
    app: Flask, host: Host, field_type: FieldType
) -> None:
    """All seven types: what fits is stored, what does not is refused, by the connector as by hand."""
    choices, good, bad = GOOD[field_type]

    admin(app).post(f"{FIELDS}/new", {"label": "Außen Wert", "type": field_type.value, "choices": choices})

    made = next(field for field in host.fields() if field.label == "Außen Wert")
    kept = tuple(dict.fromkeys(choices.split()))
    assert made == Field("auen_wert", "Außen Wert", field_type, required=False, choices=kept)
    assert account(host, add(host, new("ada", {made.key: good}))).fields[made.key] == good
    if bad is not None:
        refused = host.create([new("bea", {made.key: bad})])[0]
        assert refused.code == ("field.choice" if field_type.is_choice else "field.type")


@pytest.mark.req("A34")
@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"label": "", "type": "string"}, "This field is required."),
        ({"label": "Region", "type": "string_choice"}, "Write at least one value."),
        ({"label": "Region", "type": "string", "choices": "North"}, "Only the three types with a list"),
        ({"label": "Size", "type": "integer_choice", "choices": "1\ntwo"}, "Each value must be a number"),
        ({"label": "Size", "type": "colour"}, "Not a valid choice"),
    ],
)
def test_a_field_that_makes_no_sense_is_not_made(
    app: Flask, host: Host, form: dict[str, str], problem: str
) -> None:
    """The form comes back and says what is missing."""
    before = host.fields()

    response = admin(app).post(f"{FIELDS}/new", form)

    assert (response.status_code, problem in response.text) == (200, True)
    assert host.fields() == before


def test_two_fields_of_one_label_have_keys_of_their_own(app: Flask, host: Host) -> None:
    """A key is never shared, and a label in another script still gets one."""
    visitor = admin(app)
    for label in ("Region", "Region", "部門"):
        visitor.post(f"{FIELDS}/new", {"label": label, "type": "string"})

    assert {"region", "region_2", "field"} <= {field.key for field in host.fields()}


def test_a_field_keeps_its_type_and_values_when_it_is_edited(app: Flask, host: Host) -> None:
    """Label and choices change; a value that is no longer listed stays until a user changes it."""
    user_id = add(host, new("ada", {"work_state": "OH"}))

    admin(app).post(f"{FIELDS}/3", {"label": "State", "type": "date", "choices": "TX\nCA"})

    edited = next(field for field in host.fields() if field.key == "work_state")
    assert (edited.label, edited.type, edited.choices) == ("State", FieldType.STRING_CHOICE, ("TX", "CA"))
    assert account(host, user_id).fields["work_state"] == "OH"


def test_a_deleted_field_takes_its_values_along(app: Flask, host: Host) -> None:
    """A field that is created again under the same label starts empty for all users."""
    user_id = add(host, new("ada", {"job_title": "Nurse"}))
    visitor = admin(app)

    visitor.post(f"{FIELDS}/1/delete")
    visitor.post(f"{FIELDS}/new", {"label": "Job title", "type": "string"})

    assert account(host, user_id).fields["job_title"] is None


def test_a_required_field_must_be_filled(app: Flask, host: Host) -> None:
    """A new user needs a value, an existing one cannot lose it."""
    admin(app).post(f"{FIELDS}/1", {"label": "Job title", "required": "y"})

    assert host.create([new("ada")])[0].code == "field.required"
    assert host.create([new("ada", {"job_title": "Nurse"})])[0].code == ""


@pytest.mark.req("A36")
def test_a_course_of_a_group_enrols_its_members_now_and_later(app: Flask, host: Host) -> None:
    """Members there are and members to come."""
    early = add(host, new("early", {"work_state": "OH"}))
    ohio = 2

    admin(app).post(f"{COURSES}/new", {"title": "Privacy", "summary": "Short.", "groups": [ohio]})
    late = add(host, new("late", {"work_state": "OH"}))

    assert "Privacy" in courses_of(app, early)
    assert "Privacy" in courses_of(app, late)


def test_a_course_that_a_group_has_lost_is_not_taken_from_its_members(app: Flask, host: Host) -> None:
    """No user is newly enrolled, and no enrolment ends."""
    early = add(host, new("early", {"work_state": "OH"}))

    admin(app).post(f"{COURSES}/2", {"title": "Ohio basics", "groups": []})
    late = add(host, new("late", {"work_state": "OH"}))

    assert (courses_of(app, early), courses_of(app, late)) == (["Ohio basics"], [])


@pytest.mark.parametrize(
    ("path", "form", "problem", "model", "rows"),
    [
        (GROUPS, {"name": "Ohio"}, "There is a group with this name.", Group, 4),
        (GROUPS, {"name": ""}, "This field is required.", Group, 4),
        (
            f"{COURSES}/new",
            {"title": "Harassment prevention Ohio"},
            "There is a course with this title.",
            Course,
            4,
        ),
        (f"{GROUPS}/1", {"email": "nobody@x.example"}, "Nobody in this portal has this address.", Group, 4),
    ],
)
def test_names_are_used_once(
    app: Flask, path: str, form: dict[str, str], problem: str, model: type[Group | Course], rows: int
) -> None:
    """The form comes back with the reason, and nothing is made."""
    response = admin(app).post(path, form)

    assert (response.status_code, problem in response.text) == (200, True)
    assert count(app, model) == rows


def test_a_group_comes_and_goes(app: Flask) -> None:
    """A group that is deleted takes its rules along, not the people's courses."""
    visitor = admin(app)
    visitor.post(GROUPS, {"name": "Drivers"})
    assert "Drivers" in visitor.read(GROUPS)

    visitor.post(f"{GROUPS}/2/delete")

    assert "Ohio</a>" not in visitor.read(GROUPS)
    assert "“OH”" not in visitor.read(f"{NORTHFIELD}/learning/rules")


def test_a_portal_is_renamed_and_moved(app: Flask) -> None:
    """Name and time zone are the admin's; a zone that does not exist is refused."""
    visitor = admin(app)
    page = f"{NORTHFIELD}/settings/portal"

    visitor.post(page, {"name": "Northfield College", "time_zone": "Europe/Berlin"})
    refused = visitor.post(page, {"name": "X", "time_zone": "Mars/Olympus"})

    assert "Northfield College" in visitor.read(page)
    assert "Not a valid choice" in refused.text


def test_an_empty_outbox_says_so(app: Flask) -> None:
    """Nothing was written by the seed."""
    assert count(app, OutboxMail) == 0
    assert "No mail has been written yet." in admin(app).read(f"{NORTHFIELD}/settings/outbox")
