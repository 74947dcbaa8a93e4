"""通知: an inbox for everybody, fed by following the chain; messages and one-time codes through a transport."""
