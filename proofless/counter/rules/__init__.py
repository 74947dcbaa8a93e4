"""Pure rules of the counter: slots, money, grades and their limits."""
