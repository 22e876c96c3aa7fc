//! A file of a document: one language of one revision.

use sea_orm::{QueryOrder, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    clock::Moment,
    ids::{AccountId, DocumentId, RecordId},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[sea_orm(table_name = "meeting_document")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DocumentId,
    pub meeting_id: RecordId,
    pub distribution: Distribution,
    /// Within the meeting and the distribution, from 1 on.
    pub number: i32,
    /// 0 is the document as it was first entered.
    pub revision: i32,
    /// ISO 639-1.
    pub language: String,
    pub symbol: String,
    pub kind: DocumentKind,
    pub title: String,
    /// The key of the item that it belongs to.
    pub item: Option<String>,
    /// What names the file in the vault: its SHA-256.
    pub file: String,
    pub bytes: i64,
    pub media: Media,
    /// What whoever entered it called the file.
    pub name: String,
    pub account_id: AccountId,
    pub at: Moment,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

macro_rules! codes {
    ($(#[doc = $doc:literal] $name:ident ($graphql:literal, $length:literal) { $($(#[doc = $of:literal])+ $variant:ident = $code:literal),+ $(,)? })+) => { $(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
        #[derive(async_graphql::Enum, Serialize, Deserialize)]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        #[sea_orm(rs_type = "String", db_type = "String(StringLen::N(20))", rename_all = "snake_case")]
        #[graphql(name = $graphql)]
        pub enum $name { $($(#[doc = $of])+ $variant),+ }

        impl $name {
            pub const ALL: [$name; $length] = [$($name::$variant),+];
            pub fn code(self) -> &'static str { match self { $($name::$variant => $code),+ } }
            pub fn parse(code: &str) -> Option<Self> { Self::ALL.into_iter().find(|one| one.code() == code) }
        }
    )+ };
}

codes! {
    /// For whom a document is.
    Distribution ("DocumentDistribution", 3) {
        /// For all who are shown the meeting (general).
        General = "GENERAL",
        /// For the host and the delegations that do not only observe (limitada).
        Limited = "LIMITED",
        /// For those who work on the meeting (restringida).
        Restricted = "RESTRICTED",
    }
    /// What a document is.
    DocumentKind ("DocumentKind", 9) {
        /// A concept note (nota conceptual).
        ConceptNote = "CONCEPT_NOTE",
        /// An annotated agenda (agenda anotada).
        AnnotatedAgenda = "ANNOTATED_AGENDA",
        /// A working paper (documento de trabajo).
        WorkingPaper = "WORKING_PAPER",
        /// A conference room paper (documento de sala).
        RoomPaper = "ROOM_PAPER",
        /// A non-paper.
        NonPaper = "NON_PAPER",
        /// A position paper (documento de posición).
        PositionPaper = "POSITION_PAPER",
        /// A draft of a declaration (proyecto de declaración).
        DraftDeclaration = "DRAFT_DECLARATION",
        /// Minutes (acta).
        Minutes = "MINUTES",
        /// An annex (anexo).
        Annex = "ANNEX",
    }
    /// What a file is, by its bytes.
    Media ("DocumentMedia", 6) {
        /// Portable Document Format.
        Pdf = "PDF",
        /// A text of Office Open XML.
        Docx = "DOCX",
        /// A text of OpenDocument.
        Odt = "ODT",
        /// A workbook of Office Open XML.
        Xlsx = "XLSX",
        /// A picture.
        Png = "PNG",
        /// A picture.
        Jpeg = "JPEG",
    }
}

impl Media {
    pub fn media_type(self) -> &'static str {
        match self {
            Media::Pdf => "application/pdf",
            Media::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Media::Odt => "application/vnd.oasis.opendocument.text",
            Media::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Media::Png => "image/png",
            Media::Jpeg => "image/jpeg",
        }
    }

    /// Whether a file of this name is such a file.
    pub fn is_called(self, name: &str) -> bool {
        let ending = name.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.to_ascii_lowercase());
        match self {
            Media::Jpeg => matches!(ending.as_str(), "jpg" | "jpeg"),
            other => ending == other.code().to_ascii_lowercase(),
        }
    }
}

/// The files of some meetings, in order.
#[expect(clippy::disallowed_methods, reason = "of meetings that are shown; which of them, `sight` says")]
pub async fn of_meetings(db: &impl ConnectionTrait, meetings: &[RecordId]) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::MeetingId.is_in(meetings.iter().copied()))
        .order_by_asc(Column::MeetingId)
        .order_by_asc(Column::Distribution)
        .order_by_asc(Column::Number)
        .order_by_desc(Column::Revision)
        .order_by_asc(Column::Language)
        .all(db)
        .await
}

/// The file of this id, whosever: whether it is for the viewer is for the caller to see to.
#[expect(clippy::disallowed_methods, reason = "the meeting it belongs to is looked up through the filter")]
pub async fn by_id(db: &impl ConnectionTrait, id: DocumentId) -> Result<Option<Model>, DbErr> {
    Entity::find_by_id(id).one(db).await
}
