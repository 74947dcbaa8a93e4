"""Reads of the counter: windows and their places, the day's list, fees, delivery, ratings."""
