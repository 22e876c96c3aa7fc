//! Walking the chain: is the ledger what it was when it was written?

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, QueryOrder, QuerySelect, entity::prelude::*};

use super::{
    entry::{self, GENESIS, Told, party},
    head::Head,
};
use crate::{error::Result, say, text::Say};

/// What walking the chain found.
#[derive(Clone, Debug)]
pub enum Verdict {
    Sound {
        entries: i64,
    },
    /// The first entry that is not as it was, and how many before it are.
    Broken {
        checked: i64,
        number: i64,
        why: Say,
    },
}

/// Entries read at a time: memory does not grow with the ledger.
const STRIDE: i64 = 1_000;

/// Walks the whole chain and holds its end against the head kept outside.
#[expect(
    clippy::disallowed_methods,
    reason = "the chain is checked whole, whoever asks; only the verdict leaves"
)]
pub async fn verify(db: &impl ConnectionTrait, head: Option<&Head>) -> Result<Verdict> {
    let (mut number, mut hash) = (0, GENESIS.to_string());
    let mut sealed = head.is_none_or(|head| head.number == 0);
    loop {
        let entries = entry::Entity::find()
            .filter(entry::Column::Number.gt(number))
            .order_by_asc(entry::Column::Number)
            .limit(STRIDE as u64)
            .all(db)
            .await?;
        let Some(last) = entries.last() else { break };
        let mut told: BTreeMap<i64, Vec<Told>> = BTreeMap::new();
        let rows = party::Entity::find()
            .filter(party::Column::Number.gt(number))
            .filter(party::Column::Number.lte(last.number))
            .all(db)
            .await?;
        for row in rows {
            told.entry(row.number).or_default().push(Told { party: row.party, opens: row.opens_at });
        }
        for entry in &entries {
            let mut parties = told.remove(&entry.number).unwrap_or_default();
            parties.sort();
            let broken = |why| Ok(Verdict::Broken { checked: number, number: number + 1, why });
            let (expected, found) = (number + 1, entry.number);
            if found != expected {
                return broken(say!(
                    "falta el asiento {expected}; el siguiente es el {found}",
                    "entry {expected} is missing; the next is {found}"
                ));
            }
            if entry.digest(&parties) != entry.hash {
                return broken(say!(
                    "el asiento {found} fue alterado: su contenido no corresponde a su huella",
                    "entry {found} was altered: its content does not match its hash"
                ));
            }
            if entry.previous != hash {
                return broken(say!(
                    "el asiento {found} no sigue al anterior: fue insertado, sustituido o cambiado de lugar",
                    "entry {found} does not follow the one before: it was inserted, replaced or moved"
                ));
            }
            if let Some(head) = head.filter(|head| head.number == entry.number) {
                if head.hash != entry.hash {
                    return broken(say!(
                        "el asiento {found} no es el que se firmó: la cadena fue reescrita",
                        "entry {found} is not the one that was signed: the chain was rewritten"
                    ));
                }
                sealed = true;
            }
            (number, hash) = (entry.number, entry.hash.clone());
        }
    }
    match head {
        Some(head) if !sealed => {
            let signed = head.number;
            Ok(Verdict::Broken {
                checked: number,
                number: number + 1,
                why: say!(
                    "la cadena termina en el asiento {number}, pero se firmó hasta el {signed}: falta el final",
                    "the chain ends at entry {number}, but was signed up to {signed}: the tail was cut off"
                ),
            })
        }
        None if number > 0 => Ok(Verdict::Broken {
            checked: number,
            number,
            why: say!(
                "no existe la cabeza firmada: no se puede saber si falta el final",
                "there is no signed head: whether the tail was cut off cannot be told"
            ),
        }),
        _ => Ok(Verdict::Sound { entries: number }),
    }
}
