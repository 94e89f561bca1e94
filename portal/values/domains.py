"""Domains of email addresses: read, compared, and known to be everybody's."""

import re

from portal.values.errors import BadValue
from portal.values.text import quoted

MAX_LENGTH = 253
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")

PUBLIC = frozenset(
    """
    aim.com aol.com bk.ru comcast.net cox.net daum.net duck.com fastmail.com fastmail.fm free.fr freenet.de gmail.com gmx.at gmx.ch
    gmx.com gmx.de gmx.net googlemail.com hanmail.net hey.com hotmail.co.uk hotmail.com hotmail.de hotmail.es hotmail.fr hotmail.it
    hushmail.com icloud.com inbox.ru interia.pl laposte.net libero.it list.ru live.co.uk live.com live.de live.fr live.nl mac.com
    mail.com mail.de mail.ru mailbox.org me.com msn.com naver.com o2.pl online.de orange.fr outlook.com outlook.de outlook.es
    outlook.fr pm.me posteo.de posteo.net proton.me protonmail.ch protonmail.com qq.com rediffmail.com rocketmail.com sfr.fr sina.com
    sohu.com t-online.de tuta.io tutanota.com uol.com.br verizon.net virgilio.it wanadoo.fr web.de wp.pl yahoo.ca yahoo.co.in
    yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.br yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com yandex.ru ya.ru yeah.net ymail.com
    zoho.com zohomail.com 126.com 139.com 163.com
    """.split()
)
"""Where anybody gets an address: no company speaks for them."""


def parse_domain(text: str) -> str:
    """Read a domain; it comes back in lower case and in ASCII (IDNA 2008).

    :raises BadValue: when it is none.
    """
    name = text.strip().removeprefix("@").rstrip(".").lower()
    if "@" in name:
        raise BadValue(f"Leave out the part before the @: {name.rpartition('@')[2]}.", name.rpartition("@")[2])
    if not name.isascii():
        name = _in_ascii(name)
    labels = name.split(".")
    if len(name) > MAX_LENGTH or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise BadValue(f"{quoted(text.strip())} is no domain of email addresses, as in example.com.")
    return name


def parse_domains(text: str) -> list[str]:
    """Read domains with spaces, commas or line ends between them, each once and in order.

    :raises BadValue: for the first that is none.
    """
    return sorted({parse_domain(part) for part in re.split(r"[\s,;]+", text) if part})


def domain_of(email: str) -> str:
    """Give the domain of an address as `parse_domain` gives it; nothing where it has none."""
    try:
        return parse_domain(email.rpartition("@")[2])
    except BadValue:
        return ""


def _in_ascii(name: str) -> str:
    import idna  # with the tables of all scripts, which hardly a domain needs

    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""
