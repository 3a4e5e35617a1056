"""The one error that bad input raises: what was given, what is allowed, an example."""


class InputError(ValueError):
    """Input that cannot be used. Its text is one line that a person can act on.

    Args:
        given: what was given, in the person's own words.
        allowed: what would have been accepted.
        example: input that works, ready to copy.
    """

    def __init__(self, given: str, allowed: str, example: str = "") -> None:
        self.given, self.allowed, self.example = given, allowed, example
        text = f"{given}: {allowed}" + (f" Example: {example}" if example else "")
        super().__init__(" ".join(text.split()))


class UnclearError(InputError):
    """Input with two readings or a part missing. Its text ends in the question that settles it."""

    def __init__(self, given: str, question: str, example: str = "") -> None:
        super().__init__(given, question, example)
        self.question = question
