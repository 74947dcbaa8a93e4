"""材料上传: what the applicant brings when nothing else serves, checked at capture, trusted once a clerk saw it."""
