//! The public vocabulary of what can happen. Added to, never renamed: `schema/events.json` holds
//! the line.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::{Kind, Party},
    clock::Moment,
    ids::InstitutionId,
};

macro_rules! whats {
    ($($(#[doc = $doc:literal])+ $name:ident = $kind:literal . $step:literal),+ $(,)?) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum What { $($(#[doc = $doc])+ $name),+ }

        impl What {
            pub const ALL: &[What] = &[$(What::$name),+];
            /// The name others know it by, such as `plan.released`.
            pub fn name(self) -> &'static str { match self { $(What::$name => concat!($kind, ".", $step)),+ } }
            /// The sort of thing it happened to.
            pub fn kind(self) -> &'static str { match self { $(What::$name => $kind),+ } }
            pub fn meaning(self) -> &'static str { match self { $(What::$name => concat!($($doc),+).trim_ascii()),+ } }
        }
    };
}

whats! {
    /// A plan was begun.
    PlanDrafted = "plan"."drafted",
    /// A new revision of a plan was saved.
    PlanRevised = "plan"."revised",
    /// A revision of a plan was submitted for approval.
    PlanSubmitted = "plan"."submitted",
    /// A step of the chain of approval was signed for a revision of a plan; `hash` is what was signed.
    PlanEndorsed = "plan"."endorsed",
    /// A revision of a plan was approved; `hash` is what was approved.
    PlanApproved = "plan"."approved",
    /// A revision of a plan was released to `to`.
    PlanReleased = "plan"."released",
    /// A plan was recalled from `to`.
    PlanRecalled = "plan"."recalled",
    /// A plan was put into force.
    PlanActivated = "plan"."activated",
    /// A plan in force was raised to a higher level of alert.
    PlanEscalated = "plan"."escalated",
    /// A plan in force was lowered to a lower level of alert.
    PlanDeEscalated = "plan"."de-escalated",
    /// Another phase of a plan in force was opened. Told to those who are shown its phases.
    PlanPhaseOpened = "plan"."phase-opened",
    /// A later revision of a plan in force counts from now on. Told to those who work on the plan.
    PlanForceRevised = "plan"."force-revised",
    /// A plan in force was stood down.
    PlanStoodDown = "plan"."stood-down",
    /// How far an action of a plan in force has come was noted. Told to those who are shown its actions.
    PlanActionMoved = "plan"."action-moved",
    /// An exercise of a plan was begun: nothing is in force.
    ExerciseBegun = "plan"."exercise-begun",
    /// An exercise of a plan was raised to a higher level of alert.
    ExerciseEscalated = "plan"."exercise-escalated",
    /// An exercise of a plan was lowered to a lower level of alert.
    ExerciseDeEscalated = "plan"."exercise-de-escalated",
    /// Another phase was opened in an exercise of a plan. Told to those who are shown its phases.
    ExercisePhaseOpened = "plan"."exercise-phase-opened",
    /// A later revision counts from now on in an exercise of a plan. Told to those who work on the plan.
    ExerciseRevised = "plan"."exercise-revised",
    /// An exercise of a plan was ended.
    ExerciseEnded = "plan"."exercise-ended",
    /// How far an action has come in an exercise of a plan was noted. Told to those who are shown its actions.
    ExerciseActionMoved = "plan"."exercise-action-moved",
    /// A dataset was declared.
    DatasetDrafted = "dataset"."declared",
    /// A vintage was imported.
    DatasetRevised = "dataset"."imported",
    /// A vintage was submitted for approval.
    DatasetSubmitted = "dataset"."submitted",
    /// A vintage was approved; `hash` is what was approved.
    DatasetApproved = "dataset"."approved",
    /// A vintage was released to `to`.
    DatasetReleased = "dataset"."released",
    /// A vintage that was released was retracted as wrong; `hash` is what it was. Told to `to`, who could see it.
    DatasetRetracted = "dataset"."retracted",
    /// A dataset was recalled from `to`.
    DatasetRecalled = "dataset"."recalled",
    /// A meeting was convoked, as a draft.
    MeetingDrafted = "meeting"."convoked",
    /// A new revision of a meeting and its agenda was saved.
    MeetingRevised = "meeting"."revised",
    /// A revision of a meeting was submitted for approval.
    MeetingSubmitted = "meeting"."submitted",
    /// A revision of a meeting was approved; `hash` is what was approved.
    MeetingApproved = "meeting"."approved",
    /// A meeting and its agenda were released to `to`.
    MeetingReleased = "meeting"."released",
    /// A meeting was withdrawn from `to`.
    MeetingRecalled = "meeting"."withdrawn",
    /// The agenda of a meeting was opened to comment, or for longer.
    MeetingAgendaOpened = "meeting"."agenda-opened",
    /// The agenda of a meeting was adopted.
    MeetingAgendaAdopted = "meeting"."agenda-adopted",
    /// A meeting has begun.
    MeetingBegun = "meeting"."begun",
    /// A meeting was closed.
    MeetingClosed = "meeting"."closed",
    /// A meeting that was postponed was convoked anew.
    MeetingReconvoked = "meeting"."reconvoked",
    /// A meeting was postponed.
    MeetingPostponed = "meeting"."postponed",
    /// A meeting was cancelled.
    MeetingCancelled = "meeting"."cancelled",
    /// That a delegation attends, adopts or reserves was noted, or that it does not.
    MeetingDelegationNoted = "meeting"."delegation-noted",
    /// A delegation proposed something on the agenda of a meeting; `hash` is that of what it says.
    MeetingProposalMade = "meeting"."proposal-made",
    /// A delegation took back what it had proposed on an agenda.
    MeetingProposalWithdrawn = "meeting"."proposal-withdrawn",
    /// The host accepted or declined what a delegation proposed on an agenda.
    MeetingProposalDecided = "meeting"."proposal-decided",
    /// A delegation accredited somebody to a meeting; no name is told.
    MeetingParticipantAccredited = "meeting"."participant-accredited",
    /// A delegation took an accreditation back, and the name was deleted.
    MeetingParticipantRemoved = "meeting"."participant-removed",
    /// The names of a meeting's participants were deleted, their time being over.
    MeetingParticipantsForgotten = "meeting"."participants-forgotten",
    /// The host set in which order delegations speak on an item.
    MeetingSpeakingOrderSet = "meeting"."speaking-order-set",
    /// A delegation wrote its position on an item of a meeting.
    MeetingPositionWritten = "meeting"."position-written",
    /// Delegations were called to a sealed exchange of positions.
    MeetingExchangeCalled = "meeting"."exchange-called",
    /// A delegation committed to a position; `hash` is what it committed to.
    MeetingPositionSealed = "meeting"."position-sealed",
    /// A delegation handed in the position that it had committed to.
    MeetingPositionFiled = "meeting"."position-filed",
    /// A delegation took back a position before the exchange was open.
    MeetingPositionWithdrawn = "meeting"."position-withdrawn",
    /// The last delegation of an exchange handed in its position, so that all are open.
    MeetingExchangeOpened = "meeting"."exchange-opened",
    /// The host began a text that the meeting negotiates; `hash` is that of its first version.
    MeetingTextBegun = "meeting"."text-begun",
    /// The host edited or settled a text; `hash` is that of the new version.
    MeetingTextEdited = "meeting"."text-edited",
    /// A delegation proposed or supported an alternative; `hash` is that of the new version.
    MeetingTextProposed = "meeting"."text-proposed",
    /// The host put paragraphs of a text under a silence procedure.
    MeetingSilenceOpened = "meeting"."silence-opened",
    /// A delegation broke a silence.
    MeetingSilenceBroken = "meeting"."silence-broken",
    /// A text was shared with all who are shown the meeting.
    MeetingTextShared = "meeting"."text-shared",
    /// A text was put to adoption.
    MeetingTextPut = "meeting"."text-put",
    /// A text that was put to adoption was opened again.
    MeetingTextReopened = "meeting"."text-reopened",
    /// A delegation said how it stands to a text; `hash` is that of the words.
    MeetingTextStanceTaken = "meeting"."text-stance-taken",
    /// A delegation attached a reservation or a statement to a text; `hash` is that of what it says.
    MeetingTextStatementAttached = "meeting"."text-statement-attached",
    /// A text was adopted; `hash` is that of its words.
    MeetingTextAdopted = "meeting"."text-adopted",
    /// A document of a meeting was entered; `hash` is that of its bytes.
    MeetingDocumentEntered = "document"."entered",
    /// Somebody fetched a document of a meeting; `hash` is that of its bytes.
    MeetingDocumentFetched = "document"."fetched",
    /// An account opened a calendar of its own at a private address.
    CalendarOpened = "calendar"."opened",
    /// An account revoked a calendar of its own.
    CalendarRevoked = "calendar"."revoked",
    /// The minutes of a meeting were written or corrected; `hash` is that of what they say.
    MeetingMinutesWritten = "meeting"."minutes-written",
    /// A delegation approved the minutes; `hash` is that of what it approved.
    MeetingMinutesApproved = "meeting"."minutes-approved",
    /// A meeting agreed to do something; `hash` is that of what was agreed.
    MeetingCommitmentMade = "meeting"."commitment-made",
    /// What a meeting agreed to do was taken a step further.
    MeetingCommitmentMoved = "meeting"."commitment-moved",
    /// Who operates a reception point was set, and when its report is late.
    CapacityPointSet = "capacity-point"."set",
    /// The capacity of a reception point was reported; `hash` is that of what was.
    CapacityReported = "capacity-report"."made",
    /// A report of capacity was corrected by another; `hash` is that of the correction.
    CapacityCorrected = "capacity-report"."corrected",
    /// A country shared the capacity of its points with `to`.
    CapacityShared = "capacity-share"."made",
    /// A country took back from `to` what it had shared of its capacity.
    CapacityRecalled = "capacity-share"."recalled",
    /// A country stated what it lacks.
    GapStated = "gap"."stated",
    /// A gap was closed.
    GapClosed = "gap"."closed",
    /// A request for support was drafted.
    SupportRequestDrafted = "support-request"."drafted",
    /// A request for support was sent to the partner.
    SupportRequestSent = "support-request"."sent",
    /// A request for support was taken back.
    SupportRequestWithdrawn = "support-request"."withdrawn",
    /// A partner declined a request for support.
    SupportRequestDeclined = "support-request"."declined",
    /// One side wrote to the other on a request for support; `hash` is that of what it wrote.
    SupportRequestWritten = "support-request"."written",
    /// A partner offered support; `hash` is that of the offer.
    SupportOfferMade = "support-offer"."made",
    /// A partner took an offer of support back.
    SupportOfferWithdrawn = "support-offer"."withdrawn",
    /// An offer of support was not taken up.
    SupportOfferRefused = "support-offer"."refused",
    /// An offer of support was accepted.
    SupportOfferAccepted = "support-offer"."accepted",
    /// An accepted offer became a commitment.
    CommitmentMade = "commitment"."made",
    /// A commitment is being carried out.
    CommitmentBegun = "commitment"."begun",
    /// A commitment was delivered, as its owner says.
    CommitmentDelivered = "commitment"."delivered",
    /// What was committed was received.
    CommitmentReceived = "commitment"."received",
    /// A commitment was cancelled.
    CommitmentCancelled = "commitment"."cancelled",
    /// How an institution's files are read was saved.
    MappingSaved = "mapping"."saved",
    /// A country was admitted as a member, or an international organization as an observer.
    MemberAdmitted = "member"."admitted",
    /// An institution was added.
    InstitutionAdded = "institution"."added",
    /// An institution was changed.
    InstitutionChanged = "institution"."changed",
    /// A country said by whom its plans are approved.
    ApprovalChainSet = "institution"."approval-chain-set",
    /// A post was added.
    PostAdded = "post"."added",
    /// An account was opened.
    AccountAdded = "account"."added",
    /// An account was closed.
    AccountClosed = "account"."closed",
    /// An account was appointed to a post.
    Appointed = "appointment"."made",
    /// An appointment was ended.
    AppointmentEnded = "appointment"."ended",
}

/// A step in the life of a shared record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Drafted,
    Revised,
    Submitted,
    Approved,
    Released,
    Recalled,
}

impl What {
    pub fn of(kind: Kind, step: Step) -> Self {
        use Kind::*;
        use Step::*;
        match (kind, step) {
            (Plan, Drafted) => What::PlanDrafted,
            (Plan, Revised) => What::PlanRevised,
            (Plan, Submitted) => What::PlanSubmitted,
            (Plan, Approved) => What::PlanApproved,
            (Plan, Released) => What::PlanReleased,
            (Plan, Recalled) => What::PlanRecalled,
            (Dataset, Drafted) => What::DatasetDrafted,
            (Dataset, Revised) => What::DatasetRevised,
            (Dataset, Submitted) => What::DatasetSubmitted,
            (Dataset, Approved) => What::DatasetApproved,
            (Dataset, Released) => What::DatasetReleased,
            (Dataset, Recalled) => What::DatasetRecalled,
            (Meeting, Drafted) => What::MeetingDrafted,
            (Meeting, Revised) => What::MeetingRevised,
            (Meeting, Submitted) => What::MeetingSubmitted,
            (Meeting, Approved) => What::MeetingApproved,
            (Meeting, Released) => What::MeetingReleased,
            (Meeting, Recalled) => What::MeetingRecalled,
        }
    }
}

/// Whom an entry is told to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Drafting: those who work on it.
    Owner,
    /// Those to whom a release or a recall speaks, and those who work on it.
    Named,
}

impl Reach {
    pub fn code(self) -> &'static str {
        match self {
            Reach::Owner => "owner",
            Reach::Named => "named",
        }
    }
}

/// One thing that happened, and to whom it is told.
#[derive(Clone, Debug)]
pub struct Event {
    pub what: What,
    pub subject: Uuid,
    pub owner: InstitutionId,
    pub owner_country: Option<String>,
    pub reach: Reach,
    /// The parties that are told at once. Where the body opens later, those of its `to` are told then.
    pub told: Vec<Party>,
    pub body: Body,
}

/// The particulars of an entry: codes, numbers and hashes, never written text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// SHA-256 of the canonical content of the revision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<i32>,
    /// The parties a release or a recall speaks to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<Party>,
    /// When it is told to those of `to` who are not told at once: the end of an embargo; never, where it had not
    /// opened to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opens: Option<Moment>,
    /// The step of a plan in force, or of an exercise, from 1 on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<i32>,
    /// The level of alert then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
}

impl Body {
    pub fn of(revision: i32, hash: &str) -> Self {
        Self { revision: Some(revision), hash: Some(hash.into()), ..Self::default() }
    }
}
