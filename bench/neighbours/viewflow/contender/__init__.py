"""The Django application of the contender: its case and its flow."""
