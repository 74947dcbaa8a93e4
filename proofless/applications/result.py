"""The result of an application as a certificate to be made: face items taken from what the case already knows."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec

from proofless.access import Ground, open_records, permit
from proofless.access.queries import find_holder_records
from proofless.applications.models import Application
from proofless.applications.queries import open_case
from proofless.certificates import queries as certificates
from proofless.certificates.rules import new_number
from proofless.certificates.services import NewCertificate
from proofless.items.queries import ItemView
from proofless.kit import clock
from proofless.kit.actor import Actor
from proofless.parties import queries as parties
