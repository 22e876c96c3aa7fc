//! What each root field of the API, and each other route, asks of whoever calls it.

use super::{Action, Kind, Role, Standing, allows};

/// What a root field of the API asks of whoever calls it, before anything runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A valid token.
    Token,
    /// A role that may do this in at least one standing.
    May(Action),
}

impl Need {
    pub fn met_by(self, roles: &[Role]) -> bool {
        match self {
            Need::Token => true,
            Need::May(action) => {
                roles.iter().any(|role| Standing::ALL.iter().any(|standing| allows(*role, action, *standing)))
            }
        }
    }
}

/// Every root field and what it needs. A field that is not here is refused to everybody.
pub const FIELDS: &[(&str, Need)] = &[
    ("viewer", Need::Token),
    ("node", Need::Token),
    ("nodes", Need::Token),
    ("countries", Need::May(Action::ReadDirectory)),
    ("divisions", Need::May(Action::ReadDirectory)),
    ("institutions", Need::May(Action::ReadDirectory)),
    ("consulates", Need::May(Action::ReadDirectory)),
    ("receptionPoints", Need::May(Action::ReadDirectory)),
    ("accounts", Need::May(Action::ReadAccounts)),
    ("plans", Need::May(Action::Read(Kind::Plan))),
    ("planDiff", Need::May(Action::Read(Kind::Plan))),
    ("planHistory", Need::May(Action::Read(Kind::Plan))),
    ("activations", Need::May(Action::Read(Kind::Plan))),
    ("planTerms", Need::May(Action::ReadDirectory)),
    ("regionalCapacity", Need::May(Action::ReadCapacity)),
    ("capacityHistory", Need::May(Action::ReadCapacity)),
    ("capacityShares", Need::May(Action::ReadCapacity)),
    ("gaps", Need::May(Action::ReadSupport)),
    ("datasets", Need::May(Action::Read(Kind::Dataset))),
    ("mappings", Need::May(Action::Draft(Kind::Dataset))),
    ("importJob", Need::May(Action::Draft(Kind::Dataset))),
    ("statistics", Need::May(Action::Read(Kind::Dataset))),
    ("mirror", Need::May(Action::Read(Kind::Dataset))),
    ("indicators", Need::May(Action::ReadDirectory)),
    ("codeLists", Need::May(Action::ReadDirectory)),
    ("meetings", Need::May(Action::Read(Kind::Meeting))),
    ("agendaDiff", Need::May(Action::Read(Kind::Meeting))),
    ("calendars", Need::May(Action::Read(Kind::Meeting))),
    ("ledger", Need::May(Action::ReadLedger)),
    ("addInstitution", Need::May(Action::ManageInstitutions)),
    ("changeInstitution", Need::May(Action::ManageInstitutions)),
    ("setApprovalChain", Need::May(Action::ManageInstitutions)),
    ("addPost", Need::May(Action::ManageAccounts)),
    ("addAccount", Need::May(Action::ManageAccounts)),
    ("closeAccount", Need::May(Action::ManageAccounts)),
    ("appoint", Need::May(Action::ManageAccounts)),
    ("endAppointment", Need::May(Action::ManageAccounts)),
    ("draftPlan", Need::May(Action::Draft(Kind::Plan))),
    ("revisePlan", Need::May(Action::Draft(Kind::Plan))),
    ("changePlan", Need::May(Action::Draft(Kind::Plan))),
    ("importPlan", Need::May(Action::Draft(Kind::Plan))),
    ("submitPlan", Need::May(Action::Submit(Kind::Plan))),
    ("approvePlan", Need::May(Action::Approve(Kind::Plan))),
    ("releasePlan", Need::May(Action::Release(Kind::Plan))),
    ("recallPlan", Need::May(Action::Recall(Kind::Plan))),
    ("activatePlan", Need::May(Action::DeclareForce)),
    ("moveActivation", Need::May(Action::DeclareForce)),
    ("setActionState", Need::May(Action::RunPlan)),
    ("setCapacityPoint", Need::May(Action::ManagePoints)),
    ("reportCapacity", Need::May(Action::ReportCapacity)),
    ("shareCapacity", Need::May(Action::ShareCapacity)),
    ("recallCapacity", Need::May(Action::ShareCapacity)),
    ("stateGap", Need::May(Action::StateGap)),
    ("closeGap", Need::May(Action::DecideSupport)),
    ("draftSupportRequests", Need::May(Action::StateGap)),
    ("moveSupportRequest", Need::May(Action::DecideSupport)),
    ("writeOnSupportRequest", Need::May(Action::DecideSupport)),
    ("offerSupport", Need::May(Action::AnswerSupport)),
    ("moveSupportOffer", Need::May(Action::DecideSupport)),
    ("moveCommitment", Need::May(Action::DecideSupport)),
    ("declareDataset", Need::May(Action::Draft(Kind::Dataset))),
    ("saveMapping", Need::May(Action::Draft(Kind::Dataset))),
    ("importStatistics", Need::May(Action::Draft(Kind::Dataset))),
    ("cancelImport", Need::May(Action::Draft(Kind::Dataset))),
    ("submitVintage", Need::May(Action::Submit(Kind::Dataset))),
    ("approveVintage", Need::May(Action::Approve(Kind::Dataset))),
    ("releaseVintage", Need::May(Action::Release(Kind::Dataset))),
    ("retractVintage", Need::May(Action::Retract(Kind::Dataset))),
    ("recallDataset", Need::May(Action::Recall(Kind::Dataset))),
    ("convokeMeeting", Need::May(Action::Draft(Kind::Meeting))),
    ("reviseMeeting", Need::May(Action::Draft(Kind::Meeting))),
    ("moveAgendaItem", Need::May(Action::Draft(Kind::Meeting))),
    ("submitMeeting", Need::May(Action::Submit(Kind::Meeting))),
    ("approveMeeting", Need::May(Action::Approve(Kind::Meeting))),
    ("releaseMeeting", Need::May(Action::Release(Kind::Meeting))),
    ("withdrawMeeting", Need::May(Action::Recall(Kind::Meeting))),
    ("conductMeeting", Need::May(Action::Conduct)),
    ("callOffMeeting", Need::May(Action::CallOff)),
    ("noteDelegation", Need::May(Action::SpeakForDelegation)),
    ("proposeOnAgenda", Need::May(Action::SpeakForDelegation)),
    ("withdrawProposal", Need::May(Action::SpeakForDelegation)),
    ("decideProposal", Need::May(Action::Conduct)),
    ("writePosition", Need::May(Action::SpeakForDelegation)),
    ("callExchange", Need::May(Action::Conduct)),
    ("sealPosition", Need::May(Action::SpeakForDelegation)),
    ("filePosition", Need::May(Action::SpeakForDelegation)),
    ("withdrawPosition", Need::May(Action::SpeakForDelegation)),
    ("textDiff", Need::May(Action::Read(Kind::Meeting))),
    ("beginText", Need::May(Action::Conduct)),
    ("editText", Need::May(Action::Conduct)),
    ("proposeAlternative", Need::May(Action::SpeakForDelegation)),
    ("supportAlternative", Need::May(Action::SpeakForDelegation)),
    ("settleParagraph", Need::May(Action::Conduct)),
    ("openSilence", Need::May(Action::Conduct)),
    ("breakSilence", Need::May(Action::SpeakForDelegation)),
    ("shareText", Need::May(Action::Conduct)),
    ("putText", Need::May(Action::Conduct)),
    ("reopenText", Need::May(Action::Conduct)),
    ("takeStance", Need::May(Action::SpeakForDelegation)),
    ("attachStatement", Need::May(Action::SpeakForDelegation)),
    ("adoptText", Need::May(Action::Conduct)),
    ("openCalendar", Need::May(Action::Read(Kind::Meeting))),
    ("revokeCalendar", Need::May(Action::Read(Kind::Meeting))),
    ("accreditParticipant", Need::May(Action::SpeakForDelegation)),
    ("removeParticipant", Need::May(Action::SpeakForDelegation)),
    ("setSpeakingOrder", Need::May(Action::Conduct)),
    ("commitments", Need::May(Action::ReadTexts)),
    ("writeMinutes", Need::May(Action::Conduct)),
    ("approveMinutes", Need::May(Action::SpeakForDelegation)),
    ("makeCommitment", Need::May(Action::Conduct)),
    ("moveMeetingCommitment", Need::May(Action::SpeakForDelegation)),
];

/// Every route besides `/graphql` that asks who comes, and what it needs.
pub const ROUTES: &[(&str, Need)] = &[
    ("POST /files", Need::May(Action::Draft(Kind::Dataset))),
    ("GET /exports/{dataset}", Need::May(Action::Read(Kind::Dataset))),
    ("GET /statistics", Need::May(Action::Read(Kind::Dataset))),
    ("GET /sdmx/v2/{*query}", Need::May(Action::Read(Kind::Dataset))),
    ("GET /plans/{id}", Need::May(Action::Read(Kind::Plan))),
    ("GET /plans/{id}/plan.pdf", Need::May(Action::Read(Kind::Plan))),
    ("GET /plans/{id}/activation.pdf", Need::May(Action::Read(Kind::Plan))),
    ("GET /plans/{id}/difference.pdf", Need::May(Action::Read(Kind::Plan))),
    ("GET /meetings/{id}/agenda.pdf", Need::May(Action::Read(Kind::Meeting))),
    ("GET /meetings/{id}/delegations.pdf", Need::May(Action::Read(Kind::Meeting))),
    ("GET /meetings/{id}/minutes.pdf", Need::May(Action::Read(Kind::Meeting))),
    ("GET /meetings/{id}/declaration.pdf", Need::May(Action::Read(Kind::Meeting))),
    ("GET /calendars/{address}", Need::May(Action::Read(Kind::Meeting))),
    ("POST /meetings/{id}/documents", Need::May(Action::Conduct)),
    ("GET /documents/{id}", Need::May(Action::Read(Kind::Meeting))),
    ("POST /plans", Need::May(Action::Draft(Kind::Plan))),
    ("POST /plans/{id}", Need::May(Action::Draft(Kind::Plan))),
    ("GET /reception-points.geojson", Need::May(Action::ReadDirectory)),
];

/// What a route needs; `None` for one that is not in the table.
pub fn route_need(route: &str) -> Option<Need> {
    ROUTES.iter().find(|(name, _)| *name == route).map(|(_, need)| *need)
}

/// What a root field needs; `None` for a field that is not in the table.
pub fn need(field: &str) -> Option<Need> {
    FIELDS.iter().find(|(name, _)| *name == field).map(|(_, need)| *need)
}
