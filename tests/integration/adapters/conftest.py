"""Worlds in which the contracts are tested: in memory, and in Django's database."""

import pytest

from adapters.repositories import django_unit_of_work
from jobs_domain.ports import UnitOfWork
from tests.unit.fakes import InMemoryUnitOfWork


@pytest.fixture(params=["in memory", pytest.param("in the database", marks=pytest.mark.django_db)])
def unit_of_work(request: pytest.FixtureRequest) -> UnitOfWork:
    if request.param == "in memory":
        return InMemoryUnitOfWork()
    return django_unit_of_work
