"""Map your data: rows added, removed, saved and rejected, and custom fields found at Paycor."""

from dataclasses import dataclass

import pytest

from connector.core.model.attributes import CustomField, offered
from connector.core.model.settings import ListVersion, MappingRow, Policy, WhenNull
from connector.errors import SourceError, SourceForbidden
from connector.store import settings as stored_settings
from connector.store.tables.connection import Connection
from tests.web.conftest import Site

JOB = MappingRow("job_title", "job", WhenNull.KEEP)


def saved(site: Site) -> tuple[MappingRow, ...]:
    """The saved mapping."""
    return site.services.settings.mapping("hq")


def rows(*typed: tuple[str, str, str]) -> dict[str, list[str]]:
    """Rows as the browser sends them."""
    columns = zip(*typed, strict=True)
    return dict(zip(("attribute", "field_key", "when_null"), map(list, columns), strict=True))


@pytest.fixture
def mapped(site: Site) -> Site:
    """A connected portal with one row saved."""
    site.connect()
    site.services.settings.save_mapping("hq", "7", [JOB])
    return site


def test_a_portal_without_a_connection_has_nothing_to_map(site: Site) -> None:
    """The overview offers + Connect first."""
    assert site.client.get(site.url("/mapping")).headers["Location"] == site.url()


@pytest.mark.req("A30")
def test_add_new_mapping_adds_an_empty_row_and_saves_nothing(mapped: Site) -> None:
    """It also works without a script; what was typed so far stays."""
    text = mapped.post("/mapping", 200, **rows(("hire_date", "start", "clear")), add="1")

    assert text.count("data-cx-row>") == 3  # the typed row, the new one, and the template of the script
    assert '<option value="hire_date" selected>' in text
    assert "Nothing takes effect before Save changes" in text
    assert saved(mapped) == (JOB,)


@pytest.mark.req("A30")
def test_x_removes_a_row_and_saves_nothing(mapped: Site) -> None:
    """It removes the row whose X was pressed, and no other."""
    typed = rows(("job_title", "job", "keep"), ("hire_date", "start", "clear"))

    text = mapped.post("/mapping", 200, **typed, remove="0")

    assert '<option value="hire_date" selected>' in text
    assert '<option value="job_title" selected>' not in text
    assert saved(mapped) == (JOB,)


@pytest.mark.req("A30")
def test_save_changes_replaces_the_saved_rows(mapped: Site) -> None:
    """In the order of the page; empty rows are dropped."""
    typed = rows(("work_state", "region", "clear"), ("", "", "clear"), ("job_title", "job", "keep"))

    location = mapped.post("/mapping", 302, **typed)

    assert location == mapped.url("/mapping")
    assert saved(mapped) == (MappingRow("work_state", "region"), JOB)
    assert "The mapping is saved" in mapped.get("/mapping")


@pytest.mark.req("A30")
def test_saving_without_rows_ends_the_mapping(mapped: Site) -> None:
    """No rows are a valid mapping."""
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
    mapped: Site, typed: tuple[str, str, str], expected: str
) -> None:
    """The other rows stay as they were typed, and so does the wrong one."""
    text = mapped.post("/mapping", 200, **rows(("work_state", "region", "keep"), typed))

    assert expected in text
    assert text.count('class="cx-error"') == 1
    assert '<option value="work_state" selected>' in text
    assert saved(mapped) == (JOB,)


@pytest.mark.req("A31")
def test_attributes_have_their_standard_names(mapped: Site) -> None:
    """The whole catalogue is offered, and the page says that Paycor's labels may differ."""
    text = mapped.get("/mapping")

    assert all(f">{attribute.label}</option>" in text for attribute in offered(ListVersion.V1))
    assert "may differ from the labels you see in Paycor" in text


@pytest.mark.req("A32", "A33")
def test_a_choice_field_shows_a_warning(mapped: Site) -> None:
    """With its allowed values, in the rows that map to it and in no other."""
    mapped.services.settings.save_mapping("hq", "7", [JOB, MappingRow("work_state", "region")])

    first, second = mapped.get("/mapping").split("<tbody")[1].split("</tbody>")[0].split("data-cx-row>")[1:]

    assert "match exactly" not in first
    assert "match exactly" in second
    assert "South &amp; West" in second


def test_a_mapped_field_that_was_deleted_is_named(mapped: Site) -> None:
    """The row is not dropped silently."""
    mapped.lms.fields = ()

    assert "job (deleted)" in mapped.get("/mapping")


def test_the_page_says_that_the_lms_does_not_answer(mapped: Site) -> None:
    """It cannot be shown without the fields, so the error says to try again."""
    mapped.lms.is_up = False

    assert "The LMS did not answer within 30 seconds" in mapped.get("/mapping", 503)


@pytest.mark.req("A31", "B5")
def test_attributes_are_grouped_by_the_permission_that_they_need(mapped: Site) -> None:
    """The admin sees while choosing which permission a choice needs."""
    group = mapped.get("/mapping").split('label="Needs View Legal Entity Employees Position"')[1]

    assert 'value="job_title"' in group.split("</optgroup>")[0]
    assert 'value="hire_date"' not in group.split("</optgroup>")[0]


@dataclass
class FakeLookup:
    """A lookup of custom fields at Paycor."""

    site: Site
    problem: SourceError | None = None

    def __call__(self, portal_id: str, viewer_id: str | None) -> int:
        """Finds one field, unless there is a problem."""
        if self.problem:
            raise self.problem
        with self.site.database.writing() as session:
            row = session.query(Connection).one()
            stored_settings.set_custom_fields(row, [CustomField("LMS Group", "DropDownAlphaNumeric")])
        return 1


@pytest.fixture
def lookup(mapped: Site, monkeypatch: pytest.MonkeyPatch) -> FakeLookup:
    """The service with this lookup."""
    fake = FakeLookup(mapped)
    monkeypatch.setattr(mapped.services.options, "find_custom_fields", fake)
    return fake


@pytest.mark.req("A31")
def test_custom_fields_are_offered_after_a_lookup(mapped: Site, lookup: FakeLookup) -> None:
    """They can then be mapped; the lookup keeps typed rows and saves nothing of them."""
    assert "nobody has yet" in mapped.get("/mapping")

    text = mapped.post("/mapping", 200, **rows(("hire_date", "start", "clear")), look="1")

    assert "1 custom field found at Paycor" in text
    assert '<option value="hire_date" selected>' in text
    assert '<option value="custom:LMS Group">LMS Group</option>' in text
    assert saved(mapped) == (JOB,)
    mapped.post("/mapping", 302, **rows(("custom:LMS Group", "region", "clear")))
    assert saved(mapped) == (MappingRow("custom:LMS Group", "region"),)
    assert "nobody has yet" not in mapped.get("/mapping")


def test_a_failed_lookup_keeps_the_typed_rows(mapped: Site, lookup: FakeLookup) -> None:
    """The page says which permission is missing."""
    lookup.problem = SourceForbidden("The application lacks “Legal Entity CustomFields”.")

    text = mapped.post("/mapping", 200, **rows(("hire_date", "start", "clear")), look="1")

    assert "lacks “Legal Entity CustomFields”" in text
    assert '<option value="hire_date" selected>' in text


@pytest.mark.req("A31")
def test_an_attribute_of_the_other_list_stays_on_the_page(mapped: Site) -> None:
    """It is neither dropped silently nor saved again."""
    settings = mapped.services.settings
    settings.save_policy("hq", "7", Policy(list_version=ListVersion.V2), 2)
    settings.save_mapping("hq", "7", [MappingRow("second_last_name", "job")])
    settings.save_policy("hq", "7", Policy(), 2)

    text = mapped.get("/mapping")

    assert "Second last name (not in the list that is read)" in text
    assert "1 of 1 rows" in mapped.post("/mapping", 200, **rows(("second_last_name", "job", "clear")))
