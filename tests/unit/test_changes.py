from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs_domain.changes import (
    MAX_NOTE_LENGTH,
    ApplyTargetChange,
    CategoriesChange,
    Change,
    DescriptionChange,
    EmploymentTypesChange,
    HiringOrganizationChange,
    InvalidNote,
    LocationsChange,
    NotAChange,
    NoteToFollowers,
    SalaryChange,
    TitleChange,
    ValidThroughChange,
    WorkplaceTypeChange,
    apply,
    diff,
    merge,
)
from jobs_domain.posting_details import (
    ApplyByEmail,
    Description,
    EmploymentType,
    Location,
    PostingDetails,
    WorkplaceType,
)
from jobs_domain.salary import Salary, SalaryUnit
from jobs_domain.valid_through import ValidThrough
from tests.unit.examples import ANA, CLOSING, DETAILS
from tests.unit.strategies import changes, edits, posting_details

pytestmark = pytest.mark.unit

_MORE = Salary(minimum=Decimal(4000), maximum=None, currency="EUR", unit=SalaryUnit.MONTH)
_PARIS = (Location(country="FR", locality="Paris"),)
_IN_PARIS = ValidThrough(CLOSING, "Europe/Paris")
_PART_TIME = frozenset({EmploymentType.PART_TIME})
_CAKES = Description.of(html="<p>Bake cakes.</p>", summary="Bake cakes.")

ONE_OF_EACH: tuple[tuple[PostingDetails, Change], ...] = (
    (replace(DETAILS, title="Chef"), TitleChange(DETAILS.title, "Chef")),
    (replace(DETAILS, hiring_organization="Cake & Co"), HiringOrganizationChange("Bread & Co", "Cake & Co")),
    (replace(DETAILS, salary=_MORE), SalaryChange(DETAILS.salary, _MORE)),
    (replace(DETAILS, valid_through=_IN_PARIS), ValidThroughChange(DETAILS.valid_through, _IN_PARIS)),
    (replace(DETAILS, locations=_PARIS), LocationsChange(DETAILS.locations, _PARIS)),
    (
        replace(DETAILS, workplace_type=WorkplaceType.HYBRID),
        WorkplaceTypeChange(DETAILS.workplace_type, WorkplaceType.HYBRID),
    ),
    (replace(DETAILS, employment_types=_PART_TIME), EmploymentTypesChange(DETAILS.employment_types, _PART_TIME)),
    (replace(DETAILS, apply_to=ApplyByEmail(ANA)), ApplyTargetChange(DETAILS.apply_to, ApplyByEmail(ANA))),
    (replace(DETAILS, categories=frozenset()), CategoriesChange(DETAILS.categories, frozenset())),
    (replace(DETAILS, description=_CAKES), DescriptionChange(DETAILS.description, _CAKES)),
)


def _mixtures(one: PostingDetails, other: PostingDetails, data: st.DataObject) -> list[PostingDetails]:
    """Details with fields of both, and with a title or a salary of their own."""
    mixed = replace(one, title=other.title, categories=other.categories, salary=other.salary, apply_to=other.apply_to)
    return [mixed, replace(mixed, title="Something else", salary=_MORE), data.draw(posting_details())]


def _kind(case: object) -> str:
    return type(case).__name__


@pytest.mark.parametrize(("edited", "change"), ONE_OF_EACH, ids=_kind)
def test_each_field_has_its_own_change_with_the_old_and_the_new_value(edited: PostingDetails, change: Change) -> None:
    assert diff(DETAILS, edited) == (change,)
    assert apply(DETAILS, (change,)) == edited


def test_what_job_seekers_ask_first_comes_first() -> None:
    everything = apply(DETAILS, [change for _, change in ONE_OF_EACH])
    assert diff(DETAILS, everything) == tuple(change for _, change in ONE_OF_EACH)


@pytest.mark.parametrize("field", ["salary", "valid_through", "apply_to"])
def test_what_becomes_unknown_is_a_change_like_any_other(field: str) -> None:
    without = PostingDetails(
        title=DETAILS.title,
        hiring_organization=DETAILS.hiring_organization,
        description=DETAILS.description,
        workplace_type=DETAILS.workplace_type,
        employment_types=DETAILS.employment_types,
        locations=DETAILS.locations,
        salary=None if field == "salary" else DETAILS.salary,
        apply_to=None if field == "apply_to" else DETAILS.apply_to,
        valid_through=None if field == "valid_through" else DETAILS.valid_through,
        categories=DETAILS.categories,
    )
    (gone,) = diff(DETAILS, without)
    (back,) = diff(without, DETAILS)
    assert gone.new is None
    assert back.old is None
    assert type(gone) is type(back)


def test_the_same_salary_written_otherwise_is_no_change() -> None:
    cents = Salary(minimum=Decimal("3000.00"), maximum=Decimal("3500.00"), currency="EUR", unit=SalaryUnit.MONTH)
    assert diff(DETAILS, replace(DETAILS, salary=cents)) == ()


def test_the_order_of_locations_is_a_change() -> None:
    berlin, paris = Location(country="DE", locality="Berlin"), Location(country="FR", locality="Paris")
    old, new = replace(DETAILS, locations=(berlin, paris)), replace(DETAILS, locations=(paris, berlin))
    assert diff(old, new) == (LocationsChange((berlin, paris), (paris, berlin)),)


def test_a_change_from_a_value_to_itself_is_refused() -> None:
    with pytest.raises(NotAChange):
        TitleChange("Baker", "Baker")
    with pytest.raises(NotAChange):
        SalaryChange(None, None)


def test_changes_of_different_fields_differ_even_where_the_values_are_the_same() -> None:
    title: Change = TitleChange("a", "b")
    organization: Change = HiringOrganizationChange("a", "b")
    assert title != organization


def test_a_note_to_followers_may_be_empty_and_has_an_upper_limit() -> None:
    assert NoteToFollowers() == NoteToFollowers("")
    assert len(NoteToFollowers("ä" * MAX_NOTE_LENGTH).words) == MAX_NOTE_LENGTH
    with pytest.raises(InvalidNote, match=f"at most {MAX_NOTE_LENGTH} characters"):
        NoteToFollowers("ä" * (MAX_NOTE_LENGTH + 1))


@pytest.mark.parametrize(("edited", "change"), ONE_OF_EACH, ids=_kind)
def test_what_changes_and_changes_back_is_no_change(edited: PostingDetails, change: Change) -> None:
    assert merge((change,), diff(edited, DETAILS)) == ()
    assert merge((), (change,)) == merge((change,), ()) == (change,)


def test_two_edits_are_told_from_the_first_old_value_to_the_last_new_one() -> None:
    first = (TitleChange("Baker", "Bakers"), CategoriesChange(frozenset({"Food"}), frozenset()))
    second = (TitleChange("Bakers", "Chef"), SalaryChange(DETAILS.salary, _MORE))
    assert merge(first, second) == (
        TitleChange("Baker", "Chef"),
        SalaryChange(DETAILS.salary, _MORE),
        CategoriesChange(frozenset({"Food"}), frozenset()),
    )


@given(edits(), st.data())
def test_two_edits_merged_are_the_difference_from_before_the_first_to_after_the_second(
    edit: tuple[PostingDetails, PostingDetails], data: st.DataObject
) -> None:
    before, between = edit
    after = data.draw(st.sampled_from([before, between, *_mixtures(before, between, data)]))
    assert merge(diff(before, between), diff(between, after)) == diff(before, after)


@given(edits())
def test_the_changes_lead_from_the_old_to_the_new(edit: tuple[PostingDetails, PostingDetails]) -> None:
    old, new = edit
    assert apply(old, diff(old, new)) == new


@given(edits())
def test_the_way_back_is_the_changes_turned_round(edit: tuple[PostingDetails, PostingDetails]) -> None:
    old, new = edit
    there, back = diff(old, new), diff(new, old)
    assert [type(change) for change in there] == [type(change) for change in back]
    assert [(change.old, change.new) for change in there] == [(change.new, change.old) for change in back]


@given(posting_details())
def test_there_is_no_change_from_a_posting_to_itself(details: PostingDetails) -> None:
    assert diff(details, details) == ()
    assert apply(details, ()) == details


@given(edits())
def test_each_field_changes_at_most_once(edit: tuple[PostingDetails, PostingDetails]) -> None:
    kinds = [type(change) for change in diff(*edit)]
    assert len(kinds) == len(set(kinds))


@given(posting_details(), changes())
def test_a_change_touches_its_own_field_and_no_other(details: PostingDetails, change: Change) -> None:
    after = diff(details, apply(details, (change,)))
    assert [type(seen) for seen in after] in ([], [type(change)])
    assert all(seen.new == change.new for seen in after)
