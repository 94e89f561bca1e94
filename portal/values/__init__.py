"""Plain values: money, countries, tax IDs, time, tokens. They know neither the web nor the database."""
