//! The ledger is what it was when it was written, or the verifier says where it is not.

use api::ledger::{Verdict, verify};
use sea_orm::{ConnectionTrait, DbBackend};
use serde_json::json;

use crate::{plans::drafted, stage::Stage};

async fn verdict(stage: &Stage) -> Verdict {
    let head = stage.node.ledger.head().unwrap();
    verify(&stage.node.reads.0, head.as_ref()).await.unwrap()
}

/// As an intruder would: with all rights on the database, and the triggers dropped first.
async fn intrude(stage: &Stage, sql: &[&str]) {
    let db = stage.node.ledger.groundwork();
    for table in ["entry", "entry_party"] {
        let triggers: Vec<String> = match db.get_database_backend() {
            DbBackend::Postgres => vec![
                format!("DROP TRIGGER {table}_only_grows ON {table}"),
                format!("DROP TRIGGER {table}_not_emptied ON {table}"),
            ],
            _ => vec![format!("DROP TRIGGER {table}_no_UPDATE"), format!("DROP TRIGGER {table}_no_DELETE")],
        };
        for trigger in triggers {
            db.execute_unprepared(&trigger).await.unwrap();
        }
    }
    for statement in sql {
        db.execute_unprepared(statement).await.unwrap();
    }
}

async fn with_some_history() -> Stage {
    let stage = Stage::set().await;
    for n in 0..5 {
        drafted(&stage, "mx.test.editor", "MX-SRE", &format!("Plan {n}"), "GREEN").await;
    }
    assert!(matches!(verdict(&stage).await, Verdict::Sound { entries } if entries > 5));
    stage
}

#[track_caller]
fn broken_at(verdict: Verdict, expected: i64, word: &str) {
    match verdict {
        Verdict::Broken { number, why, .. } => {
            assert_eq!(number, expected, "{why}");
            assert!(why.en.contains(word), "{why}");
        }
        Verdict::Sound { entries } => panic!("{entries} entries were found sound"),
    }
}

#[tokio::test]
async fn an_altered_entry_is_named() {
    let stage = with_some_history().await;
    intrude(&stage, &["UPDATE entry SET body = replace(body, '1', '2') WHERE number = 9"]).await;
    broken_at(verdict(&stage).await, 9, "altered");
}

#[tokio::test]
async fn a_changed_addressee_is_named() {
    let stage = with_some_history().await;
    intrude(&stage, &["INSERT INTO entry_party (party, number) VALUES ('c:HN', 6)"]).await;
    broken_at(verdict(&stage).await, 6, "altered");
}

#[tokio::test]
async fn a_removed_entry_is_named() {
    let stage = with_some_history().await;
    intrude(&stage, &["DELETE FROM entry_party WHERE number = 4", "DELETE FROM entry WHERE number = 4"])
        .await;
    broken_at(verdict(&stage).await, 4, "missing");
}

#[tokio::test]
async fn entries_that_changed_places_are_named() {
    let stage = with_some_history().await;
    intrude(
        &stage,
        &[
            "DELETE FROM entry_party WHERE number IN (6, 7)",
            "UPDATE entry SET number = -6 WHERE number = 6",
            "UPDATE entry SET number = 6 WHERE number = 7",
            "UPDATE entry SET number = 7 WHERE number = -6",
        ],
    )
    .await;
    broken_at(verdict(&stage).await, 6, "");
}

#[tokio::test]
async fn a_tail_that_was_cut_off_is_missed() {
    let stage = with_some_history().await;
    let last = stage.entries().await.len() as i64;
    let from = last - 1;
    intrude(
        &stage,
        &[
            &format!("DELETE FROM entry_party WHERE number >= {from}"),
            &format!("DELETE FROM entry WHERE number >= {from}"),
        ],
    )
    .await;
    broken_at(verdict(&stage).await, from, "cut off");
}

fn told(row: &api::ledger::party::Model) -> api::ledger::Told {
    api::ledger::Told { party: row.party.clone(), opens: row.opens_at }
}

#[tokio::test]
async fn a_chain_that_was_rewritten_whole_does_not_fit_the_signed_head() {
    let stage = with_some_history().await;
    // The intruder computes every hash anew, as only the node's key could hide.
    let mut entries = stage.entries().await;
    let parties = {
        use sea_orm::EntityTrait;
        api::ledger::party::Entity::find().all(&stage.node.reads.0).await.unwrap()
    };
    let mut updates = Vec::new();
    let mut previous = entries[0].previous.clone();
    for entry in &mut entries {
        if entry.number == 9 {
            entry.body = entry.body.replace('1', "2");
        }
        entry.previous = previous;
        let mut told: Vec<_> = parties.iter().filter(|row| row.number == entry.number).map(told).collect();
        told.sort();
        entry.hash = entry.digest(&told);
        previous = entry.hash.clone();
        updates.push(format!(
            "UPDATE entry SET body = '{}', previous = '{}', hash = '{}' WHERE number = {}",
            entry.body, entry.previous, entry.hash, entry.number
        ));
    }
    let updates: Vec<_> = updates.iter().map(String::as_str).collect();
    intrude(&stage, &updates).await;
    broken_at(verdict(&stage).await, entries.len() as i64, "rewritten");
}

#[tokio::test]
async fn a_forged_head_is_not_believed() {
    let stage = with_some_history().await;
    let path = stage.node.config.folder.join("ledger.head");
    let head = std::fs::read_to_string(&path).unwrap();
    let (front, signature) = head.rsplit_once('.').unwrap();
    let forged = format!("{front}.{}", signature.chars().rev().collect::<String>());
    std::fs::write(&path, forged).unwrap();
    assert!(stage.node.ledger.head().is_err());
}

#[tokio::test]
async fn the_database_refuses_to_change_the_ledger() {
    let stage = with_some_history().await;
    let db = stage.node.ledger.groundwork();
    let mut attempts = vec![
        "UPDATE entry SET body = '{}' WHERE number = 1",
        "DELETE FROM entry WHERE number = 1",
        "UPDATE entry_party SET party = '*'",
        "DELETE FROM entry_party",
    ];
    match db.get_database_backend() {
        DbBackend::Postgres => attempts.push("TRUNCATE entry CASCADE"),
        _ => attempts.push(
            "REPLACE INTO entry SELECT number, id, at, actor_id, event, kind, subject, owner_id, owner_country, \
             reach, '{}', previous, hash FROM entry WHERE number = 1",
        ),
    }
    for sql in attempts {
        assert!(db.execute_unprepared(sql).await.is_err(), "{sql} was carried out");
    }
    assert!(matches!(verdict(&stage).await, Verdict::Sound { .. }));
}

#[tokio::test]
async fn many_writers_at_once_leave_no_gap_and_a_follower_misses_nothing() {
    let stage = Stage::set().await;
    let before = stage.entries().await.len();
    let mut grown = stage.node.ledger.follow();
    let follower = async {
        let (mut seen, mut met) = (before as i64, Vec::new());
        while met.len() < 48 {
            grown.changed().await.unwrap();
            let new: Vec<_> = stage
                .entries()
                .await
                .into_iter()
                .map(|entry| entry.number)
                .filter(|number| *number > seen)
                .collect();
            seen = new.last().copied().unwrap_or(seen);
            met.extend(new);
        }
        met
    };
    let writers = futures::future::join_all((0..16).map(async |writer: usize| {
        for n in 0..3 {
            drafted(&stage, "mx.test.editor", "MX-SRE", &format!("Plan {writer} {n}"), "GREEN").await;
        }
    }));
    let (met, _) = tokio::join!(follower, writers);
    let expected: Vec<i64> = (before as i64 + 1..=before as i64 + 48).collect();
    assert_eq!(met, expected);
    assert!(matches!(verdict(&stage).await, Verdict::Sound { .. }));
}

#[tokio::test]
async fn readers_are_told_what_concerns_them_and_auditors_what_concerns_their_country() {
    let stage = Stage::set().await;
    drafted(&stage, "mx.test.editor", "MX-SRE", "Borrador", "GREEN").await;
    let drafts = r#"{ ledger(filter: { events: ["plan.drafted"] }) { totalCount nodes { revision actor { login } owner { code } } } }"#;
    let count = async |login: &str| {
        stage.person(login).asks(drafts, json!({})).await.well().at("ledger.totalCount").clone()
    };
    assert_eq!(count("mx.test.editor").await, 1);
    assert_eq!(count("mx.test.auditor").await, 1);
    assert_eq!(count("mx.test.admin").await, 0);
    assert_eq!(count("mx.agency.analyst").await, 0);
    assert_eq!(count("gt.test.auditor").await, 0);
    assert_eq!(count("gt.test.focal").await, 0);
    let audited = stage.person("mx.test.auditor").asks(drafts, json!({})).await;
    assert_eq!(
        audited.at("ledger.nodes.0"),
        &json!({ "revision": 1, "actor": { "login": "mx.test.editor" }, "owner": { "code": "MX-SRE" } })
    );
}

#[tokio::test]
async fn a_command_that_records_nothing_does_not_commit() {
    let stage = Stage::set().await;
    let viewer = stage.viewer("mx.test.editor").await;
    let outcome = stage.node.ledger.write(&viewer, None, async |_work| Ok(api::ids::RecordId::new())).await;
    assert_eq!(outcome.unwrap_err().code(), "INTERNAL");
}

#[tokio::test]
async fn the_bookkeeping_tables_are_the_ones_that_are_listed() {
    let stage = Stage::set().await;
    let db = &stage.node.reads.0;
    let sql = match db.get_database_backend() {
        DbBackend::Postgres => "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
        _ => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    };
    let rows =
        db.query_all_raw(sea_orm::Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    let mut tables: Vec<String> = rows.iter().map(|row| row.try_get("", "name").unwrap()).collect();
    tables.retain(|table| !api::ledger::KEPT.contains(&table.as_str()) && table != "seaql_migrations");
    tables.sort();
    // What is left is written with an entry, by a `Work`, and is in every backup.
    assert_eq!(
        tables,
        [
            "account",
            "action_progress",
            "activation",
            "agenda_proposal",
            "appointment",
            "approval_step",
            "audience",
            "calendar",
            "capacity_audience",
            "capacity_point",
            "capacity_report",
            "capacity_share",
            "commitment_step",
            "consulate",
            "country",
            "delegation_fact",
            "division",
            "entry",
            "entry_party",
            "force_reason",
            "force_step",
            "institution",
            "mapping",
            "meeting_commitment",
            "meeting_document",
            "meeting_phase",
            "minutes",
            "minutes_approval",
            "negotiated_text",
            "participant",
            "position",
            "position_exchange",
            "post",
            "reception_point",
            "record",
            "revision",
            "sealed_position",
            "share",
            "signature",
            "speaking_order",
            "support_commitment",
            "support_gap",
            "support_message",
            "support_offer",
            "support_request",
            "text_stance",
            "text_statement",
            "text_version"
        ]
    );
}

#[tokio::test]
async fn a_revision_that_was_altered_behind_the_ledger_is_named() {
    use api::audit::altered_revision;
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let stage = with_some_history().await;
    assert_eq!(altered_revision(&stage.node.reads.0).await.unwrap().unwrap(), 5);
    let db = stage.node.ledger.groundwork();
    db.execute_unprepared(match db.get_database_backend() {
        DbBackend::Postgres => "DROP TRIGGER revision_fixed ON revision",
        _ => "DROP TRIGGER revision_fixed",
    })
    .await
    .unwrap();
    db.execute_unprepared("UPDATE revision SET content = replace(content, 'Plan 3', 'Plan 9')")
        .await
        .unwrap();
    let why = altered_revision(&stage.node.reads.0).await.unwrap().unwrap_err();
    assert!(why.en.contains("does not match its hash"), "{why}");
    // With a hash to match, it is still not the one that was entered.
    let altered = api::records::Revision::find()
        .filter(api::records::RevisionColumn::Content.contains("Plan 9"))
        .one(&stage.node.reads.0)
        .await
        .unwrap()
        .unwrap();
    let hash = api::ledger::sha256(altered.content.as_bytes());
    db.execute_unprepared(&format!("UPDATE revision SET hash = '{hash}' WHERE content LIKE '%Plan 9%'"))
        .await
        .unwrap();
    let why = altered_revision(&stage.node.reads.0).await.unwrap().unwrap_err();
    assert!(why.en.contains("not the one that was entered"), "{why}");
}
