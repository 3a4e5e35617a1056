"""From a question to an answer that a person can read."""

from magnesim.answers.compose import Answer, Effect, answer

__all__ = ["Answer", "Effect", "answer"]
