//! Documents, as clients see them. Translation only.

use async_graphql::{Context, SimpleObject};
use chrono::{DateTime, Utc};

use super::{
    row::{self, Distribution, DocumentKind, Media, Model},
    sight::Sight,
};
use crate::{ask::Ask, error::Result, ids::DocumentId, meetings::MeetingContent, records::Shown};

/// A document of a meeting, in its languages and revisions.
#[derive(SimpleObject)]
pub struct MeetingDocument {
    /// Its symbol by the rule of the series, such as `RMMH/2025/3`; `L.` stands before the number of
    /// what is limited, `R.` of what is restricted.
    symbol: String,
    /// What it is.
    kind: DocumentKind,
    /// For whom it is.
    distribution: Distribution,
    /// Its title.
    title: String,
    /// The key of the item of the agenda that it belongs to, where you are shown that item by its key.
    item: Option<String>,
    /// Its files: the newest revision first, and of each the languages side by side.
    files: Vec<DocumentFile>,
}

/// A document in one language and revision. Get it at `/documents/{id}`.
#[derive(SimpleObject)]
pub struct DocumentFile {
    /// The global id.
    id: DocumentId,
    /// The symbol with the revision, such as `RMMH/2025/3/Rev.1`.
    symbol: String,
    /// The revision; 0 is the first.
    revision: i32,
    /// The language, ISO 639-1.
    language: String,
    /// What it is called.
    name: String,
    /// What sort of file it is.
    media: Media,
    /// How long it is, in bytes.
    bytes: i64,
    /// The SHA-256 of its bytes.
    sha256: String,
    /// When it was entered.
    entered_at: DateTime<Utc>,
}

/// The documents of a meeting that are for the viewer.
pub async fn documents_of(ctx: &Context<'_>, shown: &Shown<MeetingContent>) -> Result<Vec<MeetingDocument>> {
    let rows = row::of_meetings(ctx.db(), &[shown.record.id]).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let sight = Sight::of(ctx.db(), ctx.viewer()?, shown).await?;
    let mut documents: Vec<((Distribution, i32), MeetingDocument)> = Vec::new();
    for row in rows.into_iter().filter(|row| sight.shows(row)) {
        let of = (row.distribution, row.number);
        let (first, file) = split(row, shown.withheld);
        match documents.last_mut() {
            Some((before, document)) if *before == of => document.files.push(file),
            _ => documents.push((of, MeetingDocument { files: vec![file], ..first })),
        }
    }
    Ok(documents.into_iter().map(|(_, document)| document).collect())
}

fn split(row: Model, withheld: bool) -> (MeetingDocument, DocumentFile) {
    let symbol = row.symbol.split("/Rev.").next().unwrap_or_default().to_owned();
    let document = MeetingDocument {
        symbol,
        kind: row.kind,
        distribution: row.distribution,
        title: row.title,
        // To whom closed items are withheld, keys were given anew.
        item: row.item.filter(|_| !withheld),
        files: Vec::new(),
    };
    let file = DocumentFile {
        id: row.id,
        symbol: row.symbol,
        revision: row.revision,
        language: row.language,
        name: row.name,
        media: row.media,
        bytes: row.bytes,
        sha256: row.file,
        entered_at: row.at.0,
    };
    (document, file)
}
