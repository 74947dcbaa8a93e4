"""Pure rules of verification: clocks, states, answers, breaker, punctuality. One module each."""
