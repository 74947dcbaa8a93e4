"""What is said of a paper that has no seal yet. Pure."""

from proofless.kit.errors import ErrorCode

SOON = "正在加盖电子印章，稍后再打开就是盖好的"
_WHY = {
    ErrorCode.SEAL_NOT_ACTIVE.name: "本机关的电子印章现在不能使用",
    ErrorCode.SEAL_FORBIDDEN.name: "等印章保管人盖章",
    ErrorCode.SIGNER_LOCKED.name: "签名密钥还没有打开",
    ErrorCode.SIGNER_FAILED.name: "签名设备没有响应",
}
_OTHER = "电子印章暂时没有盖上"
_MEANWHILE = "盖好后再来下载；急用的，到窗口加盖实物印章"
BEFORE_SEALS = "（这份文书没有电子印章，需要时到窗口加盖实物印章）"


def why_unsealed(reason: str) -> str:
    """For the resident, of an error code; empty means nobody tried so far."""
    return _WHY.get(reason, _OTHER) if reason else SOON


def unsealed_note(reason: str) -> str:
    """The line an unsealed paper bears in the place of the seal."""
    return f"（尚未加盖电子印章：{why_unsealed(reason)}。{_MEANWHILE}）" if reason else f"（{SOON}）"
