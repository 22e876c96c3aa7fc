//! The tables, in the order they came to be. One file per change; a released file is never edited,
//! and each can be undone.

use sea_orm_migration::prelude::*;

mod m0001_directory;
mod m0002_records;
mod m0003_ledger;
mod m0004_bookkeeping;
mod m0005_uploads;
mod m0006_mappings;
mod m0007_opening;
mod m0008_retraction;
mod m0015_meetings;
mod m0016_positions;
mod m0017_import_jobs;
mod m0020_approval;
mod m0025_capacity;
mod m0026_support;
mod m0027_counting;
mod m0030_force;
mod m0035_calendar;
mod m0036_documents;
mod m0039_proposals;
mod m0040_texts;
mod m0041_agreements;
mod m0046_people;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_directory::Migration),
            Box::new(m0002_records::Migration),
            Box::new(m0003_ledger::Migration),
            Box::new(m0004_bookkeeping::Migration),
            Box::new(m0005_uploads::Migration),
            Box::new(m0006_mappings::Migration),
            Box::new(m0007_opening::Migration),
            Box::new(m0008_retraction::Migration),
            Box::new(m0015_meetings::Migration),
            Box::new(m0016_positions::Migration),
            Box::new(m0017_import_jobs::Migration),
            Box::new(m0020_approval::Migration),
            Box::new(m0025_capacity::Migration),
            Box::new(m0026_support::Migration),
            Box::new(m0027_counting::Migration),
            Box::new(m0030_force::Migration),
            Box::new(m0035_calendar::Migration),
            Box::new(m0036_documents::Migration),
            Box::new(m0039_proposals::Migration),
            Box::new(m0040_texts::Migration),
            Box::new(m0041_agreements::Migration),
            Box::new(m0046_people::Migration),
        ]
    }
}

pub use sea_orm_migration::MigratorTrait;
