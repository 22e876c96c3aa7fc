//! What a meeting agreed to do (acuerdos): by whom, until when, and whether it was done.
//!
//! A **commitment** is made in or after the session and never changed; what becomes of it are **steps**
//! that are only added, and its state is folded from them and from the clock ([`state`]). Whoever
//! reports that it was kept is not the one who confirms that. Where there is an **evidence** over shared
//! data, that is worked out as whoever asks sees the data, beside the state that was reported.

mod commands;
mod evidence;
mod fields;
mod inputs;
mod mutation;
mod promise;
mod query;
mod register;
mod state;
mod step;

pub use fields::{CarriedCommitment, MeetingCommitment};
pub use mutation::AgreementMutation;
pub use promise::Entity as AgreementRow;
pub use query::AgreementQuery;
pub use register::carried_to;
pub use state::{Base, Course, Step};
pub use step::Entity as AgreementStepRow;
