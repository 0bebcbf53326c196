"""Mail through the HTTP interface of a provider, with `django-anymail` (an optional extra).

Where the provider fills in what is personal by itself, a call takes many messages of one letter; elsewhere each message has its own.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final, override

import requests
from anymail.exceptions import (  # type: ignore[import-untyped]  # Anymail has neither types nor stubs
    AnymailAPIError,
    AnymailError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailSerializationError,
)
from anymail.message import AnymailMessage  # type: ignore[import-untyped]  # as above
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from notifications import answers
from notifications.answers import Accepted, Answer, Deferred, Refused, Unavailable
from notifications.letters import Letter, Message
from notifications.mailers.django_backend import HTML, email_of, headers_of
from notifications.mailers.port import Mailer, Result, Room
from notifications.mime import CannotBeSent
from notifications.personal import Personal, fill_text

TAKEN: Final = frozenset({"sent", "queued"})
NEVER: Final = frozenset({"invalid", "rejected"})
NOBODY: Final = frozenset({401, 402, 403, 404, 405, 429, 502, 503, 504})
"""HTTP (RFC 9110 §15, RFC 6585 §4) for: not this account, not under this address, too many requests, no service at present."""
NOT_NOW: Final = frozenset({408, 409, 425})

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Merging:
    """How a provider that replaces words in the message wants them written, and what else it would take for an instruction."""

    placeholder: str
    instruction: re.Pattern[str] | None = None
    extra: dict[str, str] = field(default_factory=dict)

    def suits(self, letter: Letter) -> bool:
        """Not if somebody has written what the provider would take for an instruction."""
        parts = (letter.subject, letter.text, letter.html)
        return self.instruction is None or not any(map(self.instruction.search, parts))


MERGING: Final = {
    "anymail.backends.mailgun.EmailBackend": Merging(
        "%recipient.{}%", instruction=re.compile(r"%(recipient|unsubscribe|mailing_list|tag_)")
    ),
    "anymail.backends.mailjet.EmailBackend": Merging("[[var:{}]]", instruction=re.compile(r"\[\[|\{\{|\{%")),
    "anymail.backends.sendgrid.EmailBackend": Merging("{}", extra={"merge_field_format": "{}"}),
}
"""By mail backend, from Anymail's documentation of each provider.

Not here are those that answer for all recipients at once (SparkPost), that cannot give each a header of its own (Mandrill, MailerSend,
Unisender Go), and that replace nothing but in templates that they keep (all others).
"""


class AnymailMailer(Mailer):
    """Keeps one session with the provider."""

    def __init__(self) -> None:
        self._merging: Merging | None = MERGING.get(settings.EMAIL_BACKEND)
        self._most = settings.MAIL_BATCH if self._merging else 1
        self._backend: BaseEmailBackend | None = None

    @property
    @override
    def connections(self) -> int:
        return self._most

    @override
    def send(self, messages: Iterator[Message], room: Room) -> Iterator[Sequence[Result]]:
        refusal: Unavailable | None = None
        while refusal is None:
            if not room.free:
                yield ()
                continue
            drawn: list[Message] = []
            while len(drawn) < self._most and room.free and (message := next(messages, None)) is not None:
                room.take()
                drawn.append(message)
            if not drawn:
                return
            for group in self._grouped(drawn):
                results = _same(refusal, group) if refusal else self._hand_over(group)
                yield results
                refusal = refusal or _refusal(results)

    @override
    def close(self) -> None:
        backend, self._backend = self._backend, None
        if backend is None:
            return
        try:
            backend.close()
        except Exception:  # whatever the library raises that the provider's backend uses
            logger.exception("The session with the mail provider did not end in good order")

    def _grouped(self, drawn: Sequence[Message]) -> Iterator[list[Message]]:
        """Messages of the same letter to different recipients, for as long as they come one after the other."""
        group: list[Message] = []
        for message in drawn:
            recipients = {other.recipient.casefold() for other in group}
            if group and not (
                self._merging is not None
                and message.letter is group[0].letter
                and message.recipient.casefold() not in recipients
                and self._merging.suits(message.letter)
            ):
                yield group
                group = []
            group.append(message)
        if group:
            yield group

    def _hand_over(self, group: Sequence[Message]) -> list[Result]:
        """In one call. If the provider refuses it, in two: it does not say whom it means, and has taken nothing."""
        answer = self._answer(group)
        if isinstance(answer, dict):
            return [Result(message.delivery_id, answer[message.recipient]) for message in group]
        if not isinstance(answer, Refused) or len(group) == 1:
            return _same(answer, group)
        middle = len(group) // 2
        results = self._hand_over(group[:middle])
        refusal = _refusal(results)
        return results + (_same(refusal, group[middle:]) if refusal else self._hand_over(group[middle:]))

    def _answer(self, group: Sequence[Message]) -> dict[str, Answer] | Answer:
        """By recipient, or the same for all of them."""
        try:
            backend = self._opened()
        except Exception as error:  # a setting is missing, or whatever else the provider's backend finds wrong
            logger.exception("The mail provider cannot be used")
            return answers.not_opened(error)
        try:
            email = self._email(group, backend)
        except CannotBeSent as error:
            return Refused(str(error))
        try:
            backend.send_messages([email])
        except AnymailRecipientsRefused:
            logger.debug("The mail provider refused all %d recipients", len(group))
        except (AnymailInvalidAddress, AnymailSerializationError) as error:
            return Refused(_words(error, group))
        except AnymailAPIError as error:
            return _meaning(error, group)
        except AnymailError as error:  # there is something in all our mails that the provider does not know
            return Unavailable(_words(error, group))
        except Exception as error:  # one message that cannot be sent may not keep the others from being sent
            logger.exception("Delivery %s cannot be sent", group[0].delivery_id)
            return Deferred(_words(error, group))
        told = email.anymail_status.recipients
        return {message.recipient: _of_status(told.get(message.recipient)) for message in group}

    def _opened(self) -> BaseEmailBackend:
        if self._backend is None:
            configured = getattr(settings, "ANYMAIL", {})
            timeout = float(configured.get("REQUESTS_TIMEOUT", settings.EMAIL_TIMEOUT))
            self._backend = get_connection(timeout=timeout)
        self._backend.open()
        return self._backend

    def _email(self, group: Sequence[Message], backend: BaseEmailBackend) -> AnymailMessage:
        """Raises `CannotBeSent`."""
        first = group[0]
        if len(group) == 1 or self._merging is None:
            email = email_of(first, backend)
            personally = {"headers": email.extra_headers, "metadata": _metadata(first)}
            ((html, _),) = email.alternatives
        else:
            stand_ins = {part: self._merging.placeholder.format(_key(first, part, "text")) for part in Personal}
            in_html = {part: self._merging.placeholder.format(_key(first, part, "html")) for part in Personal}
            email = email_of(first, backend)
            email.to = [email_of(message, backend).to[0] for message in group]
            email.body = fill_text(first.letter.text, first.letter.notification_id, stand_ins)
            html = fill_text(first.letter.html, first.letter.notification_id, in_html)
            personally = {
                "merge_data": {message.recipient: _values(message) for message in group},
                "merge_headers": {message.recipient: headers_of(message) for message in group},
                "merge_metadata": {message.recipient: _metadata(message) for message in group},
                "esp_extra": dict(self._merging.extra),
            }
        made = AnymailMessage(
            subject=email.subject,
            body=email.body,
            from_email=email.from_email,
            to=email.to,
            connection=backend,
            **personally,
        )
        made.attach_alternative(html, HTML)
        return made


def _key(message: Message, part: Personal, kind: str) -> str:
    """As unlikely to occur in a text as the mark is."""
    return f"{part.value}_{kind}_{message.letter.notification_id.hex}"


def _values(message: Message) -> dict[str, str]:
    texts = {_key(message, part, "text"): value for part, value in message.personal.items()}
    return texts | {_key(message, part, "html"): escape(value) for part, value in message.personal.items()}


def _metadata(message: Message) -> dict[str, str]:
    return {"delivery": str(message.delivery_id)}


def _of_status(told: object) -> Answer:
    status = getattr(told, "status", None)
    if status in TAKEN:
        return Accepted()
    words = f"The mail provider says of the recipient: {status}."
    return Refused(words) if status in NEVER else Deferred(words)


def _meaning(error: AnymailAPIError, group: Sequence[Message]) -> Answer:
    words = _words(error, group)
    code = error.status_code
    if code is None:
        return Deferred(words) if _may_have_arrived(error) else Unavailable(words)
    if code in NOBODY:
        return Unavailable(words)
    return Refused(words) if 400 <= code <= 499 and code not in NOT_NOW else Deferred(words)


def _may_have_arrived(error: Exception) -> bool:
    """Not if there was no connection."""
    return not isinstance(error, requests.ConnectionError | requests.ConnectTimeout)


def _words(error: Exception, group: Sequence[Message]) -> str:
    """Without the addresses: a provider may name somebody else's."""
    words = answers.cleaned(str(error) or type(error).__name__)
    for message in group:
        words = answers.without_address(words, message.recipient)
    return words


def _same(answer: Answer, group: Sequence[Message]) -> list[Result]:
    return [Result(message.delivery_id, answer) for message in group]


def _refusal(results: Sequence[Result]) -> Unavailable | None:
    return next((result.answer for result in results if isinstance(result.answer, Unavailable)), None)
