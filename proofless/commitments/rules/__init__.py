"""Pure rules of commitments: templates, checks and their dates, eligibility, responses, samples, deferrals."""
