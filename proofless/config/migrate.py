"""迁移: ``python -m proofless.config.migrate`` brings the tables up to date as their owner, then applies the
grants.
"""

import os
import sys


def main() -> int:
    os.environ["PROOFLESS_DB_ROLE"] = "owner"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proofless.config.settings")
    import django
    from django.core.management import call_command

    from proofless.config.database import Role, address
    from proofless.config.grants import apply_grants
    from proofless.config.home import Home

    django.setup()
    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    apply_grants(address(Home.load(), Role.OWNER).dsn)
    return 0


if __name__ == "__main__":
    sys.exit(main())
