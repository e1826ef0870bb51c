"""One errand at the model hub, in a process of its own: ``facts|get REPO FILE FOLDER``.

A process of its own because a download can then be stopped at once, and because the hub's library and its network
stack never enter the companion. Prints one JSON object: ``{"sha256", "size"}``, ``{"path"}``, or ``{"error", "broken"}``
where ``broken`` says that the connection broke, so that trying again makes sense.
"""

import json
import os
import sys


def _endpoint() -> str:
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


def facts(repo: str, file: str) -> dict[str, object]:
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    found = get_hf_file_metadata(hf_hub_url(repo, file, endpoint=_endpoint()), endpoint=_endpoint())
    return {"sha256": found.etag, "size": found.size}


def get(repo: str, file: str, folder: str) -> dict[str, object]:
    from huggingface_hub import hf_hub_download

    return {"path": hf_hub_download(repo, file, local_dir=folder, endpoint=_endpoint())}


def _is_broken_connection(fault: Exception) -> bool:
    from requests.exceptions import ChunkedEncodingError, ConnectionError, Timeout

    # The hub's library raises a bare OSError when fewer bytes came than were announced.
    return isinstance(fault, ChunkedEncodingError | ConnectionError | Timeout) or type(fault) is OSError


def main(arguments: list[str]) -> int:
    errand, repo, file, folder = arguments
    try:
        answer = facts(repo, file) if errand == "facts" else get(repo, file, folder)
    except Exception as fault:  # noqa: BLE001 - the parent turns whatever the hub's library raised into one sentence
        broken = _is_broken_connection(fault)
        why = "the connection broke." if broken else (str(fault).strip() or type(fault).__name__).splitlines()[0]
        answer = {"error": why, "broken": broken}
    sys.stdout.write(json.dumps(answer) + "\n")
    return 1 if "error" in answer else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
