"""Parts of pages that are used more than once."""
