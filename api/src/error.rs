//! Everything that can go wrong, and the one door it leaves by.

use async_graphql::{Response, ServerError};

use crate::{
    say,
    text::{Lang, Say},
};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a refused request is told. The code is public (`schema/errors.txt`); the sentence is for people.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("sign in first")]
    Unauthenticated,
    /// Also the answer for a record that exists but is not the viewer's to see.
    #[error("no such {0}")]
    NotFound(Say),
    #[error("not allowed: {0}")]
    Forbidden(Say),
    /// Values that the person can mend; each says where and how.
    #[error("{}", .0.iter().map(|p| format!("{}: {}", p.path, p.say)).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<Problem>),
    /// The request is sound, but the record is not in a state that permits it.
    #[error("{}", .0.say)]
    Conflict(Box<Problem>),
    /// More than the node is ready to do for one request.
    #[error("{0}")]
    Limited(Say),
    /// Not a request that could be understood.
    #[error("{0}")]
    BadRequest(Say),
    #[error("something went wrong on our side")]
    Internal(#[from] anyhow::Error),
}

/// One thing that is wrong with what was sent, and what would be right.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Problem {
    pub reason: Reason,
    /// The place in the input, such as `input.phases.2.name`.
    pub path: String,
    pub say: Say,
}

macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal),+ $(,)?) => {
        /// Why a value or a command was refused. Public: added, never renamed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum Reason { $($(#[doc = $doc])+ #[serde(rename = $code)] $name),+ }
        impl Reason {
            pub const ALL: &[Reason] = &[$(Reason::$name),+];
            pub fn code(self) -> &'static str { match self { $(Reason::$name => $code),+ } }
            pub fn meaning(self) -> &'static str { match self { $(Reason::$name => concat!($($doc),+).trim_ascii()),+ } }
        }
    };
}

reasons! {
    /// A value is required and was left out or is blank.
    Required = "REQUIRED",
    /// A value is longer, larger or more numerous than allowed.
    TooLarge = "TOO_LARGE",
    /// A number or a date lies outside what makes sense.
    OutOfRange = "OUT_OF_RANGE",
    /// A value does not have the form that is expected.
    Malformed = "MALFORMED",
    /// A code or an id names nothing that you can refer to.
    Unknown = "UNKNOWN",
    /// The same thing stands there twice.
    Duplicate = "DUPLICATE",
    /// The audience is wider than the handling mark allows.
    WiderThanHandling = "WIDER_THAN_HANDLING",
    /// Small figures could tell who was counted: they are not released beyond their country.
    BelowThreshold = "BELOW_THRESHOLD",
    /// Somebody has saved since you read; read again and repeat.
    StaleRevision = "STALE_REVISION",
    /// The record is not in a state in which this can be done.
    WrongState = "WRONG_STATE",
    /// Whoever wrote it cannot approve or release it.
    SamePerson = "SAME_PERSON",
    /// The text is not the one that was sealed: its hash is another.
    NotAsSealed = "NOT_AS_SEALED",
    /// Figures that must not be added together: overlapping bands, areas, periods or units.
    Incomparable = "INCOMPARABLE",
    /// A stated total is not the sum of its parts; a written reason lets it stand.
    DoesNotAddUp = "DOES_NOT_ADD_UP",
    /// A file holds something that acts by itself or leads out of it.
    ActiveContent = "ACTIVE_CONTENT",
    /// The Idempotency-Key was used before for another request.
    KeyReused = "KEY_REUSED",
    /// A file does not have the columns that the dataset declares.
    WrongHeader = "WRONG_HEADER",
    /// A figure is not a whole number, or not within what can be stored.
    NotANumber = "NOT_A_NUMBER",
    /// A period is not one of the forms that are understood.
    NotAPeriod = "NOT_A_PERIOD",
}

impl Problem {
    pub fn new(reason: Reason, path: impl Into<String>, say: Say) -> Self {
        Self { reason, path: path.into(), say }
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        match problem.reason {
            Reason::StaleRevision | Reason::WrongState | Reason::SamePerson | Reason::KeyReused => {
                Error::Conflict(Box::new(problem))
            }
            _ => Error::Invalid(vec![problem]),
        }
    }
}

impl From<sea_orm::DbErr> for Error {
    fn from(cause: sea_orm::DbErr) -> Self {
        // Two who add the same at once: the database decides, and the second is told.
        if let Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) = cause.sql_err() {
            return Problem::new(Reason::Duplicate, "input", say!("ya existe", "exists already")).into();
        }
        // No text of ours holds it, and PostgreSQL takes none that does.
        if cause.to_string().contains("invalid byte sequence for encoding") {
            return Error::BadRequest(say!(
                "el texto contiene el carácter nulo",
                "the text holds the null character"
            ));
        }
        Error::Internal(cause.into())
    }
}

/// The codes of `extensions.code`, with their meaning; printed to `schema/errors.txt`.
pub const CODES: &[(&str, &str)] = &[
    ("UNAUTHENTICATED", "No valid token came with the request."),
    ("FORBIDDEN", "You can see the record, but none of your roles may do this."),
    ("NOT_FOUND", "There is no such record for you."),
    (
        "BAD_USER_INPUT",
        "A value cannot be accepted; `extensions.problems` says where and what would be right.",
    ),
    ("CONFLICT", "The record has changed, or is not in a state that permits this."),
    ("LIMITED", "The request asks for more than the node does for one request."),
    ("BAD_REQUEST", "The request is not one the node understands."),
    ("INTERNAL", "Something went wrong on our side; quote `extensions.requestId`."),
];

impl Error {
    /// Part of the public contract, see [`CODES`].
    pub fn code(&self) -> &'static str {
        match self {
            Error::Unauthenticated => "UNAUTHENTICATED",
            Error::NotFound(_) => "NOT_FOUND",
            Error::Forbidden(_) => "FORBIDDEN",
            Error::Invalid(_) => "BAD_USER_INPUT",
            Error::Conflict(_) => "CONFLICT",
            Error::Limited(_) => "LIMITED",
            Error::BadRequest(_) => "BAD_REQUEST",
            Error::Internal(_) => "INTERNAL",
        }
    }

    pub fn told(&self, lang: Lang) -> String {
        match self {
            Error::Unauthenticated => say!(
                "falta una credencial válida: envíe `Authorization: Bearer <token>`",
                "no valid token: send `Authorization: Bearer <token>`"
            )
            .to(lang)
            .into(),
            Error::NotFound(what) => {
                let what = what.to(lang);
                say!("no existe: {what}", "no such {what}").to(lang).into()
            }
            Error::Forbidden(what) => {
                let what = what.to(lang);
                say!("ninguna de sus funciones permite {what}", "none of your roles allows you to {what}")
                    .to(lang)
                    .into()
            }
            Error::Invalid(problems) => problems
                .iter()
                .map(|p| format!("{}: {}", p.path, p.say.to(lang)))
                .collect::<Vec<_>>()
                .join("; "),
            Error::Conflict(problem) => problem.say.to(lang).into(),
            Error::Limited(say) | Error::BadRequest(say) => say.to(lang).into(),
            Error::Internal(_) => say!(
                "hubo un error de nuestro lado; cite el número de la petición",
                "something went wrong on our side; quote the request id"
            )
            .to(lang)
            .into(),
        }
    }

    /// What the person can mend, for `userErrors`; anything else stays an error.
    pub fn mendable(self) -> Result<Vec<Problem>> {
        match self {
            Error::Invalid(problems) => Ok(problems),
            Error::Conflict(problem) => Ok(vec![*problem]),
            other => Err(other),
        }
    }
}

/// The one door through which errors leave: every error gets a code, and a cause that is not ours
/// to tell goes to the log, under the request's id, instead of to the client.
pub fn present(mut response: Response, lang: Lang, request_id: &str) -> Response {
    for error in &mut response.errors {
        present_one(error, lang, request_id);
    }
    response
}

fn present_one(error: &mut ServerError, lang: Lang, request_id: &str) {
    let known = error.source::<Error>();
    let (code, message) = match (known, &error.source) {
        (Some(Error::Internal(cause)), _) => {
            tracing::error!(request_id, path = ?error.path, cause = %format!("{cause:#}"), "internal error");
            ("INTERNAL", Error::Internal(anyhow::anyhow!("")).told(lang))
        }
        (Some(known), _) => (known.code(), known.told(lang)),
        (None, Some(_)) => {
            tracing::error!(request_id, path = ?error.path, cause = %error.message, "internal error");
            ("INTERNAL", Error::Internal(anyhow::anyhow!("")).told(lang))
        }
        (None, None) => ("BAD_REQUEST", error.message.clone()),
    };
    let problems: Vec<_> = match known {
        Some(Error::Invalid(problems)) => problems.iter().map(|p| problem_value(p, lang)).collect(),
        Some(Error::Conflict(problem)) => vec![problem_value(problem, lang)],
        _ => Vec::new(),
    };
    error.message = message;
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("code", code);
    if code == "INTERNAL" {
        extensions.set("requestId", request_id);
    }
    if !problems.is_empty() {
        extensions.set("problems", async_graphql::Value::List(problems));
    }
}

fn problem_value(problem: &Problem, lang: Lang) -> async_graphql::Value {
    async_graphql::value!({
        "code": problem.reason.code(),
        "path": problem.path.clone(),
        "message": problem.say.to(lang),
    })
}
