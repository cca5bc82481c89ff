"""`check` holds a bundle's network against network.json: no other network takes its place."""

import hashlib
import json
import shutil
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_verify.check.checked_theorem import TheoremError, Weights, check_theorems
from mips_verify.check.finding import Options, overall
from mips_verify.check.recheck import check_bundle
from mips_verify.check.trained_network import check_network
from mips_verify.kernel.certificate import certificate_from_text
from mips_verify.network import weights
from mips_verify.network.network import Network
from mips_verify.network_kernel import network_certificate
from tests.quality.forging import network, nudged
from tests.test_check_bundles import PROOFS, copied, rewritten

QUICK = Options(fuzz=0)
THEOREM = "network.json"
RIGHT, WRONG = "Div_3", "Balanced_Parenthesis"  # a network that is its program, one that is not
OTHER = "the certificate speaks of another network"


def finding(folder, options=QUICK):
    return next(f for f in check_bundle(folder, options) if f.check == "network")


def weighed(change):
    """The same network with other weights."""

    def changed(n):
        f, g = (tuple((change(w), change(b)) for w, b in layers) for layers in (n.f, n.g))
        return Network(f, g, change(n.h0), n.channels)

    return changed


def rescaled(n):
    """The hidden state times 2, read by half the weights: the same function, other weights."""
    (enter, bias), *rest = n.f
    enter = enter / np.where(np.arange(enter.shape[1]) < n.hidden, 2.0, 1.0)
    *inner, (leave, last) = (enter, bias), *rest
    (read, c), *others = n.g
    f = (*inner, (2 * leave, 2 * last))
    return Network(f, ((read / 2, c), *others), 2 * n.h0, n.channels)


def edited(folder, **changes):
    """Other values in network.json, which stands as it would be written."""
    text = (folder / THEOREM).read_text()
    for key, value in changes.items():
        old = json.dumps(json.loads(text)[key])
        assert f'"{key}": {old}' in text
        text = text.replace(f'"{key}": {old}', f'"{key}": {json.dumps(value)}')
    (folder / THEOREM).write_text(text)


@pytest.mark.parametrize("change", [nudged, rescaled, weighed(lambda v: v * (1 + 1e-9))])
def test_a_network_that_is_nearly_the_same_is_noticed(tmp_path, change):
    folder = copied("Sum_Last3", tmp_path)
    network(change)(folder)
    found = finding(folder)
    assert (found.status, found.file, found.message) == ("failed", THEOREM, OTHER)


SWAPS = {
    "another bit": nudged,
    "float32": weighed(lambda v: v.astype(np.float32).astype(np.float64)),
    "another scale": rescaled,
    "another task's": None,
}


def swapped(name, how):
    """The network of a bundle after a swap; None if the swap leaves every weight as it is."""
    stored = weights.load(PROOFS / name / "network.safetensors").network
    if how == "another task's":
        names = sorted(p.name for p in PROOFS.iterdir())
        other = names[names.index(name) - 1]
        return weights.load(PROOFS / other / "network.safetensors").network
    changed = SWAPS[how](stored)
    same = all(
        np.array_equal(a, b) and np.array_equal(c, d)
        for (a, c), (b, d) in zip(
            (*stored.f, *stored.g, (stored.h0, stored.h0)),
            (*changed.f, *changed.g, (changed.h0, changed.h0)),
            strict=True,
        )
    )
    return None if same else changed


@pytest.mark.slow
@pytest.mark.parametrize("how", SWAPS)
def test_in_every_bundle_every_other_network_is_noticed(tmp_path, how):
    names = sorted(p.name for p in PROOFS.iterdir())
    assert len(names) == 62
    tried = missed = 0
    for name in names:
        if (other := swapped(name, how)) is not None:
            folder = copied(name, tmp_path)
            network(lambda _, other=other: other)(folder)
            proof = certificate_from_text((folder / "certificate.json").read_text())
            tried += 1
            missed += check_network(folder, proof, 60.0).status != "failed"
    assert tried == 62 or how == "float32"
    assert tried
    assert not missed


@pytest.mark.slow
def test_every_theorem_of_a_committed_bundle_is_confirmed():
    for folder in sorted(PROOFS.iterdir()):
        proof = certificate_from_text((folder / "certificate.json").read_text())
        assert check_network(folder, proof, 60.0).status == "ok", folder.name


def test_a_proved_network_is_said_to_be():
    found = finding(PROOFS / RIGHT)
    assert found.message.startswith(
        "PROVED equal for every length (exact reals and float64); agrees with the program on"
    )


def test_a_wrong_network_is_run_on_its_failure():
    found = finding(PROOFS / WRONG)
    assert found.status == "ok"
    assert "wrong at 12: replayed in float64" in found.message


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"network": "0" * 64}, OTHER),
        ({"program": "0" * 64}, "the certificate speaks of another program"),
        ({"failure": [[0]]}, "replayed, the network is right after all 1 letters"),
        ({"failure": [[2]]}, "its failure has a letter (2,) that the task has not"),
        ({"failure": [[0, 0]]}, "its failure has a letter (0, 0) that the task has not"),
        ({"failure": []}, "the certificate cannot be read"),
        ({"failure": [[True]]}, "the certificate cannot be read"),
        ({"exact": True}, "the certificate cannot be read"),
        ({"format": "mips-verify network certificate 9"}, "the format is not"),
    ],
)
def test_a_theorem_about_something_else_does_not_pass(tmp_path, changes, says):
    folder = copied(RIGHT, tmp_path)
    edited(folder, **changes)
    found = finding(folder)
    assert (found.status, found.file) == ("failed", THEOREM)
    assert says in found.message


def test_more_letters_than_are_proved_do_not_pass(tmp_path):
    folder = copied(WRONG, tmp_path)
    exact = json.loads((folder / THEOREM).read_text())["exact"]
    edited(folder, exact=exact + 1)
    assert finding(folder).message == "it claims more letters than it proves"
    edited(folder, exact=exact - 1)
    assert finding(folder).status == "ok"


@given(st.lists(st.lists(st.integers(0, 1), min_size=1, max_size=1), min_size=1, max_size=12))
def test_a_failure_passes_if_and_only_if_the_network_is_wrong_after_it(tmp_path_factory, word):
    folder = copied(WRONG, tmp_path_factory.mktemp("n"))
    proof = certificate_from_text((folder / "certificate.json").read_text())
    stored = weights.load(folder / "network.safetensors").network
    wrong = stored.run(np.array([word]))[1][0, -1].tolist() != list(proof.program.run(word)[-1])
    edited(folder, failure=word)
    assert (check_network(folder, proof, 60.0).status == "ok") == wrong


@pytest.mark.parametrize("floats", ["every length", 12, 11])
def test_a_failure_within_the_letters_that_are_proved_is_an_alarm(tmp_path, monkeypatch, floats):
    """As if the check of proofs had a hole: the run of the failure still tells."""
    monkeypatch.setattr(network_certificate, "check_certificate", lambda *_: None)
    folder = copied(WRONG, tmp_path)
    edited(folder, float64=floats)
    found = finding(folder)
    if floats == 11:
        assert found.status == "ok"
    else:
        assert found.message == "it proves the network right where its failure shows it wrong"


@pytest.mark.parametrize("change", [
    lambda text: text.replace('"exact"', '"audited": true,\n "exact"'),
    lambda text: text.replace('"failure"', '"failure": null,\n "failure"'),
    lambda text: text + "\n",
    lambda text: text.replace("\n", "\r\n"),
    lambda text: "[" * 100_000,
    lambda text: '{"format": 1e999}',
    lambda text: text.replace('"exact": "every length"', '"exact": ' + "9" * 5000),
    lambda text: text.replace("0.0", "1" + "0" * 400, 1),
    lambda text: "",
])  # fmt: skip
def test_text_that_is_not_as_it_would_be_written_does_not_pass(tmp_path, change):
    folder = copied(RIGHT, tmp_path)
    text = (folder / THEOREM).read_text()
    assert change(text) != text
    (folder / THEOREM).write_bytes(change(text).encode())
    found = finding(folder)
    assert (found.status, found.file) == ("failed", THEOREM)


@given(st.data())
def test_random_changes_of_a_theorem_never_raise_and_prove_no_other_one(tmp_path_factory, data):
    folder = copied(RIGHT, tmp_path_factory.mktemp("n"))
    text = bytearray((folder / THEOREM).read_bytes())
    text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    (folder / THEOREM).write_bytes(bytes(text))
    proof = certificate_from_text((folder / "certificate.json").read_text())
    found = check_network(folder, proof, 60.0)
    if found.status == "ok":  # another true theorem, of fewer letters or by larger cells
        assert found.file in ("", "network.safetensors")
    else:
        assert (found.status, found.file) == ("failed", THEOREM)


def test_a_bundle_whose_theorem_is_lost_names_the_command_that_writes_it(tmp_path):
    folder = copied(RIGHT, tmp_path)
    (folder / THEOREM).unlink()
    found = finding(folder)
    command = f"mips-verify certify {folder} {folder} --out {folder}"
    assert (found.status, found.file) == ("failed", THEOREM)
    assert f"`{command}`" in found.message


def test_a_theorem_of_no_network_does_not_pass(tmp_path):
    folder = copied(RIGHT, tmp_path)
    rewritten(folder, lambda data: data.update(weights=""))
    (folder / "network.safetensors").unlink()
    assert (finding(folder).status, finding(folder).file) == ("failed", THEOREM)


def test_a_theorem_that_takes_long_is_undecided():
    folder = PROOFS / "Dithering"
    data = (folder / "network.safetensors").read_bytes()
    stored = weights.load(folder / "network.safetensors")
    proof = certificate_from_text((folder / "certificate.json").read_text())
    with pytest.raises(TheoremError, match="was not checked in") as error:
        check_theorems(folder, Weights(data, stored.network, stored.about), proof, 0.001)
    assert error.value.undecided


def test_another_s_theorem_does_not_pass(tmp_path):
    folder = copied(RIGHT, tmp_path)
    shutil.copy(PROOFS / "Div_5" / THEOREM, folder)
    assert finding(folder).message == OTHER


def test_theorems_are_checked_without_torch():
    code = (
        "import sys; sys.modules['torch'] = sys.modules['safetensors'] = None\n"
        "from pathlib import Path\n"
        "from mips_verify.check.finding import Options, overall\n"
        "from mips_verify.check.recheck import check_bundle\n"
        f"print(overall(check_bundle(Path({str(PROOFS / WRONG)!r}), Options(fuzz=0))))"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert made.stdout == "ok\n"


def test_the_hash_of_the_file_is_in_the_certificate():
    data = (PROOFS / RIGHT / "network.safetensors").read_bytes()
    proof = json.loads((PROOFS / RIGHT / "certificate.json").read_text())
    assert hashlib.sha256(data).hexdigest() == proof["weights"]
    assert overall(check_bundle(PROOFS / RIGHT, QUICK)) == "ok"


HOSTILE = {
    "64 MB of brackets": "[" * 2**26,
    "brackets as many as may be": "[" * 2**23,
    "a failure as long as may be": '"failure": [' + "[0], " * 3_000_000 + "[0]]",
    "a number of many digits": '"exact": ' + "9" * 4_000,
    "a cell of many pieces": "1000000000",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_theorem_ends_soon_in_a_finding(tmp_path, name):
    folder, text = copied(RIGHT, tmp_path), HOSTILE[name]
    original = (folder / THEOREM).read_text()
    if text.startswith('"'):
        key = text.partition(":")[0]
        lines = original.splitlines()
        lines = [f" {text}," if line.strip().startswith(key) else line for line in lines]
        text = "\n".join(lines) + "\n"
    elif text.startswith("1"):
        text = original.replace("null, []]", f"null, [{text}]]")
    assert text != original
    (folder / THEOREM).write_text(text)
    began = time.process_time()
    found = finding(folder, Options(fuzz=0, seconds=10))
    assert time.process_time() - began < 30
    assert found.status in ("failed", "undecided")
    assert found.file == THEOREM
    assert "internal" not in found.message
