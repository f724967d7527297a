"""The report on a study: one page of HTML that works from disk, and the tables behind it."""
