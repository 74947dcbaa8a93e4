"""事项: items with their materials, form fields, rules and situations, and the themes that combine them."""
