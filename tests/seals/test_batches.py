"""批量盖章: a registry seals a stack at once; what fails is named, what breaks off goes on, what was kept is gone."""

import io
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from proofless.files.errors import FileStoreUnavailable
from proofless.files.models import FileBlob
from proofless.kit import clock
from proofless.kit.errors import InputInvalid
from proofless.kit.kinds import Kind
from proofless.ledger.models import LedgerEntry
from proofless.ofd.package import pack
from proofless.ofd.verify import Verdict, verify
from proofless.seals import device, queries, services
from proofless.seals.errors import BatchForgotten, SealNotActive, SealNotFound, SignerFailed
from proofless.seals.models import BatchItem
from proofless.seals.queries import BatchView
from proofless.seals.rules import SealForm
from proofless.seals.services import AtWords, NewApplication, SealWish
from tests.seals.conftest import NODE, Clock, Office, disk_full_after, package
from tests.seals.test_device import fake, library

__all__ = ["fake", "library"]
pytestmark = pytest.mark.django_db
WISH = SealWish(AtWords("证明"))


def opened(office: Office, count: int = 5, broken: tuple[int, ...] = ()) -> UUID:
    """``count`` files of 民政局, 张三's name in the first one's; ``broken`` are none."""
    brought = [
        (f"张三-{n}.ofd" if n == 1 else f"{n}.ofd", b"broken" if n in broken else pack(package(f"证明{n}")))
        for n in range(1, count + 1)
    ]
    return services.open_batch(actor=office["keeper-mzj"], title="十一月证明", brought=brought, wish=WISH)


def view(office: Office, batch: UUID) -> BatchView:
    return queries.access_batch(office["keeper-mzj"], batch)


def names(data: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(data)).namelist()


def test_the_good_ones_are_sealed_and_the_bad_ones_say_why(office: Office) -> None:
    """A registry would otherwise send two hundred files again for one that is broken."""
    keeper, batch = office["keeper-mzj"], opened(office, 4, broken=(2,))
    done = services.run_batch(actor=keeper, batch_id=batch)
    assert (done.sealed, done.refused, done.waiting, done.stopped) == (3, 1, 0, None)
    (bad,) = queries.list_items(keeper, batch, state="refused").rows
    assert bad.number == 2 and "OFD" in bad.reason
    data = services.fetch_batch(actor=keeper, batch_id=batch)
    assert names(data) == ["001-已盖章-张三-1.ofd", "003-已盖章-3.ofd", "004-已盖章-4.ofd"]
    for one in names(data):
        content = zipfile.ZipFile(io.BytesIO(data)).read(one)
        assert verify(content, queries.trust_store(), policy="foreign").verdict is Verdict.VALID
    assert LedgerEntry.objects.filter(kind=Kind.SEAL_USED).count() == 3
    assert not LedgerEntry.objects.filter(detail__contains="张三").exists()


def test_a_batch_goes_on_where_the_device_went_away(office: Office, library: Path, fake: Any) -> None:
    """The password device is pulled out after the second of five files."""
    device.configure(str(library), [1], "pin-1")
    wish = NewApplication("文件专用章", SealForm.DEPARTMENT, "需要", type_codes=("document",))
    application = services.apply_for_seal(actor=office["keeper-mzj"], new=wish)
    services.approve_application(actor=office["approver"], application_id=application)
    made = services.make_applied_seal(actor=office["approver"], application_id=application)
    services.activate_seal(actor=office["keeper-mzj"], seal_id=made.id)
    batch = opened(office)
    fake.FAKE_Set(2, 0, 0, 0)
    done = services.run_batch(actor=office["keeper-mzj"], batch_id=batch)
    assert (done.sealed, done.waiting) == (2, 3) and isinstance(done.stopped, SignerFailed)
    fake.FAKE_Set(-1, 0, 0, 0)
    done = services.run_batch(actor=office["keeper-mzj"], batch_id=batch)
    assert (done.sealed, done.waiting, done.stopped) == (5, 0, None)
    assert LedgerEntry.objects.filter(kind=Kind.SEAL_USED).count() == 5, "each exactly once"


def test_a_full_disk_leaves_nothing_half_written(office: Office) -> None:
    batch = opened(office)
    with disk_full_after(2):
        done = services.run_batch(actor=office["keeper-mzj"], batch_id=batch)
    assert done.sealed == 2 and isinstance(done.stopped, FileStoreUnavailable)
    assert LedgerEntry.objects.filter(kind=Kind.SEAL_USED).count() == 2
    assert len(names(services.fetch_batch(actor=office["keeper-mzj"], batch_id=batch))) == 2
    assert services.run_batch(actor=office["keeper-mzj"], batch_id=batch).sealed == 5


def test_a_suspended_seal_stops_the_batch_and_no_file_is_blamed(office: Office) -> None:
    batch = opened(office, 2)
    (seal,) = queries.list_seals("MZJ")
    services.suspend_seal(actor=office["approver"], seal_id=seal.id, reason="盘点")
    done = services.run_batch(actor=office["keeper-mzj"], batch_id=batch)
    assert (done.sealed, done.refused, done.waiting) == (0, 0, 2) and isinstance(done.stopped, SealNotActive)


def test_files_and_names_are_kept_secret_and_not_for_long(office: Office, set_clock: Clock) -> None:
    keeper, batch = office["keeper-mzj"], opened(office, 2)
    services.run_batch(actor=keeper, batch_id=batch)
    assert "张三".encode() not in bytes(BatchItem.objects.get(batch_id=batch, number=1).name_sealed)
    assert services.forget_old_batches(actor=NODE) == 0
    set_clock(clock.now() + timedelta(days=8))
    assert services.forget_old_batches(actor=NODE) == 1
    assert view(office, batch).forgotten and not FileBlob.objects.exists()
    assert [one.name for one in queries.list_items(keeper, batch).rows] == ["", ""]
    for act in (services.run_batch, services.fetch_batch, services.forget_batch):
        with pytest.raises(BatchForgotten):
            act(actor=keeper, batch_id=batch)


def test_another_departments_batch_is_not_there(office: Office) -> None:
    batch = opened(office, 1)
    for who in ("keeper-gaj", "approver-2"):
        with pytest.raises(SealNotFound):
            services.run_batch(actor=office[who], batch_id=batch)
        assert office.client(who).get(f"/desk/seals/batches/{batch}").status_code == 404


@pytest.mark.parametrize(
    ("brought", "field"),
    [([], "files"), ([("a", b"x")] * 201, "files"), ([("a", b"x" * ((20 << 20) + 1))], "files")],
)
def test_too_much_at_once_is_refused_before_anything_is_kept(
    office: Office, brought: list[tuple[str, bytes]], field: str
) -> None:
    with pytest.raises(InputInvalid) as refused:
        services.open_batch(actor=office["keeper-mzj"], title="多", brought=brought, wish=WISH)
    assert field in refused.value.detail["fields"] and not FileBlob.objects.exists()


def test_the_page_takes_a_stack_shows_how_far_it_is_and_gives_it_back(office: Office) -> None:
    client = office.client("keeper-mzj")
    assert "还没有批量盖章" in client.get("/desk/seals/batches").content.decode()
    stack = [SimpleUploadedFile(f"../{n}.ofd", pack(package(f"证明{n}"))) for n in (1, 2)]
    posted = {"title": "十一月", "bodies": [*stack, SimpleUploadedFile("坏.ofd", b"x")], "where": "words"}
    assert "请填写" in client.post("/desk/seals/batches/new", posted).content.decode()
    stack = [SimpleUploadedFile(f"../{n}.ofd", pack(package(f"证明{n}"))) for n in (1, 2)]
    posted |= {"bodies": [*stack, SimpleUploadedFile("坏.ofd", b"x")], "words": "证明"}
    made = client.post("/desk/seals/batches/new", posted)
    page = client.get(made["Location"]).content.decode()
    assert "已盖章 2 份，不能盖章 1 份" in page and "下载已盖章的 2 份" in page and "继续盖章" not in page
    one = client.get(f"{made['Location']}/files/1")
    assert verify(one.content, queries.trust_store(), policy="foreign").verdict is Verdict.VALID
    assert names(client.get(f"{made['Location']}/files.zip").content)[0] == "001-已盖章-1.ofd"
    rows = list(load_workbook(io.BytesIO(client.get(f"{made['Location']}/list.xlsx").content)).active.values)
    assert rows[0][0] == "演示·无效" and rows[4][1:3] == ("坏.ofd", "不能盖章")
    assert "坏.ofd" in client.get(f"{made['Location']}?state=refused").content.decode()
    client.post(f"{made['Location']}/forget")
    assert "文件已清除" in client.get(made["Location"]).content.decode()
    assert client.get(f"{made['Location']}/files.zip").status_code == 410


def test_a_system_sends_a_stack_by_the_api(office: Office) -> None:
    client = Client(headers=office.bearer("keeper-mzj"))
    stack = [SimpleUploadedFile(f"{n}.ofd", pack(package(f"证明{n}"))) for n in (1, 2)]
    posted = {"title": "批", "where": "words", "words": "证明", "files": stack}
    made = client.post("/api/v1/sealing/batches", posted).json()
    assert made["waiting"] == 2, made
    path = f"/api/v1/sealing/batches/{made['id']}"
    assert client.post(f"{path}/run").json() == {"sealed": 2, "refused": 0, "waiting": 0, "stopped": None}
    items = client.get(f"{path}/items?state=sealed").json()
    assert [one["name"] for one in items["rows"]] == ["1.ofd", "2.ofd"]
    assert re.fullmatch("[0-9a-f]{64}", items["rows"][0]["source_sm3"])
    assert len(names(client.get(f"{path}/files").content)) == 2
    assert client.get(f"{path}/files/2").status_code == 200
    assert client.post(f"{path}/forget").json()["forgotten"]
    assert client.get("/api/v1/sealing/batches").json()["total"] == 1
