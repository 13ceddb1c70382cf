"""Backup into one file while the product runs; restore to an empty place, with a record of the drill (G-31)."""

from workflow_app.backup.make import Made, make_backup
from workflow_app.backup.restore import Drill, restore_backup

__all__ = ["Drill", "Made", "make_backup", "restore_backup"]
