"""Customers who get no mail, and wallets beside the main one by their currency, found without reading all of them.

Revision 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index what few rows have; the main wallets have an index by currency already."""
    off, other = sa.text("NOT communications"), sa.text("NOT is_main")
    op.create_index("ix_customer_mail_off", "customer", ["id"], sqlite_where=off, postgresql_where=off)
    op.create_index("ix_wallet_other_currency", "wallet", ["currency", "customer_id"], sqlite_where=other, postgresql_where=other)
