"""我的空间: the resident's and the enterprise's pages, composed of several domains."""
