"""The ledger format: pydantic models, one definition per field, and the frozen Workspace they make up."""
