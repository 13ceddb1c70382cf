"""Evidence: content-addressed storage, what a file really is, and who may read it."""
