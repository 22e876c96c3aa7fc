//! Counting what a viewer sees asks of each row of the audience whether it has opened: from the index alone, not from
//! each row.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

const INDEX: &str = "audience_opening";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut index = Index::create();
        index.name(INDEX).table("audience");
        for column in ["kind", "party", "subject", "opens_at", "until_then"] {
            index.col(column);
        }
        manager.create_index(index.to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name(INDEX).table("audience").to_owned()).await
    }
}
