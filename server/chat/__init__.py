"""What viewers say, ask and feel during a stream, and who keeps order there."""
