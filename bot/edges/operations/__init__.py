"""For whoever keeps it running: what it says on standard error, how it does in numbers, and whether it is well."""
