"""Pure rules of notices: which entries are news to whom, and in which words."""

from proofless.notices.rules.news import FALLBACK, News, To, Tone, news_of, sentence

__all__ = ["FALLBACK", "News", "To", "Tone", "news_of", "sentence"]
