"""What follows from a workspace on a day: pure functions of (workspace, as_of)."""
