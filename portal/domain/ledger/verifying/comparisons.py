"""What the database compares by itself: statements that give the wallets, as 32 hexadecimal digits, in which something differs.

They are written once for both databases; what these say differently stands in braces and is put in by `written`.
"""

import re

from sqlalchemy import Connection

from portal.domain.ledger.verifying.record import IMPORTED, MOVED

_LINES = """
    SELECT {hex:e.wallet_id}
    FROM wallet_entry e {join:wallet w:w.id = e.wallet_id}
    WHERE coalesce((
        SELECT sum(l.credit - l.debit)
            || ' ' || sum(CASE WHEN l.account = 'wallet_liability' AND l.wallet_id = e.wallet_id THEN l.credit - l.debit ELSE 0 END)
            || ' ' || sum(CASE WHEN l.currency = w.currency THEN 0 ELSE 1 END)
        FROM journal_line l WHERE l.journal_entry_id = e.journal_entry_id
    ), '') <> '0 ' || e.amount || ' 0'
"""
_CREDIT = """
    SELECT {hex:e.wallet_id}
    FROM wallet_entry e LEFT JOIN credit_grant g ON g.entry_id = e.id
    WHERE coalesce(g.amount, 0) - coalesce((SELECT sum(u.amount) FROM grant_use u WHERE u.entry_id = e.id), 0)
        <> {max:e.balance_after} - {max:e.balance_after - e.amount}
        OR g.amount <> e.amount OR g.wallet_id <> e.wallet_id OR g.seq <> e.seq
"""
_USES = """
    SELECT {hex:g.wallet_id}
    FROM (
        SELECT grant_id, entry_id, seq, remaining_after, sum(amount) OVER (PARTITION BY grant_id ORDER BY seq, id) AS taken FROM grant_use
    ) u {join:credit_grant g:g.id = u.grant_id} {join:wallet_entry e:e.id = u.entry_id}
    WHERE (u.remaining_after <> g.amount - u.taken OR e.seq <> u.seq OR e.wallet_id <> g.wallet_id)
"""
_GRANTS = """
    SELECT {hex:g.wallet_id}
    FROM credit_grant g LEFT JOIN (
        SELECT grant_id, sum(amount) AS taken, max(seq) AS last FROM grant_use GROUP BY grant_id
    ) u ON u.grant_id = g.id
    WHERE g.remaining <> g.amount - coalesce(u.taken, 0)
        OR coalesce(g.emptied_seq, 0) <> CASE WHEN g.remaining = 0 THEN coalesce(u.last, g.seq) ELSE 0 END
"""
_WALLETS = """
    SELECT {hex:w.id} FROM wallet w
    WHERE w.balance < w.floor OR (w.seq = 0 AND w.balance <> 0)
        OR coalesce((SELECT sum(g.remaining) FROM credit_grant g WHERE g.wallet_id = w.id AND g.emptied_seq IS NULL), 0) <> {max:w.balance}
        OR w.seq > 0 AND NOT EXISTS (SELECT 1 FROM wallet_entry e WHERE e.wallet_id = w.id AND e.seq = w.seq)
"""
_REVERSALS = """
    SELECT {hex:e.wallet_id}
    FROM journal_entry j {join:wallet_entry e:e.journal_entry_id = j.id}
        LEFT JOIN wallet_entry o ON o.journal_entry_id = j.reverses_id LEFT JOIN journal_entry oj ON oj.id = j.reverses_id
    WHERE {set:j.reverses_id}
        AND (o.id IS NULL OR o.amount <> -e.amount OR o.wallet_id <> e.wallet_id OR oj.reverses_id IS NOT NULL)
"""
_TRANSFERS = """
    SELECT {hex:e.wallet_id}
    FROM (
        SELECT j.transfer_id
        FROM journal_entry j {join:wallet_entry e:e.journal_entry_id = j.id} {join:wallet w:w.id = e.wallet_id}
        WHERE {set:j.transfer_id} GROUP BY j.transfer_id
        HAVING sum(e.amount) <> 0 OR count(*) < 2 OR min(w.currency) <> max(w.currency)
    ) t JOIN journal_entry j ON j.transfer_id = t.transfer_id JOIN wallet_entry e ON e.journal_entry_id = j.id
"""

EVENTS = f"""
    SELECT CASE WHEN action IN {IMPORTED} THEN {{hex:customer_id}} || ':' || {{fact:currency}} ELSE replace({{fact:entry_id}}, '-', '') END
        AS token
    FROM audit_event
    WHERE action IN {MOVED} OR action IN {IMPORTED} AND coalesce(CAST({{fact:amount}} AS TEXT), '0') <> '0'
    ORDER BY {{lies:id}}
"""
UNRECORDED = f"""
    SELECT {{hex:e.wallet_id}}
    FROM journal_entry j JOIN wallet_entry e ON e.journal_entry_id = j.id JOIN wallet w ON w.id = e.wallet_id
        LEFT JOIN (SELECT token, count(*) AS times FROM ({EVENTS}) told GROUP BY token) t
        ON t.token = CASE WHEN j.key_scope = 'import' THEN {{hex:j.customer_id}} || ':' || w.currency ELSE {{hex:e.id}} END
    WHERE coalesce(t.times, 0) <> 1
"""

COMPARISONS = (_LINES, _CREDIT, _USES, _GRANTS, _WALLETS, _REVERSALS, _TRANSFERS)

ORPHANS = """
    SELECT {hex:j.id} FROM journal_entry j WHERE (SELECT count(*) FROM wallet_entry e WHERE e.journal_entry_id = j.id) <> 1
"""

_WORDS = {
    "sqlite": {
        "hex": "{0}",
        "moment": "substr({0}, 1, 10) || 'T' || substr({0}, 12) || 'Z'",
        "join": "CROSS JOIN {0} ON {1}",  # SQLite keeps to the order in which these are written
        "fact": "(facts ->> '$.{0}')",
        "max": "max({0}, 0)",
        "set": "{0} > ''",  # a range, which an index answers
        "order": "ORDER BY {0}.rowid",
        "lies": "rowid",
    },
    "postgresql": {
        "hex": "replace({0}::text, '-', '')",
        "moment": "to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
        "join": "JOIN {0} ON {1}",
        "fact": "(facts ->> '{0}')",
        "max": "greatest({0}, 0)",
        "set": "{0} IS NOT NULL",
        "order": "ORDER BY {0}.wallet_id, {0}.seq",
        "lies": "{0}",
    },
}


def written(connection: Connection, statement: str) -> str:
    """Write a statement for the database at hand."""
    words = _WORDS[connection.dialect.name]
    return re.sub(r"\{(\w+):([^:}]*)(?::([^}]*))?\}", lambda found: words[found[1]].format(found[2], found[3]), statement)
