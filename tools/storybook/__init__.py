"""A grammar of little stories."""
