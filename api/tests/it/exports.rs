//! Figures on their way out: in every form the same, to those only who are shown them, and known again by their tag.

mod attack;
mod forms;
mod leaving;
mod questions;

use serde_json::{Value, json};

use crate::{
    stage::{Answer, Stage},
    statistics::declared,
    uploads::sent,
};

/// Routes that are tried here by everybody.
pub const ATTACKED: &[&str] = &["GET /exports/{dataset}", "GET /statistics"];

pub const PUBLISHER: &str = "mx.agency.statistics";
pub const FORMS: [&str; 4] = ["csv", "sdmx-csv", "sdmx-json", "parquet"];

/// Every kind of period, figures that are not known, withheld or provisional, and codes of kinds.
pub const MANY: &str = "FROM_AREA,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n\
    GT,F,2024-01-01/P347D,12,P\nGT,F,2024-W35,3,A\nGT,M,2024-Q2,0,A\nGT,_T,2024,,Q\n\
    US,F,2024-01,40,A\nUS,F,2024-02,,O\nUS,M,2024-01,100,A\nUS,M,2024-02,90,E\nUS,M,2024-09-13,7,A\n\
    _O_CA,F,2024-01,5,A\n";

pub async fn gets(stage: &Stage, login: &str, path: &str) -> Answer {
    stage.person(login).asking().without("accept").gets(path).await
}

/// A dataset with these figures, a draft.
pub async fn with(stage: &Stage, csv: &str) -> String {
    with_code(stage, "MX-RETORNOS", csv).await
}

pub async fn with_code(stage: &Stage, code: &str, csv: &str) -> String {
    let dataset = declared(stage, code).await;
    imports(stage, &dataset, 1, csv, json!({})).await.well();
    dataset
}

pub async fn imports(stage: &Stage, dataset: &str, revision: i32, csv: &str, more: Value) -> Answer {
    const IMPORT: &str = "mutation ($input: ImportStatisticsInput!) { importStatistics(input: $input) { \
        dataset { vintage { fileHash observations } } \
        report { rowsRead accepted refused problems { row column value code message } \
            difference { added removed revised unchanged } } userErrors { code path message } } }";
    let file = sent(stage, PUBLISHER, csv.to_owned()).await;
    let mut input = json!({ "dataset": dataset, "expectedRevision": revision, "file": file });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    stage.person(PUBLISHER).asks(IMPORT, json!({ "input": input })).await
}

/// The lines of a CSV file, without their ends.
pub fn lines(text: &str) -> Vec<&str> {
    text.split("\r\n").filter(|line| !line.is_empty()).collect()
}
