"""Unfolding a figure: the lines behind any fact or law, each with what it is made of, down to what is given."""
