//! The second door to the tables: bookkeeping, which is nobody's record and of which no entry tells.

use std::marker::PhantomData;

use sea_orm::{ActiveModelTrait, Condition, EntityName, EntityTrait, IntoActiveModel, QueryFilter};

use super::{KEPT, Ledger};
use crate::error::{Error, Result};

/// A table of bookkeeping. It must stand in [`KEPT`], or nothing is written to it.
pub trait Kept: EntityTrait {}

/// Writes to one table of bookkeeping, and to no other.
pub struct Keep<'a, E> {
    ledger: &'a Ledger,
    table: PhantomData<E>,
}

impl Ledger {
    pub fn keep<E: Kept>(&self) -> Result<Keep<'_, E>> {
        let table = E::default();
        if KEPT.contains(&EntityName::table_name(&table)) {
            return Ok(Keep { ledger: self, table: PhantomData });
        }
        let name = EntityName::table_name(&table);
        Err(Error::Internal(anyhow::anyhow!("`{name}` is no table of bookkeeping: write through a `Work`")))
    }
}

impl<E: Kept> Keep<'_, E> {
    pub async fn add(&self, row: E::Model) -> Result<()>
    where
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelTrait<Entity = E> + Send,
    {
        E::insert(row.into_active_model().reset_all()).exec_without_returning(self.ledger.books()).await?;
        Ok(())
    }

    /// Changes the rows that fit, and says how many did.
    pub async fn change(&self, to: E::ActiveModel, which: Condition) -> Result<u64>
    where
        E::ActiveModel: ActiveModelTrait<Entity = E>,
    {
        let changed = E::update_many().set(to).filter(which).exec(self.ledger.books()).await?;
        Ok(changed.rows_affected)
    }

    pub async fn remove(&self, which: Condition) -> Result<u64> {
        Ok(E::delete_many().filter(which).exec(self.ledger.books()).await?.rows_affected)
    }
}
