from dataclasses import dataclass

import pytest

from connector.core.model.attributes import CustomField, offered
from connector.core.model.settings import ListVersion, MappingRow, Policy, WhenNull
from connector.errors import SourceError, SourceForbidden
from connector.store.connection import connections
from connector.store.tables.connection import Connection
from tests.web.conftest import Desk

JOB = MappingRow("job_title", "job", WhenNull.KEEP)


def saved(desk: Desk) -> tuple[MappingRow, ...]:
    """The mapping as it is kept."""
    return desk.services.settings.mapping("hq")


def rows(*typed: tuple[str, str, str]) -> dict[str, list[str]]:
    """Rows as the browser sends them."""
    columns = zip(*typed, strict=True)
    return dict(zip(("attribute", "field_key", "when_null"), map(list, columns), strict=True))


@pytest.fixture
def mapped(desk: Desk) -> Desk:
    """A connected portal with one row saved."""
    desk.connect()
    desk.services.settings.save_mapping("hq", "7", [JOB])
    return desk


def test_a_portal_without_a_connection_has_nothing_to_map(desk: Desk) -> None:
    """The way there leads over + Connect."""
    assert desk.client.get(desk.url("/mapping")).headers["Location"] == desk.url()


@pytest.mark.req("A30")
def test_add_new_mapping_adds_an_empty_row_and_saves_nothing(mapped: Desk) -> None:
    """Without a script too; what was typed so far stays."""
    text = mapped.post("/mapping", 200, **rows(("hire_date", "start", "clear")), add="1")

    assert text.count("data-cx-row>") == 3  # the typed row, the new one, and the template of the script
    assert '<option value="hire_date" selected>' in text
    assert "Nothing takes effect before Save changes" in text
    assert saved(mapped) == (JOB,)


@pytest.mark.req("A30")
def test_x_takes_a_row_away_and_saves_nothing(mapped: Desk) -> None:
    """The row whose X was pressed, and no other."""
    typed = rows(("job_title", "job", "keep"), ("hire_date", "start", "clear"))

    text = mapped.post("/mapping", 200, **typed, remove="0")

    assert '<option value="hire_date" selected>' in text
    assert '<option value="job_title" selected>' not in text
    assert saved(mapped) == (JOB,)


@pytest.mark.req("A30")
def test_save_changes_puts_the_rows_in_the_place_of_the_old_ones(mapped: Desk) -> None:
    """In their order; rows left empty count for nothing."""
    typed = rows(("work_state", "region", "clear"), ("", "", "clear"), ("job_title", "job", "keep"))

    location = mapped.post("/mapping", 302, **typed)

    assert location == mapped.url("/mapping")
    assert saved(mapped) == (MappingRow("work_state", "region"), JOB)
    assert "The mapping is saved" in mapped.get("/mapping")


@pytest.mark.req("A30")
def test_taking_every_row_away_and_saving_ends_the_mapping(mapped: Desk) -> None:
    """No rows are an answer too."""
    mapped.post("/mapping")

    assert saved(mapped) == ()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param(("job_title", "", "clear"), "Choose an attribute and a field", id="no field"),
        pytest.param(("", "job", "clear"), "Choose an attribute and a field", id="no attribute"),
        pytest.param(("salary", "start", "clear"), "1 of 2 rows", id="no such attribute"),
        pytest.param(("job_title", "gone", "clear"), "1 of 2 rows", id="a deleted field"),
    ],
)
def test_a_wrong_row_is_marked_and_nothing_is_saved(
    mapped: Desk, typed: tuple[str, str, str], expected: str
) -> None:
    """The other rows stay as they were typed, and so does the wrong one."""
    text = mapped.post("/mapping", 200, **rows(("work_state", "region", "keep"), typed))

    assert expected in text
    assert text.count('class="cx-error"') == 1
    assert '<option value="work_state" selected>' in text
    assert saved(mapped) == (JOB,)


@pytest.mark.req("A31")
def test_attributes_go_by_their_standard_names(mapped: Desk) -> None:
    """Every one of the catalogue is offered, and the page says that Paycor's labels may differ."""
    text = mapped.get("/mapping")

    assert all(f">{attribute.label}</option>" in text for attribute in offered(ListVersion.V1))
    assert "may differ from the labels you see in Paycor" in text


@pytest.mark.req("A32", "A33")
def test_the_warning_stands_beside_a_choice_field(mapped: Desk) -> None:
    """With its allowed values, in the row that is mapped onto it and in no other."""
    mapped.services.settings.save_mapping("hq", "7", [JOB, MappingRow("work_state", "region")])

    first, second = mapped.get("/mapping").split("<tbody")[1].split("</tbody>")[0].split("data-cx-row>")[1:]

    assert "match exactly" not in first
    assert "match exactly" in second
    assert "South &amp; West" in second


def test_a_mapped_field_that_was_deleted_is_named(mapped: Desk) -> None:
    """It is not dropped behind the admin's back."""
    mapped.lms.fields = ()

    assert "job (deleted)" in mapped.get("/mapping")


def test_an_lms_that_does_not_answer_is_said_so(mapped: Desk) -> None:
    """The page cannot do without the fields; the error says that time will mend it."""
    mapped.lms.answers = False

    assert "The LMS did not answer within 30 seconds" in mapped.get("/mapping", 503)


@pytest.mark.req("A31", "B5")
def test_attributes_stand_under_the_permission_that_they_need(mapped: Desk) -> None:
    """The admin sees what a choice costs while choosing."""
    group = mapped.get("/mapping").split('label="Needs View Legal Entity Employees Position"')[1]

    assert 'value="job_title"' in group.split("</optgroup>")[0]
    assert 'value="hire_date"' not in group.split("</optgroup>")[0]


@dataclass
class Looking:
    """A Paycor whose custom fields are looked for."""

    desk: Desk
    problem: SourceError | None = None

    def __call__(self, portal_id: str, viewer_id: str | None) -> int:
        """One field is found, unless there is a problem."""
        if self.problem:
            raise self.problem
        with self.desk.database.writing() as session:
            row = session.query(Connection).one()
            connections.set_custom_fields(row, [CustomField("LMS Group", "DropDownAlphaNumeric")])
        return 1


@pytest.fixture
def looking(mapped: Desk, monkeypatch: pytest.MonkeyPatch) -> Looking:
    """The service, with this Paycor behind it."""
    found = Looking(mapped)
    monkeypatch.setattr(mapped.services.settings, "look_for_custom_fields", found)
    return found


@pytest.mark.req("A31")
def test_custom_fields_are_offered_once_somebody_has_looked(mapped: Desk, looking: Looking) -> None:
    """They can be mapped then; rows that were typed stay, and nothing is saved by looking."""
    assert "nobody has yet" in mapped.get("/mapping")

    text = mapped.post("/mapping", 200, **rows(("hire_date", "start", "clear")), look="1")

    assert "1 custom field found at Paycor" in text
    assert '<option value="hire_date" selected>' in text
    assert '<option value="custom:LMS Group">LMS Group</option>' in text
    assert saved(mapped) == (JOB,)
    mapped.post("/mapping", 302, **rows(("custom:LMS Group", "region", "clear")))
    assert saved(mapped) == (MappingRow("custom:LMS Group", "region"),)
    assert "nobody has yet" not in mapped.get("/mapping")


def test_a_paycor_that_cannot_be_asked_costs_no_typed_row(mapped: Desk, looking: Looking) -> None:
    """What is missing is said on the page."""
    looking.problem = SourceForbidden("The application lacks “Legal Entity CustomFields”.")

    text = mapped.post("/mapping", 200, **rows(("hire_date", "start", "clear")), look="1")

    assert "lacks “Legal Entity CustomFields”" in text
    assert '<option value="hire_date" selected>' in text


@pytest.mark.req("A31")
def test_an_attribute_of_the_list_that_is_not_read_stays_on_the_page(mapped: Desk) -> None:
    """It is neither dropped behind the admin's back nor saved again."""
    configuring = mapped.services.settings
    configuring.save_policy("hq", "7", Policy(list_version=ListVersion.V2), 2)
    configuring.save_mapping("hq", "7", [MappingRow("second_last_name", "job")])
    configuring.save_policy("hq", "7", Policy(), 2)

    text = mapped.get("/mapping")

    assert "Second last name (not in the list that is read)" in text
    assert "1 of 1 rows" in mapped.post("/mapping", 200, **rows(("second_last_name", "job", "clear")))
