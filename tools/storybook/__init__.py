"""A grammar that makes short stories."""
