"""城市模拟: a synthetic city for demo homes and tests, acting only through services; never in production."""
