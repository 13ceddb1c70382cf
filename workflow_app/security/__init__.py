"""Sessions, headers, counters, encryption of sensitive values."""
