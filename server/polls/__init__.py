"""A question put to the viewers of a stream, and how they answer."""
