"""Schema changes, run by ``bot.edges.store.opening`` when a database is older than the program."""
