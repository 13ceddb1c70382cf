"""The job table and its worker: deadlines, outbox, rendering, acts on other cases."""
