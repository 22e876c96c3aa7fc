//! What is printed, read back as a reader of PDF reads it.

mod meetings;
mod notice;
mod plans;
mod press;
pub mod running;

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use lopdf::Document;
use serde_json::{Value, json};

use crate::stage::{Answer, Person, Stage};

/// The routes whose attack is played here.
pub fn routes_attacked() -> Vec<&'static str> {
    [&plans::ROUTES_ATTACKED[..], &meetings::ROUTES_ATTACKED[..]].concat()
}

/// The words of each page: one space between them, and none where a line may or must not break.
pub fn pages(pdf: &[u8]) -> Vec<String> {
    let document = Document::load_mem(pdf).expect("a PDF");
    let pages = document.get_pages();
    pages.keys().map(|page| words(&document.extract_text(&[*page]).expect("the words of a page"))).collect()
}

pub fn words(text: &str) -> String {
    let shown = |c: &char| !matches!(c, '\u{200b}' | '\u{2060}' | '\u{ad}');
    let text: String = text.chars().filter(shown).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Without any white space: however the lines were broken.
pub fn run(text: &str) -> String {
    words(text).replace(' ', "")
}

/// The paper that a person gets from an address.
pub async fn paper(person: Person<'_>, path: &str) -> Vec<String> {
    let answer = person.asking().gets(path).await;
    printed(&answer)
}

#[track_caller]
pub fn printed(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/pdf");
    pages(&answer.bytes)
}

/// The hash that a person is shown of a record.
pub async fn hash(person: Person<'_>, id: &str) -> String {
    let query = "query($id: ID!) { node(id: $id) { ... on Plan { hash } ... on Meeting { hash } } }";
    person.asks(query, json!({ "id": id })).await.well().text_at("node.hash")
}

/// Whether the PDF says that it is PDF/A-2a (to be kept) and PDF/UA-1 (to be read aloud).
pub fn kept_and_read_aloud(pdf: &[u8]) -> bool {
    let pdf = Document::load_mem(pdf).unwrap();
    let stream = pdf.catalog().unwrap().get(b"Metadata").and_then(|at| pdf.get_object(at.as_reference()?));
    let stream = stream.unwrap().as_stream().unwrap();
    let plain = stream.decompressed_content().unwrap_or_else(|_| stream.content.clone());
    let said = String::from_utf8(plain).unwrap();
    ["pdfaid:part>2<", "pdfaid:conformance>A<", "pdfuaid:part>1<"].iter().all(|words| said.contains(words))
}

/// Hands a document to the press.
pub fn press(document: &Value) -> Output {
    handed(document.to_string().as_bytes())
}

pub fn handed(bytes: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_enlace-press"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut to = child.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let handing = std::thread::spawn(move || drop(to.write_all(&bytes)));
    let output = child.wait_with_output().unwrap();
    handing.join().unwrap();
    output
}

/// A stage with one plan of every section, drafted.
async fn stage_with_plan(parts: Value) -> (Stage, String) {
    let stage = Stage::set().await;
    let id = crate::plans::parts::drafted_with(&stage, "GREEN", parts).await.well();
    let id = id.text_at("draftPlan.plan.id");
    (stage, id)
}
