"""Working days, holiday swaps, school terms; clocks that stop and resume."""
