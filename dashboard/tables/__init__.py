"""Tables that pages show, made from artifacts by pure functions."""
