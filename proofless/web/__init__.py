"""页面基座: pages, problems, headers and health that every room's pages stand on. Knows no room above it."""
