//! The statements that a request executes: recorded while a node answers it, then replayed without
//! the node, through the same pools, with the rows decoded into the same models.

use std::{
    hint::black_box,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result};
use api::{
    clock::Clock,
    directory::{institution, reception_point},
    gate::Propagate,
    ids::{AccountId, InstitutionId},
    node::{Node, writing_pool},
    records::{Record, Revision},
    schema,
    statistics::Cubes,
};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, FromQueryResult, QueryResult,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, Value,
};
use uuid::Uuid;

pub type RecordRow = <Record as EntityTrait>::Model;
pub type RevisionRow = <Revision as EntityTrait>::Model;

/// One statement, the pool it went through, and what its rows are read into.
#[derive(Clone)]
pub struct Step {
    pub statement: Statement,
    writes: bool,
    rows: Option<Rows>,
}

type Rows = fn(&QueryResult) -> Result<(), DbErr>;

/// What a recording node has executed since it was last emptied.
#[derive(Clone, Default)]
pub struct Tape(Arc<Mutex<Vec<Step>>>);

impl Tape {
    /// A second node on the same folder and database, which tells of each statement.
    pub async fn node(&self, of: &Node) -> Result<Node> {
        let mut writes = writing_pool(&of.config).await?;
        self.listen(&mut writes, true);
        let mut node = Node::on((*of.config).clone(), Clock::system(), writes).await?;
        self.listen(&mut node.reads.0, false);
        let cubes = Cubes::new(node.vault.clone(), 1 << 29);
        let (reads, ledger, clock) = (node.reads.clone(), node.ledger.clone(), node.clock.clone());
        let over = schema::over(reads, ledger, clock, node.vault.clone(), cubes);
        node.schema = over.extension(Propagate).finish();
        node.plain = node.schema.clone();
        Ok(node)
    }

    pub fn listen(&self, db: &mut DatabaseConnection, writes: bool) {
        let tape = self.0.clone();
        db.set_metric_callback(move |told| {
            let statement = told.statement.clone();
            let rows = rows_of(&statement.sql);
            tape.lock().unwrap_or_else(PoisonError::into_inner).push(Step { statement, writes, rows });
        });
    }

    pub fn take(&self) -> Vec<Step> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Step {
    /// Another statement whose rows are read into the same.
    pub fn instead(&self, sql: String) -> Self {
        Self { statement: Statement::from_string(self.statement.db_backend, sql), ..self.clone() }
    }
}

#[derive(FromQueryResult)]
#[expect(dead_code, reason = "read from the row, as the node reads it")]
struct Held {
    account: AccountId,
    login: String,
    institution: InstitutionId,
    country: Option<String>,
    roles: Option<String>,
}

#[derive(FromQueryResult)]
struct Head {
    number: i64,
    #[expect(dead_code, reason = "read from the row, as the node reads it")]
    hash: String,
}

fn model<M: FromQueryResult>(row: &QueryResult) -> Result<(), DbErr> {
    black_box(M::from_query_result(row, "")?);
    Ok(())
}

fn shown(row: &QueryResult) -> Result<(), DbErr> {
    black_box(RecordRow::from_query_result(row, "r_")?);
    black_box(RevisionRow::from_query_result(row, "v_")?);
    Ok(())
}

/// What the rows of a statement are read into; none if it has no rows.
fn rows_of(sql: &str) -> Option<Rows> {
    let of = |part: &str| sql.contains(part);
    match () {
        () if of("\"r_id\"") => Some(shown),
        () if of("FROM \"account\"") => Some(model::<Held>),
        () if of("FROM \"institution\"") => Some(model::<institution::Model>),
        () if of("FROM \"reception_point\"") => Some(model::<reception_point::Model>),
        () if of("FROM \"entry\"") => Some(model::<Head>),
        () if of("FROM \"record\"") => Some(model::<RecordRow>),
        () if of("FROM \"revision\"") => Some(model::<RevisionRow>),
        () if of("RETURNING") => Some(model::<RecordRow>),
        () if sql.starts_with("SELECT") => Some(|_| Ok(())),
        () => None,
    }
}

async fn execute(db: &impl ConnectionTrait, statement: Statement, rows: Option<Rows>) -> Result<()> {
    let Some(read) = rows else {
        db.execute_raw(statement).await?;
        return Ok(());
    };
    for row in db.query_all_raw(statement).await? {
        read(&row)?;
    }
    Ok(())
}

/// Replays what a query executes.
pub async fn replay(db: &DatabaseConnection, steps: &[Step]) -> Result<()> {
    for step in steps {
        execute(db, step.statement.clone(), step.rows).await?;
    }
    Ok(())
}

/// The ids under which a recorded command is replayed.
pub struct Anew {
    pub recorded: Uuid,
    pub record: Uuid,
}

/// Replays what a command executes: its transaction on the writing pool, with new ids and the
/// next number of the ledger, and before and after it what it reads.
#[expect(clippy::disallowed_methods, reason = "the same transaction, without the house around it")]
pub async fn replay_command(node: &Node, steps: &[Step], anew: &Anew) -> Result<()> {
    let db = node.ledger.groundwork();
    let first = steps.iter().position(|step| step.writes).context("a command that writes nothing")?;
    let last = steps.iter().rposition(|step| step.writes).unwrap_or(first);
    for step in &steps[..first] {
        execute(&node.reads.0, anew.put(&step.statement, 0), step.rows).await?;
    }
    let immediate = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    let work = db.begin_with_options(immediate).await?;
    let mut next = 0;
    for step in &steps[first..=last] {
        let statement = anew.put(&step.statement, next);
        if step.statement.sql.contains("FROM \"entry\"") {
            if work.get_database_backend() == DbBackend::Postgres {
                work.execute_unprepared("SELECT pg_advisory_xact_lock(4919)").await?;
            }
            let row = work.query_one_raw(statement).await?.context("an empty ledger")?;
            next = Head::from_query_result(&row, "")?.number + 1;
            continue;
        }
        execute(&work, statement, step.rows).await?;
    }
    work.commit().await?;
    for step in &steps[last + 1..] {
        execute(&node.reads.0, anew.put(&step.statement, 0), step.rows).await?;
    }
    Ok(())
}

impl Anew {
    fn put(&self, statement: &Statement, next: i64) -> Statement {
        let mut statement = statement.clone();
        let entry = statement.sql.starts_with("INSERT INTO \"entry\" ");
        for value in statement.values.iter_mut().flat_map(|values| values.0.iter_mut()) {
            match value {
                Value::Uuid(Some(id)) if *id == self.recorded => *id = self.record,
                Value::BigInt(Some(number)) if next > 0 => *number = next,
                _ => {}
            }
        }
        // The entry's own id stands second.
        if entry && let Some(Value::Uuid(Some(id))) = statement.values.as_mut().and_then(|v| v.0.get_mut(1)) {
            *id = Uuid::now_v7();
        }
        statement
    }
}
