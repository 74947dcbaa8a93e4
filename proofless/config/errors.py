"""What can go wrong while a node is put together: each says in Chinese what happened and what to do next."""


class SetupProblem(Exception):
    """A problem of the machine or the home. ``remedy`` is what the operator should do."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem}。{remedy}")
