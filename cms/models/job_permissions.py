"""What somebody may do with a posting."""

from __future__ import annotations

from typing import override

from wagtail.models import PagePermissionTester


class PostingPermissions(PagePermissionTester):
    """Wagtail's rules. Of a page with nothing below it no query is needed to see whether something below it is public."""

    @override
    def can_delete(self, ignore_bulk: bool = False) -> bool:
        rights: frozenset[str] = frozenset(getattr(self, "permissions", ()))  # administrators have no list of them
        if not rights or not self.page.is_leaf():
            return bool(super().can_delete(ignore_bulk))
        if "publish" not in rights and self.page.live:
            return False
        return "change" in rights or ("add" in rights and self.page.owner_id == self.user.pk)  # type: ignore[attr-defined]  # stub gap
