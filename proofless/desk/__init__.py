"""工作台: the pages of clerks, officers, inspectors, supervisors and auditors."""
