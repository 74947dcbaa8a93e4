"""Pages of the counter: booking and a case's other side for residents, the day and follow-ups for officials."""
