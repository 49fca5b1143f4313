"""A client of the fake Hub, with little patience, and repositories to find there."""

from tests.data.fake_hub import FakeFile, FakeHub
from tests.data.gguf_files import tiny_model

from inglenook.downloads.client import HubClient, Patience
from inglenook.downloads.hub import Hub

# Short, but not too short for a computer that has much else to do.
QUICK = Patience(connect_s=5.0, quiet_s=3.0, whole_s=20.0, answer_bytes=200_000)
HASTY = Patience(connect_s=2.0, quiet_s=0.4, whole_s=1.5)
README = b"---\nlicense: apache-2.0\n---\n# Model\n\nIt answers.\n"


def hub_of(fake: FakeHub, cache, *, token="", offline=False, patience=QUICK) -> Hub:
    """Return our Hub for a fake one."""
    client = HubClient(
        fake.url, cache, token=lambda: token, is_offline=lambda: offline, patience=patience
    )
    return Hub(client)


def furnish(fake: FakeHub, name: str = "org/Tiny-2B-GGUF", **facts) -> None:
    """Publish a repository with a real tiny model in two file types."""
    fake.add(
        name,
        {
            "README.md": FakeFile(README, lfs=False),
            "Tiny-2B-Q4_0.gguf": tiny_model(),
            "Tiny-2B-Q8_0.gguf": tiny_model() + bytes(4000),
            "mmproj-Tiny-F16.gguf": b"GGUF" + bytes(100),
            "imatrix.dat": b"x",
        },
        **{"tags": ["gguf", "license:apache-2.0"], "downloads": 7, **facts},
    )
