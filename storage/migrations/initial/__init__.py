"""The tables of the first migration, by noun. They stay as they are: what changes later is a migration of its own."""
