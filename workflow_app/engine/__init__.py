"""The engine room: the only importer of SpiffWorkflow. A function over (specification, state, facts)."""
