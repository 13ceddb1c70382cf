"""Registers (台账): what approvals leave behind, by noun, each with its checks and operations."""
