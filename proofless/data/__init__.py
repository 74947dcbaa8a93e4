"""数据: the resource catalogue, datasets and the rows departments bring, each under its holder."""
