"""What must outlive a power cut: the journal on SQLite, and the one thread that writes it."""
