"""Numbers in words, as all of these screens say them."""


def messages(number: int) -> str:
    return _counted(number, "message")


def followers(number: int) -> str:
    return _counted(number, "follower")


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
