"""What name servers said of a sender's records, set against what was to be published; in words."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from portal.domain.senders.records import doubled, key_name, policy_questions, returning_domain, spf_mechanism
from portal.model import Sender
from portal.values.dkim import STRING, read_tags, same_key
from portal.values.dns import Answer, Question
from portal.values.domains import domain_of

Answers = dict[Question, Answer]
SHOWN = 3
LONGEST = 500


@dataclass(frozen=True)
class Finding:
    """What was found of one record: `state` is published, missing, wrong, unsure or unreachable; `found` are records as they stand."""

    what: str
    name: str
    state: str
    words: str
    found: tuple[str, ...] = ()

    def kept(self) -> dict:
        """Give it as the sender's report keeps it."""
        return asdict(self) | {"found": [text[:LONGEST] for text in self.found[:SHOWN]]}


def judge(sender: Sender, answers: Answers, *, relay: str, returns: str = "") -> list[Finding]:
    """Judge every record that was asked for."""
    domain, returning = domain_of(sender.address), returning_domain(sender, returns)
    found = []
    if sender.dkim_selector:
        found.append(_key("dkim", key_name(sender), sender.dkim_public_key, answers, doubled(sender)))
    if sender.dkim_next_selector:
        name, other = key_name(sender, new=True), doubled(sender, new=True)
        found.append(_key("next", name, sender.dkim_next_public_key, answers, other))
    found.append(_asked("spf", Question(returning, "TXT"), answers, lambda texts: _servers(texts, spf_mechanism(relay))))
    found.append(_policy(domain, answers))
    found.append(_asked("mx", Question(returning, "MX"), answers, _mailbox))
    return found


def _asked(what: str, question: Question, answers: Answers, told: Callable) -> Finding:
    """Judge the answer to one question, unless there is none."""
    answer = answers.get(question, Answer(silence="Nobody was asked."))
    if answer.silence:
        return Finding(what, question.name, "unreachable", answer.silence)
    state, words, *found = told(answer.found)
    return Finding(what, question.name, state, words, tuple(found))


def _key(what: str, name: str, public: str, answers: Answers, other: str) -> Finding:
    def told(texts: tuple[str, ...]) -> tuple:
        keys = [text for text in texts if "p=" in text or text.lstrip('" ').lower().startswith("v=dkim1")]
        if len(keys) > 1:
            return "wrong", f"{len(keys)} keys stand at this name, and receivers cannot tell which one counts. Leave one.", *keys
        if keys:
            return _one_key(keys[0], public)
        if texts:
            return "wrong", "What stands at this name is no key.", *texts
        astray = [text for text in answers.get(Question(other, "TXT"), Answer()).found if "p=" in text]
        if astray:
            short = name.removesuffix("." + other.removeprefix(name + "."))
            return "wrong", f"It stands at {other}: your provider adds the domain by itself. Write the name as {short}.", *astray
        return "missing", "No record stands at this name yet."

    return _asked(what, Question(name, "TXT"), answers, told)


def _one_key(text: str, public: str) -> tuple:
    """Judge the one key that stands there (RFC 6376, 3.6.1)."""
    tags = read_tags(text)
    found = tags.get("p", "")
    if text.strip().startswith('"'):
        words = "Quotation marks became part of the record. Publish it without them."
    elif "v" in tags and (tags["v"] != "DKIM1" or not text.lstrip().startswith("v")):
        words = "The record does not begin with v=DKIM1."
    elif "p" not in tags or not found:
        words = "The record says that this key is revoked: nothing stands behind p=."
    elif not same_key(found, public):
        if len(found) < len(public) and public.startswith(found):
            words = f"The key breaks off after {len(found)} of {len(public)} signs. Publish it in strings of at most {STRING}."
        else:
            words = "Another key stands at this name. Copy the value once more."
    elif tags.get("k", "rsa") != "rsa":
        words = f"The record calls this a key of the kind {tags['k'][:20]}; it is k=rsa."
    elif "h" in tags and "sha256" not in tags["h"].lower().split(":"):
        words = "The record does not allow sha256 (h=), which mail is signed with. Leave out h=."
    elif "s" in tags and not {"*", "email"} & set(tags["s"].lower().split(":")):
        words = "The record says that this key is not for mail (s=). Leave out s=."
    elif "y" in tags.get("t", "").lower().split(":"):
        words = "The record says that signing is only being tried (t=y), so the signature counts for nothing. Leave out t=y."
    else:
        return "published", "The record stands, and it is the right one.", text
    return "wrong", words, text


def _servers(texts: tuple[str, ...], mechanism: str) -> tuple:
    """Judge SPF (RFC 7208)."""
    policies = [text for text in texts if text.lower().split(" ")[0] == "v=spf1"]
    if not policies:
        return "missing", "No record says which servers send for this domain."
    if len(policies) > 1:
        return "wrong", f"{len(policies)} records begin with v=spf1, and then none of them counts. Make one of them.", *policies
    terms = [term.lstrip("+").lower() for term in policies[0].split()[1:]]
    if mechanism and mechanism.lower() in terms:
        return "published", f"The record names {mechanism}.", policies[0]
    if not mechanism:
        return (
            "unsure",
            "A record stands. Whether it names the server that your mail leaves from, see for yourself.",
            policies[0],
        )
    if any(term.startswith(("include:", "redirect=")) for term in terms):
        return "unsure", f"A record stands that does not name {mechanism} itself; what it includes may.", policies[0]
    return "wrong", f"The record does not name {mechanism}, so mail from there fails it.", policies[0]


def _policy(domain: str, answers: Answers) -> Finding:
    """Judge DMARC (RFC 7489, 6.6.3): the nearest record counts."""
    asked = policy_questions(domain)
    for question in asked:
        answer = answers.get(question, Answer(silence="Nobody was asked."))
        if answer.silence:
            return Finding("dmarc", question.name, "unreachable", answer.silence)
        policies = tuple(text for text in answer.found if text.replace(" ", "").lower().startswith("v=dmarc1"))
        if len(policies) > 1:
            return Finding(
                "dmarc", question.name, "wrong", f"{len(policies)} policies stand here, and then none counts. Leave one.", policies
            )
        if policies:
            policy = read_tags(policies[0]).get("p", "").lower()
            if policy not in {"none", "quarantine", "reject"}:
                return Finding("dmarc", question.name, "wrong", "The policy says nothing: p= is none, quarantine or reject.", policies)
            return Finding("dmarc", question.name, "published", f"A policy stands at {question.name}: p={policy}.", policies)
    return Finding(
        "dmarc", asked[0].name, "missing", "No policy stands for this domain. Gmail and Yahoo ask those who write to many for one."
    )


def _mailbox(hosts: tuple[str, ...]) -> tuple:
    """Judge whether mail to the domain reaches anybody (RFC 5321, 5.1; RFC 7505)."""
    if not hosts:
        return "missing", "No mail server is named for this domain: what comes back, and what is answered, may reach nobody."
    if all(host.split()[-1] == "." for host in hosts):
        return "wrong", "The domain says that it takes no mail. Bounces and answers get lost.", *hosts
    return "published", f"Mail to the domain is taken by {hosts[0].split()[-1].rstrip('.')}.", *hosts
