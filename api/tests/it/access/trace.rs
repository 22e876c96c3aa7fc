//! What an attack leaves behind.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::stage::Stage;

/// Counts everything that an act could leave in the database, whichever table it is in, and what
/// an act could change in place.
pub struct Trace(String);

impl Trace {
    pub async fn of(stage: &Stage) -> Self {
        let db = &stage.node.reads.0;
        let backend = db.get_database_backend();
        let tables = match backend {
            DbBackend::Postgres => "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
            _ => "SELECT name FROM sqlite_master WHERE type = 'table'",
        };
        let tables = db.query_all_raw(Statement::from_string(backend, tables)).await.unwrap();
        let mut counts: Vec<String> = tables
            .iter()
            .map(|row| format!("SELECT COUNT(*) FROM {}", row.try_get::<String>("", "name").unwrap()))
            .collect();
        for table in ["entry", "record", "revision", "audience", "share", "account", "answered"] {
            assert!(counts.iter().any(|count| count.ends_with(&format!(" {table}"))), "no table {table}");
        }
        counts.extend(
            ["draft", "submitted", "approved", "released"]
                .map(|state| format!("SELECT COUNT(*) FROM revision WHERE state = '{state}'")),
        );
        for table in ["support_request", "support_offer", "support_commitment"] {
            let states = [
                "sent",
                "declined",
                "withdrawn",
                "open",
                "refused",
                "accepted",
                "promised",
                "under_way",
                "delivered",
                "received",
            ];
            counts
                .extend(states.map(|state| format!("SELECT COUNT(*) FROM {table} WHERE state = '{state}'")));
        }
        counts.extend([
            "SELECT COUNT(*) FROM support_gap WHERE closed_at IS NULL".into(),
            "SELECT COUNT(*) FROM activation WHERE ended_at IS NULL".into(),
            "SELECT COALESCE(SUM(head), 0) FROM record".into(),
            "SELECT COALESCE(SUM(revision), 0) FROM audience".into(),
            "SELECT COALESCE(SUM(stale_minutes), 0) FROM capacity_point".into(),
            "SELECT COUNT(*) FROM capacity_share WHERE ended_at IS NULL".into(),
            "SELECT COUNT(*) FROM account WHERE active".into(),
            "SELECT COUNT(*) FROM institution WHERE active".into(),
            "SELECT COUNT(*) FROM appointment WHERE until IS NULL".into(),
        ]);
        let parts: Vec<_> = counts.iter().map(|count| format!("CAST(({count}) AS TEXT)")).collect();
        Self(format!("SELECT {} AS trace", parts.join(" || ' ' || ")))
    }

    pub async fn now(&self, stage: &Stage) -> String {
        let db = &stage.node.reads.0;
        let statement = Statement::from_string(db.get_database_backend(), &self.0);
        db.query_one_raw(statement).await.unwrap().unwrap().try_get("", "trace").unwrap()
    }
}
