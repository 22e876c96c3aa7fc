//! A backup holds the node, database and vault together, and a node restored from it answers alike.

use api::{backup, config::Config, ledger::Verdict, ledger::verify, node::Node};
use serde_json::json;

use crate::{capacity, meetings, plans, stage::Stage, statistics};

const EVERYTHING: &str = "{ plans { totalCount nodes { id revision hash owner { code } } } \
    activations { nodes { id level steps { reason { es } } actions { state note { es } } } } \
    meetings { nodes { id phase delegations { country attending } } } \
    datasets { nodes { id code vintage { fileHash observations } } } \
    regionalCapacity { total { points occupied } points { nodes { latest { id hash } } } } \
    capacityShares { nodes { id audience { countries } } } institutions(first: 100) { nodes { id code } } ledger(first: 100) { totalCount nodes { id at event subject } } }";

async fn restored(stage: &Stage, from: &std::path::Path) -> (tempfile::TempDir, Node) {
    let folder = tempfile::tempdir().unwrap();
    // Into SQLite, whatever it was backed up from: a backup knows no database.
    let config = Config {
        folder: folder.path().join("node"),
        public_url: stage.node.config.public_url.clone(),
        ..Config::default()
    };
    backup::restore(&config, from).await.unwrap();
    let node = Node::open(config, stage.node.clock.clone()).await.unwrap();
    (folder, node)
}

#[tokio::test]
async fn a_node_restored_from_a_backup_answers_the_same_and_verifies() {
    let mut stage = Stage::set().await;
    plans::drafted(&stage, "mx.test.editor", "MX-SRE", "Guardado", "GREEN").await;
    let dataset = statistics::published(&stage).await;
    meetings::attended(&stage).await;
    let points = capacity::built(&stage).await;
    capacity::set(&stage, &points, "MX-RP-0", 60).await;
    capacity::reported(&stage, &points, "MX-RP-0", 42, json!({})).await;
    capacity::shared(&stage, "MX", "TOTAL", None, json!({ "countries": ["GT"] })).await;
    let plan = plans::force::in_hand(&stage, json!([])).await;
    let activation = plans::force::activated(&stage, &plan, json!({})).await;
    plans::force::notes(&stage, "mx.test.editor", &activation, 0, "DONE").await.well();
    let before = stage.person("mx.test.focal").asks(EVERYTHING, json!({})).await.well();

    let to = tempfile::tempdir().unwrap();
    let to = to.path().join("backup");
    backup::back_up(&stage.node, &to).await.unwrap();
    plans::drafted(&stage, "mx.test.editor", "MX-SRE", "Después", "GREEN").await;

    let (_folder, node) = restored(&stage, &to).await;
    let head = node.ledger.head().unwrap();
    assert!(matches!(verify(&node.reads.0, head.as_ref()).await.unwrap(), Verdict::Sound { .. }));
    stage.refit(|whole| *whole = node);
    let after = stage.person("mx.test.focal").asks(EVERYTHING, json!({})).await.well();
    assert_eq!(after.json["data"], before.json["data"]);
    let sum = format!(r#"{{ statistics(dataset: "{dataset}", byPeriod: MONTH) {{ matched }} }}"#);
    assert_eq!(
        stage.person("gt.test.analyst").asks(&sum, json!({})).await.well().at("statistics.matched"),
        5
    );
    // And it goes on from there.
    plans::drafted(&stage, "mx.test.editor", "MX-SRE", "Nuevo", "GREEN").await;
}

#[tokio::test]
async fn a_backup_holds_no_secret_key() {
    let stage = Stage::set().await;
    let to = tempfile::tempdir().unwrap();
    let to = to.path().join("backup");
    backup::back_up(&stage.node, &to).await.unwrap();
    let secret = stage.node.keys.signing().unwrap().private.unwrap();
    let mut open = vec![to];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(path.read_dir().unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let held = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            assert!(!held.contains(&secret), "{}", path.display());
        }
    }
}

#[tokio::test]
async fn a_damaged_backup_is_refused_before_anything_is_written() {
    let stage = Stage::set().await;
    let to = tempfile::tempdir().unwrap();
    let to = to.path().join("backup");
    backup::back_up(&stage.node, &to).await.unwrap();
    let table = to.join("tables/institution.jsonl");
    let damaged = std::fs::read_to_string(&table).unwrap().replacen("SRE", "XXX", 1);
    std::fs::write(&table, damaged).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let config = Config { folder: folder.path().join("node"), ..Config::default() };
    let refused = backup::restore(&config, &to).await.unwrap_err().to_string();
    assert!(refused.contains("tables/institution.jsonl is damaged"), "{refused}");
    assert!(!folder.path().join("node").exists());
}

#[tokio::test]
async fn a_node_that_holds_something_is_not_restored_over() {
    let stage = Stage::set().await;
    let to = tempfile::tempdir().unwrap();
    let to = to.path().join("backup");
    backup::back_up(&stage.node, &to).await.unwrap();
    let refused = backup::restore(&stage.node.config, &to).await.unwrap_err().to_string();
    assert!(refused.contains("holds a node already"), "{refused}");
    assert!(backup::back_up(&stage.node, &to).await.unwrap_err().to_string().contains("exists already"));
}
