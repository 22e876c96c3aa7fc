//! Documents of a meeting: what is taken, for whom it is, and what is written down of it.

pub mod files;
mod hostile;
mod scanner;

use std::path::Path;

use api::access::{Action, Kind, Role, Standing, allows, policy::route_need};
use axum::body::Body;
use serde_json::{Value, json};

use self::files::{docx, jpeg, odt, pdf, png, xlsx};
use super::{
    agenda::{held, with_closed_items},
    content, convokes, invited, released_to,
};
use crate::{
    access::{everybody, trace::Trace},
    stage::{Answer, Stage},
};

pub const ROUTES_ATTACKED: [&str; 2] = ["POST /meetings/{id}/documents", "GET /documents/{id}"];

const DOCUMENTS: &str = "query($id: ID!) { node(id: $id) { ... on Meeting { documents { symbol kind distribution title item \
    files { id symbol revision language name media bytes sha256 enteredAt } } } } }";

async fn sends(stage: &Stage, login: &str, meeting: &str, query: &str, body: impl Into<Body>) -> Answer {
    let path = format!("/meetings/{meeting}/documents?{query}");
    stage.person(login).asking().without("content-type").sends_to(&path, body).await
}

async fn entered(stage: &Stage, meeting: &str, query: &str, body: impl Into<Body>) -> String {
    let answer = sends(stage, "mx.test.secretary", meeting, query, body).await;
    assert_eq!(answer.status, 201, "{query}: {}", answer.text);
    answer.json["document"].as_str().unwrap().to_owned()
}

fn new(name: &str, distribution: &str) -> String {
    format!("name={name}&language=es&kind=WORKING_PAPER&distribution={distribution}&title=Nota")
}

async fn symbols(stage: &Stage, login: &str, meeting: &str) -> Vec<String> {
    let answer = stage.person(login).asks(DOCUMENTS, json!({ "id": meeting })).await.well();
    let documents = answer.at("node.documents").as_array().unwrap();
    documents.iter().map(|one| one["symbol"].as_str().unwrap().to_owned()).collect()
}

/// How many files lie in the vault, whatever they are called.
fn stored(stage: &Stage) -> usize {
    fn count(folder: &Path) -> usize {
        let entries = std::fs::read_dir(folder).unwrap().flatten();
        entries.map(|entry| if entry.path().is_dir() { count(&entry.path()) } else { 1 }).sum()
    }
    count(&stage.node.config.folder.join("vault"))
}

#[tokio::test]
async fn a_document_has_a_symbol_by_its_series_and_its_languages_side_by_side() {
    let stage = Stage::set().await;
    let mut said = content(&[]);
    said["series"] = json!("Reunión Ministerial sobre Movilidad Humana");
    let id = convokes(&stage, said).await.well().text_at("convokeMeeting.meeting.id");
    released_to(&stage, &id, json!({ "countries": ["GT", "HN"] })).await;
    let first = entered(&stage, &id, &new("nota.pdf", "GENERAL"), pdf("", &[])).await;
    entered(&stage, &id, &format!("name=note.docx&language=en&languageOf={first}"), docx(&[])).await;
    entered(&stage, &id, &format!("name=nota.odt&language=es&revises={first}"), odt(&[])).await;
    entered(&stage, &id, &format!("name=note.odt&language=en&languageOf={first}"), odt(&[])).await;
    entered(&stage, &id, &new("cifras.xlsx", "GENERAL"), xlsx(&[])).await;
    entered(&stage, &id, &new("mapa.png", "LIMITED"), png()).await;
    entered(&stage, &id, &new("foto.jpeg", "RESTRICTED"), jpeg()).await;
    assert_eq!(symbols(&stage, "gt.test.focal", &id).await, ["RMMH/2025/1", "RMMH/2025/2", "RMMH/2025/L.1"]);
    assert_eq!(symbols(&stage, "mx.test.secretary", &id).await.len(), 4);
    let answer = stage.person("gt.test.focal").asks(DOCUMENTS, json!({ "id": id })).await.well();
    let files = answer.at("node.documents.0.files").as_array().unwrap();
    let told: Vec<_> = files
        .iter()
        .map(|file| {
            (
                file["symbol"].as_str().unwrap(),
                file["language"].as_str().unwrap(),
                file["media"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("RMMH/2025/1/Rev.1", "en", "ODT"),
            ("RMMH/2025/1/Rev.1", "es", "ODT"),
            ("RMMH/2025/1", "en", "DOCX"),
            ("RMMH/2025/1", "es", "PDF"),
        ]
    );
    let twice = sends(
        &stage,
        "mx.test.secretary",
        &id,
        &format!("name=a.pdf&language=es&languageOf={first}"),
        pdf("", &[]),
    )
    .await;
    assert!(twice.text.contains("DUPLICATE"), "{}", twice.text);
}

#[tokio::test]
async fn what_the_node_prints_itself_is_taken() {
    let stage = Stage::set().await;
    let id = invited(&stage, &[]).await;
    let printed =
        stage.person("mx.test.secretary").asking().gets(&format!("/meetings/{id}/agenda.pdf")).await;
    assert_eq!(printed.status, 200, "{}", printed.text);
    entered(&stage, &id, &new("agenda.pdf", "GENERAL"), printed.bytes.clone()).await;
}

#[tokio::test]
async fn who_fetches_a_document_is_written_down_before_it_is_sent() {
    let stage = Stage::set().await;
    let id = invited(&stage, &[]).await;
    let bytes = pdf("/OpenAction [3 0 R /Fit]", &[]);
    let query = "name=Nota%20t%C3%A9cnica.pdf&language=es&kind=CONCEPT_NOTE&distribution=GENERAL&title=Nota";
    let document = entered(&stage, &id, query, bytes.clone()).await;
    let before = stage.entries().await.len();
    let person = stage.person("gt.test.analyst");
    let answer = person.asking().gets(&format!("/documents/{document}")).await;
    assert_eq!((answer.status.as_u16(), &answer.bytes[..]), (200, &bytes[..]));
    let hash = api::ledger::sha256(&bytes);
    for (name, value) in [
        ("content-type", "application/pdf"),
        (
            "content-disposition",
            "attachment; filename=\"Nota t_cnica.pdf\"; filename*=UTF-8''Nota%20t%C3%A9cnica.pdf",
        ),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "private, no-cache"),
        ("content-length", &bytes.len().to_string()),
        ("etag", &format!("\"{hash}\"")),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    assert!(answer.header("repr-digest").starts_with("sha-256=:"));
    let entries = stage.entries().await;
    let last = entries.last().unwrap();
    assert_eq!(
        (entries.len(), last.event.as_str(), last.actor_id),
        (before + 1, "document.fetched", person.account)
    );
    assert!(last.body.contains(&hash));
    let unchanged = person
        .asking()
        .with("if-none-match", answer.header("etag"))
        .gets(&format!("/documents/{document}"))
        .await;
    assert_eq!((unchanged.status.as_u16(), unchanged.text.as_str()), (304, ""));
    assert_eq!(stage.entries().await.len(), before + 1);
    // Who reads what is the host's to know, and nobody else's.
    let told = "{ ledger(last: 1) { nodes { event subject } } }";
    let host = stage.person("mx.test.secretary").asks(told, json!({})).await;
    assert_eq!(host.at("ledger.nodes.0"), &json!({ "event": "document.fetched", "subject": document }));
    let other = stage.person("hn.test.focal").asks(told, json!({})).await;
    assert_eq!(other.at("ledger.nodes.0.event"), "document.entered");
}

#[tokio::test]
async fn a_document_is_for_those_of_its_distribution_and_hidden_with_its_item() {
    let stage = Stage::set().await;
    let id = held(&stage, with_closed_items()).await;
    let with_item = |distribution: &str, item: &str| format!("{}&item={item}", new("nota.pdf", distribution));
    let file = pdf("", &[]);
    let mut documents = Vec::new();
    for query in [
        new("nota.pdf", "GENERAL"),
        with_item("GENERAL", "planes-a"),
        with_item("LIMITED", "uno"),
        with_item("LIMITED", "apertura"),
        with_item("RESTRICTED", "apertura"),
    ] {
        documents.push(entered(&stage, &id, &query, file.clone()).await);
    }
    let open = sends(&stage, "mx.test.secretary", &id, &with_item("GENERAL", "uno"), file.clone()).await;
    assert!(open.text.contains("OUT_OF_RANGE"), "{}", open.text);
    let never = format!("/documents/{}", api::ids::DocumentId::new().global());
    for (login, shown) in [
        ("mx.test.secretary", [true, true, true, true, true]),
        ("gt.test.focal", [true, true, true, true, false]),
        ("hn.test.focal", [true, true, false, false, false]),
        ("int.iom.observer", [true, true, false, false, false]),
    ] {
        let person = stage.person(login);
        assert_eq!(
            symbols(&stage, login, &id).await.len(),
            shown.iter().filter(|one| **one).count(),
            "{login}"
        );
        for (document, shown) in documents.iter().zip(shown) {
            let answer = person.asking().gets(&format!("/documents/{document}")).await;
            assert_eq!(answer.status.as_u16(), if shown { 200 } else { 404 }, "{login} {document}");
            if !shown {
                assert_eq!(answer.message(), person.asking().gets(&never).await.message());
            }
        }
        let told = person.asks("{ ledger(last: 50) { nodes { subject } } }", json!({})).await;
        for document in [&documents[2], &documents[3]] {
            assert_eq!(told.text.contains(document.as_str()), shown[2], "{login} is told of {document}");
        }
        // The keys of an agenda that is cut are not those of its author.
        let listed = person.asks(DOCUMENTS, json!({ "id": id })).await;
        assert_eq!(listed.text.contains("planes-a"), shown[2], "{login}");
    }
    stage.person("mx.test.focal").asks(super::WITHDRAW, json!({ "input": { "id": id } })).await.well();
    for document in &documents {
        let answer = stage.person("gt.test.focal").asking().gets(&format!("/documents/{document}")).await;
        assert_eq!(answer.status, 404);
    }
}

#[tokio::test]
async fn documents_are_entered_and_fetched_by_whom_the_table_says() {
    let stage = Stage::set().await;
    let id = invited(&stage, &[]).await;
    let file = pdf("", &[]);
    let document = entered(&stage, &id, &new("a.pdf", "GENERAL"), file.clone()).await;
    let trace = Trace::of(&stage).await;
    let [post, get] = ROUTES_ATTACKED.map(|route| route_need(route).unwrap());
    let path = format!("/documents/{document}");
    let stranger = stage
        .stranger()
        .without("content-type")
        .sends_to(&format!("/meetings/{id}/documents"), file.clone())
        .await;
    assert_eq!(
        (stranger.code(), stage.stranger().gets(&path).await.code()),
        ("UNAUTHENTICATED", "UNAUTHENTICATED")
    );
    for who in everybody(&stage) {
        let met = |need: api::access::policy::Need| who.role.is_some_and(|role: Role| need.met_by(&[role]));
        let reads = who.role.is_some_and(|role| allows(role, Action::Read(Kind::Meeting), Standing::Partner));
        let conducts = who.role.is_some_and(|role| allows(role, Action::Conduct, Standing::Owner));
        let sees = reads && !who.country.is_empty() && (who.country != "MX" || who.prefix == "mx.test");
        let expected = match () {
            () if !met(post) => "FORBIDDEN",
            () if !sees => "NOT_FOUND",
            () if !(conducts && who.prefix == "mx.test") => "FORBIDDEN",
            () => "no error",
        };
        let before = trace.now(&stage).await;
        let answer = sends(&stage, &who.login, &id, &new("a.pdf", "GENERAL"), file.clone()).await;
        assert_eq!(answer.code(), expected, "{}: {}", who.login, answer.text);
        assert_eq!(trace.now(&stage).await != before, expected == "no error", "{}", who.login);
        let expected = match () {
            () if !met(get) => "FORBIDDEN",
            () if !sees => "NOT_FOUND",
            () => "no error",
        };
        let before = trace.now(&stage).await;
        let answer = stage.person(&who.login).asking().gets(&path).await;
        assert_eq!(answer.code(), expected, "{}: {}", who.login, answer.text);
        assert_eq!(answer.bytes.starts_with(b"%PDF-"), expected == "no error");
        assert_eq!(trace.now(&stage).await != before, expected == "no error", "{}", who.login);
    }
}

#[tokio::test]
async fn two_documents_at_once_have_each_a_number() {
    let stage = Stage::set().await;
    let id = invited(&stage, &[]).await;
    let (query, file) = (new("a.pdf", "GENERAL"), pdf("", &[]));
    let (one, other) =
        tokio::join!(entered(&stage, &id, &query, file.clone()), entered(&stage, &id, &query, file.clone()));
    assert_ne!(one, other);
    let symbols = symbols(&stage, "gt.test.focal", &id).await;
    assert_eq!(symbols, ["DOC/2025/1", "DOC/2025/2"]);
}

#[tokio::test]
async fn a_backup_holds_the_documents() {
    let stage = Stage::set().await;
    let id = invited(&stage, &[]).await;
    let file = pdf("", &[]);
    entered(&stage, &id, &new("a.pdf", "GENERAL"), file.clone()).await;
    let to = tempfile::tempdir().unwrap();
    let to = to.path().join("backup");
    api::backup::back_up(&stage.node, &to).await.unwrap();
    assert_eq!(std::fs::read(to.join("vault").join(api::ledger::sha256(&file))).unwrap(), file);
    let rows = std::fs::read_to_string(to.join("tables/meeting_document.jsonl")).unwrap();
    let row: Value = serde_json::from_str(rows.trim()).unwrap();
    assert_eq!((row["symbol"].as_str(), row["media"].as_str()), (Some("DOC/2025/1"), Some("PDF")));
}
