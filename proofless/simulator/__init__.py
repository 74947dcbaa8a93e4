"""城市模拟: a synthetic city for demo homes and tests; it acts only through services and never runs in production."""
