"""The casework system for county education bureaus."""
