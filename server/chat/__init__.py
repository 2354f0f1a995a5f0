"""A stream's chat: messages, questions with votes, reactions, and who may not speak."""
