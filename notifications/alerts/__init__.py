"""New postings for those who follow a search.

A posting that comes onto the list finds the searches that show it (`matching.py`), which are kept by their anchors (`followed.py`). Each
follower is told at once, once a day or once a week, of all that their searches have found, in one mail (`telling.py`).
"""

from typing import Final

TURN: Final = "match searches"
"""Who adds searches or matches takes turns: none is added while somebody is told, and ids go up in the order of commits."""
