"""An older group of the demonstration, with two school years of life: founded in 2024, appraised in 2025 and 2026."""
