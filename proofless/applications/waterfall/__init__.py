"""瀑布: decides, per applicant and at run time, how each material is obtained and each field filled."""
