//! The tables, in the order they came to be. One file per change; a released file is never edited,
//! and each can be undone.

use sea_orm_migration::prelude::*;

mod m0001_directory;
mod m0002_records;
mod m0003_ledger;
mod m0004_bookkeeping;
mod m0015_meetings;
mod m0016_positions;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_directory::Migration),
            Box::new(m0002_records::Migration),
            Box::new(m0003_ledger::Migration),
            Box::new(m0004_bookkeeping::Migration),
            Box::new(m0015_meetings::Migration),
            Box::new(m0016_positions::Migration),
        ]
    }
}

pub use sea_orm_migration::MigratorTrait;
