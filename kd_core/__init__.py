"""Train a teacher, distil students from it, compress and measure them, and write artifacts."""
