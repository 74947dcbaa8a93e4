from collections.abc import Collection, Mapping
from importlib import import_module

from django.apps import AppConfig

from proofless.kit.permissions import Permission
from proofless.notices import subjects
from proofless.notices.subjects import Describe, Place, Subject
from proofless.web import health, menu
from proofless.web.menu import Entry


def _naming(name: str) -> Describe:
    """Imported at first use: at start the tables may not be named yet."""

    def describe(ids: Collection[str]) -> Mapping[str, Subject]:
        found: Mapping[str, Subject] = getattr(import_module("proofless.seals.naming"), name)(ids)
        return found

    return describe


class SealsConfig(AppConfig):
    name = "proofless.seals"
    label = "seals"

    def ready(self) -> None:
        from proofless.seals import keyring

        # Locked is no reason to take the node out of service: everything but sealing works.
        health.add_gauge(
            "proofless_signing_keys_open",
            "签名密钥已解锁为 1,锁定为 0",
            lambda: float(not keyring.state().locked),
        )
        seal = Place(_naming("describe_seals"), desk="seals:coded", argument="code")
        trusted = Place(_naming("describe_trusted"), desk="seals:trusted", argument="trusted_id")
        subjects.register("seal", seal)
        subjects.register("authority", Place(_naming("describe_authorities"), desk="seals:signer"))
        subjects.register("trusted", trusted)
        subjects.register("plan", Place(_naming("describe_plans"), desk="seals:plan", argument="plan_id"))
        subjects.register("seal_plan", Place(_naming("describe_planned"), desk="seals:plans"))
        read = Permission.SEAL_READ
        menu.add(
            menu.DESK,
            Entry("seals", "印章登记", "rubber-stamp", "seals:register", read, "印章", 24),
            Entry(
                "seal-applications", "印章申请", "file-description", "seals:applications", read, "印章", 25
            ),
            Entry(
                "seal-file",
                "给文件盖章",
                "file-certificate",
                "seals:seal_file",
                Permission.SEAL_KEEP,
                "印章",
                26,
            ),
            Entry("seal-batches", "批量盖章", "files", "seals:batches", Permission.SEAL_KEEP, "印章", 26),
            Entry("seal-plans", "联合签章", "signature", "seals:plans", read, "印章", 26),
            Entry("seal-successions", "颁发机构调整", "history", "seals:successions", read, "印章", 27),
            Entry("seal-trust", "信任与互认", "shield-check", "seals:trust", read, "印章", 28),
            Entry("seal-signer", "签名密钥", "key", "seals:signer", read, "印章", 29),
        )
