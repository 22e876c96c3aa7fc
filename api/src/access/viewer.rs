use crate::{
    access::{Action, Party, Role, Standing, allows},
    clock::Moment,
    ids::{AccountId, InstitutionId},
};

/// Who is asking. Built once per request from a verified token and the directory as it stands;
/// nothing reads or writes a record without one.
#[derive(Clone, Debug)]
pub struct Viewer {
    pub account: AccountId,
    pub login: String,
    pub institution: InstitutionId,
    /// ISO 3166-1 alpha-2; none for an international organization.
    pub country: Option<String>,
    /// The roles of today's appointments.
    pub roles: Vec<Role>,
    /// When they ask: what opens later does not exist for them yet.
    pub at: Moment,
}

impl Viewer {
    /// The operator at the node's console, who belongs to no country and may admit one.
    pub fn operator(at: Moment) -> Self {
        let nobody = uuid::Uuid::nil();
        Self {
            account: AccountId(nobody),
            login: "operator".into(),
            institution: InstitutionId(nobody),
            country: None,
            roles: vec![Role::System],
            at,
        }
    }

    /// The parties this viewer is: what is shown to one of them is shown to the viewer.
    pub fn parties(&self) -> Vec<Party> {
        let mut parties =
            vec![Party::Institution(self.institution), Party::Account(self.account), Party::Everyone];
        parties.extend(self.country.clone().map(Party::Country));
        parties
    }

    /// How this viewer stands to a record of `owner`, an institution of `country`.
    pub fn standing(&self, owner: InstitutionId, country: Option<&str>) -> Standing {
        if self.institution == owner {
            Standing::Owner
        } else if country.is_some() && self.country.as_deref() == country {
            Standing::Compatriot
        } else {
            Standing::Partner
        }
    }

    pub fn may(&self, action: Action, standing: Standing) -> bool {
        self.roles.iter().any(|role| allows(*role, action, standing))
    }

    /// Whether any standing would let this viewer do it.
    pub fn may_ever(&self, action: Action) -> bool {
        Standing::ALL.iter().any(|standing| self.may(action, *standing))
    }
}
