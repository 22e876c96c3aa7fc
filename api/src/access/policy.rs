//! The policy, whole. `schema/access.txt` is this file, printed by a test for those who must
//! approve it and do not read Rust.
//!
//! A permission is a role, an action and a standing. There is no role for which everything is
//! allowed, and none that stands above the countries.

mod fields;

use Role::*;
use Standing::*;

pub use fields::{FIELDS, Need, ROUTES, need, route_need};

use crate::{say, text::Say};

macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[doc = $doc:literal])+ $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, async_graphql::Enum)]
        pub enum $name { $($(#[doc = $doc])+ $variant),+ }

        impl $name {
            pub const ALL: &[$name] = &[$($name::$variant),+];
            pub fn code(self) -> &'static str { match self { $($name::$variant => $code),+ } }
            pub fn parse(code: &str) -> Option<Self> { match code { $($code => Some($name::$variant),)+ _ => None } }
        }
    };
}

codes! {
    /// What a post is for. Roles belong to posts, and to accounts only while they are appointed.
    Role {
        /// Approves in the name of the institution; releases and recalls.
        Minister = "MINISTER",
        /// The country's contact for the others: releases and recalls what was approved.
        FocalPoint = "FOCAL_POINT",
        /// Writes contingency plans.
        PlanEditor = "PLAN_EDITOR",
        /// Declares datasets and imports vintages.
        StatisticsPublisher = "STATISTICS_PUBLISHER",
        /// Reads what was shared.
        Analyst = "ANALYST",
        /// Convenes meetings and keeps their agenda.
        AgendaSecretary = "AGENDA_SECRETARY",
        /// Attends to nationals abroad.
        ConsularOfficer = "CONSULAR_OFFICER",
        /// Reads before release, for classification.
        LegalReviewer = "LEGAL_REVIEWER",
        /// Reads the ledger of the own country's records, and nothing else.
        Auditor = "AUDITOR",
        /// Reads what was released to observers.
        Observer = "OBSERVER",
        /// Keeps the institutions, accounts and appointments of the own country, and nothing else.
        Administrator = "ADMINISTRATOR",
        /// The operator's own acts at the node's console, such as admitting a country.
        System = "SYSTEM",
        /// The alert button.
        Device = "DEVICE",
    }
}

codes! {
    /// What sort of record is spoken of.
    Kind {
        /// A contingency plan.
        Plan = "plan",
        /// A dataset of case statistics; each vintage is a revision of it.
        Dataset = "dataset",
        /// A meeting and its agenda.
        Meeting = "meeting",
    }
}

/// How the viewer's institution stands to the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// The institution that answers for it.
    Owner,
    /// Another institution of the owner's country.
    Compatriot,
    /// Anybody else to whom it was released.
    Partner,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Read(Kind),
    Draft(Kind),
    Submit(Kind),
    Approve(Kind),
    Release(Kind),
    Recall(Kind),
    /// Say that what was released is wrong.
    Retract(Kind),
    /// See to whom a record was released, under which instrument, and what its authors noted.
    SeeAudience(Kind),
    /// Put a plan into force, move it and stand it down: for the institutions that the country's chain names.
    DeclareForce,
    /// Say how far the actions of a plan in force have come.
    RunPlan,
    /// Take a meeting from one phase to the next.
    Conduct,
    /// Postpone or cancel a meeting.
    CallOff,
    /// Speak for the delegation of the own country: as it stands to the country, not to the host.
    SpeakForDelegation,
    /// Read what the own country's delegation means to say, and what is exchanged with it.
    ReadPositions,
    /// Read what a meeting negotiates, as one of the host's or of a delegation that does not only observe.
    ReadTexts,
    /// See what reception points report of their capacity.
    ReadCapacity,
    /// Report the capacity of a reception point: as it stands to the institution that operates it.
    ReportCapacity,
    /// Say who operates a reception point and when its report is late.
    ManagePoints,
    /// Share the capacity of the own country's points, and take that back.
    ShareCapacity,
    /// See gaps and requests for support.
    ReadSupport,
    /// State what the own country lacks, and draft requests for support.
    StateGap,
    /// Send requests for support, answer offers, and close gaps: as it stands to the institution that states the gap.
    DecideSupport,
    /// Offer support or decline, and keep what was promised: as it stands to the partner that was asked.
    AnswerSupport,
    ReadDirectory,
    ReadAccounts,
    ManageInstitutions,
    ManageAccounts,
    /// Read the ledger's entries of which one was told.
    ReadLedger,
    /// Read every entry of the own country's records.
    Audit,
    AdmitCountry,
}

impl Kind {
    pub fn say(self) -> Say {
        match self {
            Kind::Plan => say!("un plan", "plan"),
            Kind::Dataset => say!("un conjunto de datos", "dataset"),
            Kind::Meeting => say!("una reunión", "meeting"),
        }
    }
}

impl Standing {
    pub const ALL: &[Standing] = &[Owner, Compatriot, Partner];

    pub fn code(self) -> &'static str {
        match self {
            Owner => "owner",
            Compatriot => "compatriot",
            Partner => "partner",
        }
    }
}

impl Action {
    pub fn all() -> Vec<Action> {
        let of_records = [
            Action::Read,
            Action::Draft,
            Action::Submit,
            Action::Approve,
            Action::Release,
            Action::Recall,
            Action::Retract,
            Action::SeeAudience,
        ];
        let mut all: Vec<_> =
            Kind::ALL.iter().flat_map(|kind| of_records.iter().map(|action| action(*kind))).collect();
        all.extend([
            Action::DeclareForce,
            Action::RunPlan,
            Action::Conduct,
            Action::CallOff,
            Action::SpeakForDelegation,
            Action::ReadPositions,
            Action::ReadTexts,
            Action::ReadCapacity,
            Action::ReportCapacity,
            Action::ManagePoints,
            Action::ShareCapacity,
            Action::ReadSupport,
            Action::StateGap,
            Action::DecideSupport,
            Action::AnswerSupport,
            Action::ReadDirectory,
            Action::ReadAccounts,
            Action::ManageInstitutions,
            Action::ManageAccounts,
            Action::ReadLedger,
            Action::Audit,
            Action::AdmitCountry,
        ]);
        all
    }

    pub fn say(self) -> Say {
        let of = |es: &str, en: &str, kind: Kind| {
            let Say { es: kind_es, en: kind_en } = kind.say();
            say!("{es} {kind_es}", "{en} a {kind_en}")
        };
        match self {
            Action::Read(kind) => of("leer", "read", kind),
            Action::Draft(kind) => of("redactar", "draft", kind),
            Action::Submit(kind) => of("someter a aprobación", "submit", kind),
            Action::Approve(kind) => of("aprobar", "approve", kind),
            Action::Release(kind) => of("difundir", "release", kind),
            Action::Recall(kind) => of("retirar", "recall", kind),
            Action::Retract(kind) => of("declarar erróneo", "retract", kind),
            Action::SeeAudience(kind) => of("ver a quién se difundió", "see the audience of", kind),
            Action::DeclareForce => {
                say!("poner un plan en vigor y desactivarlo", "put a plan into force and stand it down")
            }
            Action::RunPlan => {
                say!(
                    "decir cómo van las acciones de un plan en vigor",
                    "say how far the actions of a plan in force have come"
                )
            }
            Action::Conduct => say!("llevar una reunión", "conduct a meeting"),
            Action::CallOff => say!("aplazar o cancelar una reunión", "postpone or cancel a meeting"),
            Action::SpeakForDelegation => {
                say!(
                    "hablar por la delegación del propio país en una reunión",
                    "speak for the own country's delegation in a meeting"
                )
            }
            Action::ReadPositions => {
                say!(
                    "leer las posiciones de la delegación del propio país en una reunión",
                    "read the positions of the own country's delegation in a meeting"
                )
            }
            Action::ReadTexts => {
                say!(
                    "leer los textos que negocia una reunión en la que participa el propio país",
                    "read the texts that a meeting negotiates in which the own country takes part"
                )
            }
            Action::ReadCapacity => {
                say!("ver la capacidad de los puntos de recepción", "see the capacity of reception points")
            }
            Action::ReportCapacity => {
                say!(
                    "informar la capacidad de un punto de recepción que opera su institución",
                    "report the capacity of a reception point that the own institution operates"
                )
            }
            Action::ManagePoints => {
                say!(
                    "poner en servicio un punto de recepción del propio país",
                    "put a reception point of the own country in service"
                )
            }
            Action::ShareCapacity => {
                say!(
                    "difundir la capacidad de los puntos del propio país",
                    "share the capacity of the own country's points"
                )
            }
            Action::ReadSupport => {
                say!("ver necesidades y solicitudes de apoyo", "see gaps and requests for support")
            }
            Action::StateGap => {
                say!(
                    "declarar una necesidad del propio país y redactar solicitudes de apoyo",
                    "state a gap of the own country and draft requests for support"
                )
            }
            Action::DecideSupport => {
                say!(
                    "enviar solicitudes de apoyo y decidir sobre lo que se ofrece",
                    "send requests for support and decide on what is offered"
                )
            }
            Action::AnswerSupport => {
                say!(
                    "ofrecer apoyo que se pidió a su país o institución, o declinar",
                    "offer support that the own country or institution was asked for, or decline"
                )
            }
            Action::ReadDirectory => say!("leer el directorio", "read the directory"),
            Action::ReadAccounts => {
                say!("ver las cuentas del propio país", "see the accounts of the own country")
            }
            Action::ManageInstitutions => {
                say!(
                    "administrar las instituciones del propio país",
                    "manage the institutions of the own country"
                )
            }
            Action::ManageAccounts => {
                say!("administrar las cuentas del propio país", "manage the accounts of the own country")
            }
            Action::ReadLedger => say!("leer el registro de actos", "read the ledger"),
            Action::Audit => {
                say!("auditar los actos sobre registros del propio país", "audit the own country's records")
            }
            Action::AdmitCountry => say!("admitir un país", "admit a country"),
        }
    }
}

/// The table. Everything that is not said here is refused.
pub fn allows(role: Role, action: Action, standing: Standing) -> bool {
    use Kind::*;
    let at_home = matches!(standing, Owner | Compatriot);
    match action {
        Action::Read(Plan) => matches!(
            role,
            Minister
                | FocalPoint
                | PlanEditor
                | StatisticsPublisher
                | Analyst
                | AgendaSecretary
                | ConsularOfficer
                | LegalReviewer
                | Observer
        ),
        Action::Read(Dataset) => matches!(
            role,
            Minister
                | FocalPoint
                | PlanEditor
                | StatisticsPublisher
                | Analyst
                | AgendaSecretary
                | LegalReviewer
                | Observer
        ),
        Action::Read(Meeting) => matches!(
            role,
            Minister
                | FocalPoint
                | PlanEditor
                | Analyst
                | AgendaSecretary
                | ConsularOfficer
                | LegalReviewer
                | Observer
        ),
        Action::Draft(Plan) | Action::Submit(Plan) => {
            standing == Owner && matches!(role, PlanEditor | FocalPoint)
        }
        Action::Draft(Dataset) | Action::Submit(Dataset) => standing == Owner && role == StatisticsPublisher,
        Action::Draft(Meeting) | Action::Submit(Meeting) => {
            standing == Owner && matches!(role, AgendaSecretary | FocalPoint)
        }
        Action::Approve(_) => at_home && role == Minister,
        Action::Release(_) | Action::Recall(_) => at_home && matches!(role, FocalPoint | Minister),
        Action::Retract(kind) => kind == Dataset && at_home && matches!(role, FocalPoint | Minister),
        Action::SeeAudience(kind) => at_home && allows(role, Action::Read(kind), standing),
        Action::DeclareForce => at_home && matches!(role, FocalPoint | Minister),
        Action::RunPlan => at_home && matches!(role, PlanEditor | FocalPoint | Minister),
        Action::Conduct => standing == Owner && matches!(role, AgendaSecretary | FocalPoint),
        Action::CallOff => at_home && matches!(role, FocalPoint | Minister),
        Action::SpeakForDelegation => at_home && matches!(role, AgendaSecretary | FocalPoint | Minister),
        Action::ReadPositions => {
            at_home && matches!(role, AgendaSecretary | FocalPoint | Minister | Analyst | LegalReviewer)
        }
        Action::ReadTexts => at_home && role != Observer && allows(role, Action::Read(Meeting), standing),
        Action::ReadCapacity => allows(role, Action::Read(Plan), standing),
        Action::ReportCapacity => standing == Owner && matches!(role, PlanEditor | FocalPoint),
        Action::ManagePoints | Action::ShareCapacity => at_home && matches!(role, FocalPoint | Minister),
        Action::ReadSupport => allows(role, Action::Read(Plan), standing),
        Action::StateGap => standing == Owner && matches!(role, PlanEditor | FocalPoint),
        Action::DecideSupport | Action::AnswerSupport => at_home && matches!(role, FocalPoint | Minister),
        Action::ReadDirectory => role != Device,
        Action::ReadAccounts => at_home && matches!(role, Administrator | Auditor),
        Action::ManageInstitutions | Action::ManageAccounts => at_home && role == Administrator,
        Action::ReadLedger => role != Device,
        Action::Audit => at_home && role == Auditor,
        Action::AdmitCountry => role == System,
    }
}
