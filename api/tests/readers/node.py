"""A running node, as plainly as can be, and figures of which all is known."""

import json
import os
import urllib.error
import urllib.request
from decimal import Decimal

URL = os.environ["ENLACE_URL"]
READER = os.environ["ENLACE_TOKEN"]
PUBLISHER = os.environ["ENLACE_PUBLISHER"]

# Codes, period, value, status: decimals, every kind of period, figures that are missing or withheld.
TRUTH = [
    ("F", "Y0T11", "MX-PUE", "2024-01", "12.50", "A"),
    ("F", "Y0T11", "MX-PUE", "2024-02", "0.00", "A"),
    ("F", "Y18T", "MX-PUE", "2024-W35", "90071992547409.93", "P"),
    ("F", "Y18T", "MX", "2024-Q2", None, "O"),
    ("M", "Y0T11", "MX-PUE", "2024-09-13", "7.01", "E"),
    ("M", "Y0T11", "MX", "2024-01-01/P347D", "3.00", "A"),
    ("M", "Y5T6", "MX", "2024", None, "Q"),
    ("_T", "_T", "_O_CA", "2024-S1", "1000.10", "B"),
]
CODES = ["SEX", "AGE", "REF_AREA"]
DATASET = "MX-LECTORES"


def get(path, accept=None, token=PUBLISHER, status=200):
    headers = {"Accept": accept} if accept else {}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        with urllib.request.urlopen(urllib.request.Request(URL + path, headers=headers), timeout=60) as answer:
            found, body = answer.status, answer.read()
    except urllib.error.HTTPError as answer:
        found, body = answer.code, answer.read()
    if found != status:
        raise AssertionError(f"{path}: {found} {body[:500]!r}")
    return body


def ask(query, **variables):
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {PUBLISHER}"}
    body = json.dumps({"query": query, "variables": variables}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{URL}/graphql", body, headers), timeout=60) as answer:
        told = json.load(answer)
    problems = [payload["userErrors"] for payload in (told.get("data") or {}).values() if payload.get("userErrors")]
    if told.get("errors") or problems:
        raise AssertionError(told)
    return told["data"]


def declare():
    """Declares the dataset and imports what is known; gives its id and its agency."""
    own = ask("{ viewer { institution { id code } } }")["viewer"]["institution"]
    content = {
        "code": DATASET,
        "name": {"es": "Para lectores", "en": "For readers"},
        "compiler": own["id"],
        "indicator": "RETURN_EVENT",
        "decimals": 2,
        "dimensions": [
            {"code": "SEX", "name": {"es": "Sexo", "en": "Sex"}, "list": "CL_SEX"},
            {"code": "AGE", "name": {"es": "Edad", "en": "Age"}, "list": "CL_AGE"},
            {"code": "REF_AREA", "name": {"es": "Territorio", "en": "Area"}, "list": "CL_AREA"},
        ],
    }
    declared = ask(
        "mutation($i: DeclareDatasetInput!) { declareDataset(input: $i) { dataset { id } userErrors { code path message } } }",
        i={"content": content, "handling": "GREEN"},
    )
    dataset = declared["declareDataset"]["dataset"]["id"]
    rows = [",".join(CODES + ["TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"])]
    rows += [",".join(field or "" for field in row) for row in TRUTH]
    ask(
        "mutation($i: ImportStatisticsInput!) { importStatistics(input: $i) { userErrors { code path message } } }",
        i={"dataset": dataset, "expectedRevision": 1, "csv": "\n".join(rows) + "\n"},
    )
    return dataset, own["code"]


def known():
    """What is known, as a mapping from codes and period to value and status."""
    return {row[:-2]: (None if row[-2] is None else Decimal(row[-2]), row[-1]) for row in TRUTH}


def table(rows):
    """Rows of text, such as a data frame gives, as such a mapping."""
    found = {}
    for row in rows:
        key = tuple(str(row[name]) for name in [*CODES, "TIME_PERIOD"])
        value = str(row["OBS_VALUE"])
        if key in found:
            raise AssertionError(f"{key} is there twice")
        found[key] = (Decimal(value) if value not in ("", "nan", "None", "<NA>", "NaN") else None, str(row["OBS_STATUS"]))
    return found
