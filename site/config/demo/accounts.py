"""The demo's accounts, and the one password of all, which is public."""

from typing import Final

PASSWORD: Final = "demo-only"  # noqa: S105
GROUPS: Final = {"publisher": "Publishers", "editor": "Editors"}
"""For each account's name: the group it is in."""
ADMINISTRATOR: Final = "administrator"
"""May do everything."""
