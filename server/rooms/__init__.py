"""What a viewer's socket joins: a stream's snapshot, what was missed, what is left, who watches."""
