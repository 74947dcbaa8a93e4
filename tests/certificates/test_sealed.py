"""Every certificate leaves sealed: the library refuses any other, and a signer that fails leaves nothing half-made."""

from uuid import UUID

import pytest
from django.db import IntegrityError

from proofless import ledger
from proofless.certificates import services
from proofless.certificates.models import Certificate, Preparation
from proofless.certificates.services import bulk
from proofless.files import queries as files
from proofless.files.models import FileBlob
from proofless.gm.errors import Unavailable
from proofless.gm.sm2 import PrivateKey
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.ofd.verify import Verdict, verify
from proofless.seals import queries as seals
from proofless.seals.errors import SignerFailed
from tests.certificates.conftest import Cast

pytestmark = pytest.mark.django_db
UNSEALED = ({"file_address": ""}, {"file_address": "x" * 64}, {"seal_id": UUID(int=0)})


@pytest.mark.parametrize("model", [Certificate, Preparation])
@pytest.mark.parametrize("change", UNSEALED)
def test_the_library_takes_no_unsealed_certificate(
    cast: Cast, model: type[Certificate | Preparation], change: dict[str, object]
) -> None:
    """A row without a sealed file would be a certificate of 张三 that nobody can check."""
    prepared = services.prepare_certificate(actor=cast.police, new=cast.id_card("张三"))
    services.issue(actor=cast.police, prepared=prepared)
    with pytest.raises(IntegrityError, match="sealed"), ledger.act(Kind.CERTIFICATE_ISSUED, cast.node):
        model.objects.filter(id=prepared.id).update(**change)


def test_a_preparation_made_without_the_sealer_is_not_issued(cast: Cast) -> None:
    prepared = services.prepare_certificate(actor=cast.police, new=cast.id_card("张三"))
    row = Preparation.objects.get(id=prepared.id)
    row.id, row.file_address = UUID(int=7), ""
    with pytest.raises(IntegrityError, match="sealed"), ledger.act(Kind.CERTIFICATE_PREPARED, cast.node):
        row.save(force_insert=True)


def test_a_device_gone_in_mid_batch_leaves_whole_chunks_and_the_rest_to_do(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clerk of 公安局 sees what was issued and goes on with the rest; no file and no entry is half-made."""
    monkeypatch.setattr(bulk, "CHUNK", 2)
    wishes = [cast.id_card(name) for name in ("张三", "李四", "王五", "赵六")]
    sign, signed = PrivateKey.sign, []

    def gone(self: PrivateKey, message: bytes) -> bytes:
        signed.append(message)
        if len(signed) > 3:
            raise Unavailable("device gone")
        return sign(self, message)

    done: list[int] = []
    with monkeypatch.context() as broken:
        broken.setattr(PrivateKey, "sign", gone)
        with pytest.raises(SignerFailed, match="没有响应"):
            services.issue_many(actor=cast.police, wishes=wishes, report=done.append)
    assert done == [2] and Certificate.objects.count() == FileBlob.objects.count() == 2
    assert LedgerEntry.objects.filter(kind=Kind.SEAL_USED).count() == 2
    services.issue_many(actor=cast.police, wishes=wishes[done[-1] :])
    trust = seals.trust_store()
    for row in Certificate.objects.all():
        assert verify(files.read(row.file_address), trust).verdict is Verdict.VALID
    assert Certificate.objects.count() == 4
