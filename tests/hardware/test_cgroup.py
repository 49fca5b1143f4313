from pathlib import Path

import pytest

from inglenook.hardware.cgroup import GroupLimits, group_limits


def tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


CG = "sys/fs/cgroup"


def test_without_groups_there_are_no_limits(tmp_path):
    assert group_limits(tmp_path) == GroupLimits()


def test_the_lowest_limit_on_the_way_to_the_root_counts(tmp_path):
    tree(
        tmp_path,
        {
            "proc/self/cgroup": "0::/outer/inner\n",
            f"{CG}/outer/inner/memory.max": "max\n",
            f"{CG}/outer/inner/cpu.max": "150000 100000\n",
            f"{CG}/outer/memory.max": "4000000000\n",
            f"{CG}/outer/memory.current": "3000000000\n",
            f"{CG}/outer/memory.stat": "anon 5\ninactive_file 500000000\nodd\n",
            f"{CG}/outer/cpu.max": "max 100000\n",
            f"{CG}/memory.max": "9000000000\n",
            f"{CG}/memory.current": "1\n",
        },
    )
    assert group_limits(tmp_path) == GroupLimits(4_000_000_000, 1_500_000_000, 1.5)


def test_a_container_sees_its_limit_at_the_root(tmp_path):
    tree(tmp_path, {"proc/self/cgroup": "0::/\n", f"{CG}/memory.max": "2000\n"})
    assert group_limits(tmp_path) == GroupLimits(2000, 2000, None)


def test_version_1_has_a_tree_for_each_controller(tmp_path):
    tree(
        tmp_path,
        {
            "proc/self/cgroup": (
                "4:memory:/docker/x\n3:cpu,cpuacct:/docker/x\n2:cpu:/docker/x\n1:name=systemd:/\n"
            ),
            f"{CG}/memory/docker/x/memory.limit_in_bytes": "1000000\n",
            f"{CG}/memory/docker/x/memory.usage_in_bytes": "2000000\n",
            f"{CG}/memory/memory.limit_in_bytes": "9223372036854771712\n",
            f"{CG}/cpu,cpuacct/docker/x/cpu.cfs_quota_us": "200000\n",
            f"{CG}/cpu,cpuacct/docker/x/cpu.cfs_period_us": "100000\n",
            f"{CG}/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
        },
    )
    assert group_limits(tmp_path) == GroupLimits(1_000_000, 0, 2.0)


@pytest.mark.parametrize(
    "text", ["", "max", "garbage\n", "-5", "1 2 3", "9" * 30, "0 0", "100000 0"]
)
def test_odd_contents_are_no_limits(tmp_path, text):
    tree(
        tmp_path,
        {
            "proc/self/cgroup": "rubbish\n0::/../../etc\n::\n",
            f"{CG}/memory.max": text,
            f"{CG}/memory.stat": "inactive_file many\n",
            f"{CG}/cpu.max": text,
        },
    )
    assert group_limits(tmp_path) == GroupLimits()


def test_a_group_path_stays_inside_the_tree(tmp_path):
    tree(tmp_path, {"proc/self/cgroup": "0::/../..\n", "sys/memory.max": "5\n"})
    assert group_limits(tmp_path).memory_bytes is None


def test_this_computer_is_measured_without_an_error():
    limits = group_limits()
    assert limits.memory_room_bytes is None or limits.memory_room_bytes >= 0
