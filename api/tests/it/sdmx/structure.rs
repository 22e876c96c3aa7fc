//! Structures: what is named, what comes with it, how much of it.

use serde_json::json;

use super::{failure, gets, gets_xml, names};
use crate::{
    acts::{Carried, content},
    exports::{MANY, PUBLISHER, imports, with},
    stage::Stage,
};
use api::access::Kind;

const FLOW: &str = "dataflows MX-INM:MX-RETORNOS(1.0.0)";
const STRUCTURE: &str = "dataStructures MX-INM:DSD_MX-RETORNOS(1.0.0)";
const CONCEPTS: &str = "conceptSchemes MX-INM:CS_MX-RETORNOS(1.0.0)";
const AREAS: &str = "codelists MX-INM:CL_MX-RETORNOS_FROM_AREA(1.0.0)";
const SEXES: &str = "codelists MX-INM:CL_MX-RETORNOS_SEX(1.0.0)";
const STATUSES: &str = "codelists ENLACE:CL_OBS_STATUS(1.0)";

#[tokio::test]
async fn artefacts_are_found_by_type_agency_id_and_version() {
    let stage = Stage::set().await;
    with(&stage, MANY).await;
    for (path, expected) in [
        ("structure/dataflow", vec![FLOW]),
        ("structure/dataflow/MX-INM", vec![FLOW]),
        ("structure/dataflow/MX-INM/MX-RETORNOS/1.0.0", vec![FLOW]),
        ("structure/dataflow/MX-INM,GT-IGM/MX-RETORNOS,OTRO/+", vec![FLOW]),
        ("structure/dataflow/*/*/1.*", vec![FLOW]),
        ("structure/dataflow/*/*/1.0.0+", vec![FLOW]),
        ("structure/dataflow/*/*/~/", vec![FLOW]),
        ("structure/datastructure/*/DSD_MX-RETORNOS/*", vec![STRUCTURE]),
        ("structure/conceptscheme/MX-INM", vec![CONCEPTS]),
        ("structure/codelist/MX-INM", vec![AREAS, SEXES]),
        ("structure/codelist/ENLACE/CL_OBS_STATUS/~", vec![STATUSES]),
        ("structure/codelist/ENLACE/CL_OBS_STATUS/1.0", vec![STATUSES]),
        ("structure/agencyscheme", vec!["agencySchemes SDMX:AGENCIES(1.0)"]),
    ] {
        let found = gets(&stage, PUBLISHER, path).await;
        assert_eq!(found.status, 200, "{path}: {}", found.text);
        assert_eq!(names(&found), expected, "{path}");
        assert_eq!(
            found.header("content-type"),
            "application/vnd.sdmx.structure+json; version=2.0.0; charset=utf-8"
        );
    }
    for path in [
        "structure/dataflow/GT-IGM",
        "structure/dataflow/MX-INM/OTRO",
        "structure/dataflow/MX-INM/MX-RETORNOS/2.0.0",
        "structure/dataflow/MX-INM/MX-RETORNOS/1.0.1+",
        "structure/dataflow/MX-INM/MX-RETORNOS/1.0",
        "structure/codelist/ENLACE/CL_OBS_STATUS/9.*",
        "structure/categoryscheme",
        "structure/codelist/ENLACE/CL_SEX/1.0/NOBODY",
    ] {
        assert_eq!(failure(&gets(&stage, PUBLISHER, path).await), (404, 100), "{path}");
    }
    let all = gets(&stage, PUBLISHER, "structure/*/*/*/*").await;
    assert!(names(&all).len() > 12 && names(&all).contains(&FLOW.to_owned()));
    assert_eq!(names(&gets(&stage, PUBLISHER, "structure").await), names(&all));
}

#[tokio::test]
async fn what_refers_and_what_is_referred_to_comes_along() {
    let stage = Stage::set().await;
    with(&stage, MANY).await;
    let sorted = |mut names: Vec<&str>| {
        names.sort();
        names.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let below = [CONCEPTS, AREAS, SEXES, STATUSES];
    for (path, expected) in [
        ("dataflow/MX-INM?references=none", vec![FLOW]),
        ("dataflow/MX-INM?references=children", vec![FLOW, STRUCTURE]),
        ("dataflow/MX-INM?references=descendants", [&[FLOW, STRUCTURE], &below[..]].concat()),
        ("dataflow/MX-INM?references=all", [&[FLOW, STRUCTURE], &below[..]].concat()),
        ("dataflow/MX-INM?references=codelist", vec![FLOW, AREAS, SEXES, STATUSES]),
        ("dataflow/MX-INM?references=datastructure,conceptscheme", vec![FLOW, STRUCTURE, CONCEPTS]),
        ("datastructure/MX-INM?references=parents", vec![STRUCTURE, FLOW]),
        ("datastructure/MX-INM?references=children", [&[STRUCTURE], &below[..]].concat()),
        ("codelist/ENLACE/CL_OBS_STATUS?references=parents", vec![STATUSES, STRUCTURE]),
        ("codelist/ENLACE/CL_OBS_STATUS?references=ancestors", vec![STATUSES, STRUCTURE, FLOW]),
        ("codelist/ENLACE/CL_OBS_STATUS?references=parentsandsiblings", [&[STRUCTURE], &below[..]].concat()),
        ("codelist/ENLACE/CL_FREQ?references=ancestors", vec!["codelists ENLACE:CL_FREQ(1.0)"]),
    ] {
        let found = gets(&stage, PUBLISHER, &format!("structure/{path}")).await;
        assert_eq!(names(&found), sorted(expected), "{path}: {}", found.text);
    }
}

#[tokio::test]
async fn a_structure_says_what_the_dataset_declares_and_what_its_figures_have() {
    let stage = Stage::set().await;
    let mut declared = content(&stage, Kind::Dataset, "Edades", 1);
    declared["decimals"] = json!(1);
    declared["dimensions"] = json!([
        { "code": "SEX", "name": { "es": "Sexo", "en": "Sex" }, "list": "CL_SEX" },
        { "code": "AGE", "name": { "es": "Edad", "en": "Age" }, "list": "CL_AGE" },
        { "code": "PLACE", "name": { "es": "Lugar" } },
        { "code": "WAY", "name": { "es": "Vía" }, "list": "CL_RETURN_MODE" },
    ]);
    let carried = Carried::begun_with(&stage, Kind::Dataset, "mx.agency", "GREEN", declared, json!({})).await;
    let path = "structure/dataflow/MX-INM?references=all";
    let before = gets(&stage, PUBLISHER, path).await;
    assert_eq!(before.status, 200, "declared, without figures: {}", before.text);
    let csv = "SEX,AGE,PLACE,WAY,TIME_PERIOD,OBS_VALUE\nF,Y3T9,Casa del Migrante,_O_X,2024,1.5\nM,Y18T,Ñ,AIR,2024,2\n";
    imports(&stage, &carried.global(), 1, csv, json!({})).await.well();
    let found = gets(&stage, PUBLISHER, path).await;
    let data = &found.json["data"];
    let parts = &data["dataStructures"][0]["dataStructureComponents"];
    let dimensions = parts["dimensionList"]["dimensions"].as_array().unwrap();
    let coded: Vec<_> =
        dimensions.iter().map(|one| one["localRepresentation"]["enumeration"].as_str()).collect();
    let urn = |name: &str| Some(format!("urn:sdmx:org.sdmx.infomodel.codelist.Codelist={name}"));
    assert_eq!(
        coded.iter().map(|list| list.map(str::to_owned)).collect::<Vec<_>>(),
        [
            urn("ENLACE:CL_SEX(1.0)"),
            urn("MX-INM:CL_D-EDADES_AGE(1.0.0)"),
            None,
            urn("MX-INM:CL_D-EDADES_WAY(1.0.0)")
        ]
    );
    assert_eq!(dimensions[2]["localRepresentation"], json!({ "format": { "dataType": "String" } }));
    assert_eq!(parts["measureList"]["measures"][0]["localRepresentation"]["format"]["decimals"], 1);
    let codes = |id: &str| {
        let lists = data["codelists"].as_array().unwrap();
        let list = lists.iter().find(|list| list["id"] == id).unwrap();
        list["codes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|code| code["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(codes("CL_D-EDADES_AGE").contains(&"Y3T9".to_owned()));
    assert!(codes("CL_D-EDADES_WAY").contains(&"_O_X".to_owned()));
    let flow = &data["dataflows"][0];
    let said: Vec<_> =
        flow["annotations"].as_array().unwrap().iter().map(|one| one["type"].clone()).collect();
    assert_eq!(said, ["UNIT_MEASURE", "VINTAGE"]);
    assert_eq!(flow["descriptions"]["en"], "Edades (en)");

    let xml = gets_xml(&stage, PUBLISHER, path).await;
    assert_eq!(
        xml.header("content-type"),
        "application/vnd.sdmx.structure+xml; version=3.0.0; charset=utf-8"
    );
    for words in [
        "<str:Dataflow id=\"D-EDADES\"",
        "<str:TimeDimension id=\"TIME_PERIOD\">",
        "<str:TextFormat textType=\"Decimal\" decimals=\"1\">",
        "<com:Name xml:lang=\"en\">Age</com:Name>",
    ] {
        assert!(xml.text.contains(words), "{words}: {}", xml.text);
    }
    // What is declared and has no figures has its lists as declared.
    assert!(before.text.contains("CL_SEX") && !before.text.contains("Y3T9"));
}

#[tokio::test]
async fn as_much_is_told_as_was_asked_for() {
    let stage = Stage::set().await;
    with(&stage, MANY).await;
    let stubs = gets(&stage, PUBLISHER, "structure/codelist/MX-INM?detail=allstubs&references=parents").await;
    for artefact in stubs.json["data"].as_object().unwrap().values().flat_map(|list| list.as_array().unwrap())
    {
        assert_eq!(artefact["isExternalReference"], true);
        assert!(artefact.get("codes").is_none() && artefact.get("dataStructureComponents").is_none());
        assert!(artefact["name"].is_string());
    }
    let references = "structure/dataflow/MX-INM?detail=referencestubs&references=descendants";
    let references = gets(&stage, PUBLISHER, references).await;
    assert!(references.json["data"]["dataflows"][0]["structure"].is_string());
    assert_eq!(references.json["data"]["dataStructures"][0]["isExternalReference"], true);
    let some = gets(&stage, PUBLISHER, "structure/codelist/ENLACE/CL_SEX/~/M,F").await;
    let list = &some.json["data"]["codelists"][0];
    assert_eq!((list["codes"].as_array().unwrap().len(), &list["isPartial"]), (2, &json!(true)));
    let xml = gets_xml(&stage, PUBLISHER, "structure/codelist/ENLACE/CL_SEX/~/M").await;
    let areas = gets_xml(&stage, PUBLISHER, "structure/codelist/ENLACE/CL_AREA").await;
    assert!(areas.text.contains("<str:Parent>MX</str:Parent>") && areas.text.contains("NATIONAL_CODE"));
    assert!(xml.text.contains("isPartial=\"true\"") && !xml.text.contains("id=\"F\""), "{}", xml.text);
}

#[tokio::test]
async fn what_is_no_query_is_told_in_the_words_of_the_standard() {
    let stage = Stage::set().await;
    with(&stage, MANY).await;
    let deep = format!("structure/{}", "x/".repeat(2_000));
    for (path, expected) in [
        ("structure/dataflow?references=everything", (400, 140)),
        ("structure/dataflow?detail=some", (400, 140)),
        ("structure/dataflow?details=full", (400, 140)),
        ("structure/dataflow?detail=full&detail=raw", (400, 140)),
        ("structure/dataflow/*/*/1.+.*", (400, 140)),
        ("structure/dataflow/%2e%2e/%2e%2e", (404, 100)),
        ("structure/Dataflow", (400, 140)),
        ("structure/dataflow/a/b/c/d/e/f", (400, 140)),
        (deep.as_str(), (400, 140)),
        ("structure/dataflow?format=xml", (400, 140)),
        ("nothing", (400, 140)),
        ("schema/dataflow/MX-INM/MX-RETORNOS", (501, 501)),
        ("metadata/metadataflow", (501, 501)),
        ("registration/id/x", (501, 501)),
    ] {
        let told = gets(&stage, PUBLISHER, path).await;
        assert_eq!(failure(&told), expected, "{}: {}", &path[..path.len().min(60)], told.text);
        assert!(told.text.len() < 1_500);
    }
    let image = stage
        .person(PUBLISHER)
        .asking()
        .with("accept", "image/png")
        .gets("/sdmx/v2/structure/dataflow")
        .await;
    assert_eq!(failure(&image), (406, 140));
    let old = "application/vnd.sdmx.structure+xml;version=2.1";
    let old = stage.person(PUBLISHER).asking().with("accept", old).gets("/sdmx/v2/structure/dataflow").await;
    assert_eq!(old.status, 406);
    let xml = gets_xml(&stage, PUBLISHER, "structure/dataflow/NADIE").await;
    assert_eq!((xml.status.as_u16(), xml.header("content-type")), (404, "application/xml; charset=utf-8"));
    assert!(xml.text.contains("<mes:ErrorMessage code=\"100\">") && xml.text.contains("xml:lang=\"en\""));
    let spanish = stage.person(PUBLISHER).asking().in_spanish().without("accept");
    let spanish = spanish.gets("/sdmx/v2/structure/dataflow/NADIE").await;
    assert_eq!(spanish.json["errors"][0]["title"], "Sin resultados");
}
