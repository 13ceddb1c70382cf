"""Everything that reads across rooms: trace, search, export."""
