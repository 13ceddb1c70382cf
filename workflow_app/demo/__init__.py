"""The demonstration county 青禾县: fictional people and schools, and worked cases played through the real services."""
