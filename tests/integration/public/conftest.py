"""People at their keyboards."""

from tests.integration.cms.conftest import publisher

__all__ = ["publisher"]
