"""Column types that mean the same on both stores, as migrations write them."""

import sqlalchemy as sa

# SQLite counts up only what is declared INTEGER, which has 64 bits there.
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
