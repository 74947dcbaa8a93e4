"""主体: people, enterprises, departments and divisions, their relations, and the accounts they act with."""
