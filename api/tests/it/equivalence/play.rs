//! A stage on which a script is played.

use api::{
    access::{Action, Handling, Kind, Party},
    directory::account,
    ids::{AccountId, InstitutionId, RecordId},
    ledger,
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    script::{Act, MARKS, OWNERS, WORDS},
    veil::apart,
};
use crate::{
    access::Attacker,
    acts::{Carried, content, global},
    capacity::Points,
    stage::Stage,
};

/// A record of the common script.
#[derive(Clone, Copy)]
pub struct Shared {
    pub carried: Carried<'static>,
    pub(super) mark: usize,
    /// Whether its newest revision was released, as far as the common script goes.
    pub(super) released: bool,
}

pub struct World<'a> {
    pub stage: &'a Stage,
    pub records: Vec<Shared>,
    /// Global ids of what the viewer may not see; on the first stage of what never was.
    pub veiled: Vec<String>,
    /// Plans that the viewer may not see, by their owner.
    pub(super) plans: Vec<(&'static str, String)>,
    /// The viewer from whom sections of plans say something else on this stage.
    pub eye: Option<&'a Attacker>,
    /// Reception points of the directory; none before it is furnished.
    pub(super) points: Option<Points>,
    /// Acts of sharing capacity that the viewer is not told of.
    pub(super) shares: Vec<String>,
    /// What was asked of partners in the common play, by country.
    pub(super) requests: Vec<(&'static str, String)>,
    /// Gaps, and requests about them, that the viewer may not see.
    pub(super) gaps: Vec<String>,
}

pub(super) const COUNTRIES: [(&str, &str); 3] = [("mx", "MX-SRE"), ("gt", "GT-MINEX"), ("hn", "HN-SRECI")];

/// A party by its number in the script.
fn party(stage: &Stage, number: usize) -> Party {
    let institution = |code| Party::Institution(stage.institution(code));
    let account = |login| Party::Account(stage.person(login).account);
    match number {
        0 => Party::Everyone,
        1 => Party::Country("MX".into()),
        2 => Party::Country("GT".into()),
        3 => Party::Country("HN".into()),
        4 => institution("INT-IOM"),
        5 => institution("GT-IGM"),
        6 => institution("HN-SRECI"),
        7 => account("gt.test.focal"),
        8 => account("hn.agency.analyst"),
        _ => account("int.iom.observer"),
    }
}

pub(super) fn audience(parties: &[Party]) -> Value {
    let mut audience = json!({ "everyone": false, "countries": [], "institutions": [], "accounts": [] });
    for party in parties {
        let (list, id) = match party {
            Party::Everyone => {
                audience["everyone"] = json!(true);
                continue;
            }
            Party::Country(code) => ("countries", code.clone()),
            Party::Institution(InstitutionId(id)) => ("institutions", InstitutionId(*id).global()),
            Party::Account(AccountId(id)) => ("accounts", AccountId(*id).global()),
        };
        audience[list].as_array_mut().unwrap().push(json!(id));
    }
    audience
}

fn handling(mark: usize) -> Handling {
    [Handling::Clear, Handling::Green, Handling::AmberStrict][mark]
}

impl<'a> World<'a> {
    pub fn new(stage: &'a Stage) -> Self {
        Self {
            stage,
            records: Vec::new(),
            veiled: Vec::new(),
            plans: Vec::new(),
            eye: None,
            points: None,
            shares: Vec::new(),
            requests: Vec::new(),
            gaps: Vec::new(),
        }
    }

    pub(super) fn at(&self, record: usize) -> usize {
        record % self.records.len()
    }

    /// The parties of these numbers that the mark admits; somebody at any rate.
    pub(super) fn admitted(&self, to: &[usize], mark: usize, wanted: impl Fn(&Party) -> bool) -> Vec<Party> {
        let mut parties: Vec<_> = to.iter().map(|number| party(self.stage, *number)).collect();
        parties.retain(|party| handling(mark).admits(party) && wanted(party));
        parties.sort();
        parties.dedup();
        parties
    }

    /// What a record says with this word. A plan has sections for one party only; where that is not the viewer and the
    /// viewer does not work on it, they say something else on the second stage.
    async fn said(&self, by: &str, kind: Kind, word: usize, at: usize) -> Value {
        let mut said = content(self.stage, kind, WORDS[word], at as u32);
        if kind == Kind::Plan {
            let to = party(self.stage, 5 + at % 5);
            let unseen = match self.eye {
                Some(eye) => apart(eye, by, kind) && !self.parties(eye).await.contains(&to),
                None => false,
            };
            let (phase, amount) = if unseen { ("oculta", "17") } else { ("abierta", "5") };
            said["phases"][0]["key"] = json!(phase);
            said["triggers"] = json!([{ "key": "d", "name": { "es": phase }, "indicator": { "es": phase } }]);
            said["phases"][0]["triggers"] = json!(["d"]);
            said["actions"] = json!([{ "key": "a", "phase": phase, "sector": "HEALTH", "description": { "es": "abierta" } }]);
            said["budget"] = json!([{ "key": phase, "name": { "es": phase }, "source": "OTHER", "amount": amount, "currency": "USD" }]);
            said["contacts"] = json!([{ "key": "c", "post": { "es": WORDS[word] } }]);
            let kept = ["PHASES", "TRIGGERS", "BUDGET"]
                .map(|part| json!({ "part": part, "handling": "AMBER_STRICT", "audience": audience(std::slice::from_ref(&to)) }));
            said["parts"] = json!(kept);
        }
        said
    }

    /// A new revision that says this word; nobody says the same twice.
    pub(super) async fn revise(&self, shared: &Shared, at: usize, word: usize, links: &[String]) {
        let (stage, carried) = (self.stage, shared.carried);
        let changes = match carried.kind {
            Kind::Dataset => json!({
                "csv": format!("SEX,TIME_PERIOD,OBS_VALUE\nF,2024-01,{}\nM,2024-02,{}\n", 100 + at * 7, 5 + at),
                "source": WORDS[word],
            }),
            kind => {
                let mut said = self.said(carried.by, kind, word, at).await;
                if kind == Kind::Meeting {
                    let of = |kind: &str| -> Vec<Value> {
                        let ids = links.iter().filter(|id| id.starts_with(kind));
                        ids.map(|id| json!({ "id": id })).collect()
                    };
                    said["items"][0]["plans"] = json!(of("Plan:"));
                    said["items"][0]["datasets"] = json!(of("Dataset:"));
                }
                json!({ "content": said, "note": WORDS[word] })
            }
        };
        carried.by_author(stage, Action::Draft(carried.kind), changes).await.well();
    }

    pub async fn play(&mut self, at: usize, act: &Act) {
        let stage = self.stage;
        match act {
            Act::Begin { by, kind, mark, word } => {
                let by = OWNERS[*by];
                let mut said = self.said(by, *kind, *word, at).await;
                if *kind == Kind::Dataset {
                    said["code"] = json!(format!("D-{at}"));
                }
                let carried = Carried::begun_with(stage, *kind, by, MARKS[*mark], said, json!({})).await;
                self.records.push(Shared { carried, mark: *mark, released: false });
            }
            Act::Publish { record, word, to, link } => {
                let at_record = self.at(*record);
                let shared = self.records[at_record];
                let links = self.links(&shared, *link);
                self.revise(&shared, at, *word, &links).await;
                shared.carried.ready(stage).await;
                let to = self.admitted(to, shared.mark, |_| true);
                let to = if to.is_empty() { vec![party(stage, 9)] } else { to };
                shared.carried.released(stage, audience(&to)).await.well();
                self.records[at_record].released = true;
            }
            Act::Revise { record, word } => {
                let at_record = self.at(*record);
                let shared = self.records[at_record];
                self.revise(&shared, at, *word, &[]).await;
                self.records[at_record].released = false;
            }
            Act::Widen { record, to } => {
                let shared = self.records[self.at(*record)];
                let to = self.admitted(to, shared.mark, |_| true);
                if shared.released && !to.is_empty() {
                    shared.carried.released(stage, audience(&to)).await.well();
                }
            }
            Act::Recall { record, from } => {
                let shared = self.records[self.at(*record)];
                let from = from.map(|number| audience(&[party(stage, number)]));
                // Refused where there is nothing to recall.
                shared.carried.recalled(stage, from).await;
            }
            Act::Institution { country } => {
                let code = format!("{}-N{at}", COUNTRIES[*country].0.to_uppercase());
                let input =
                    json!({ "code": code, "acronym": "N", "name": { "es": WORDS[at % 5] }, "kind": "OTHER" });
                let add = "mutation($i: AddInstitutionInput!) { addInstitution(input: $i) { userErrors { code } } }";
                let admin = format!("{}.test.admin", COUNTRIES[*country].0);
                stage.person(&admin).asks(add, json!({ "i": input })).await.well();
            }
            Act::Account { country } => {
                self.account(*country, &format!("a{at}")).await;
            }
        }
    }

    /// What the agenda of a meeting links: a record of the same owner, and what is veiled of it.
    fn links(&self, meeting: &Shared, link: usize) -> Vec<String> {
        let by = meeting.carried.by;
        let linked = self.records[self.at(link)].carried;
        let mut links: Vec<String> = Vec::new();
        if linked.by == by && linked.kind != Kind::Meeting {
            links.push(linked.global());
        }
        links.extend(self.plans.iter().filter(|(owner, _)| *owner == by).map(|(_, id)| id.clone()));
        links.truncate(20);
        links
    }

    /// An account with a post of its own, by the country's administrator. Gives its id.
    pub(super) async fn account(&self, country: usize, name: &str) -> String {
        let (prefix, house) = COUNTRIES[country];
        let institution = self.stage.institution(house).global();
        let admin = format!("{prefix}.test.admin");
        let does = async |field: &str, ty: &str, select: &str, input: Value| {
            let document =
                format!("mutation($i: {ty}!) {{ {field}(input: $i) {{ {select} userErrors {{ code }} }} }}");
            self.stage.person(&admin).asks(&document, json!({ "i": input })).await.well()
        };
        let login = format!("{prefix}.{name}");
        let opened = json!({ "login": login, "institution": institution });
        let account = does("addAccount", "AddAccountInput", "account { id }", opened).await;
        let account = account.text_at("addAccount.account.id");
        let post = json!({ "institution": institution, "name": { "es": name }, "roles": ["ANALYST"] });
        let post = does("addPost", "AddPostInput", "post", post).await.text_at("addPost.post");
        does("appoint", "AppointInput", "appointment", json!({ "account": account, "post": post })).await;
        account
    }

    /// The parties that are shown nothing of a record until it opens to them.
    pub(super) async fn waiting(&self, shared: &Shared) -> Vec<Party> {
        use api::access::audience;
        use sea_orm::{ColumnTrait, QueryFilter};
        let rows = audience::Entity::find()
            .filter(audience::Column::Subject.eq(shared.carried.id))
            .all(&self.stage.node.reads.0)
            .await
            .unwrap();
        let now = self.stage.now().into();
        // A recall takes along those within the party, who may be shown it.
        if rows.iter().any(|row| !row.working && row.shown_at(now).is_some()) {
            return Vec::new();
        }
        rows.into_iter().filter(|row| row.shown_at(now).is_none()).map(|row| row.party).collect()
    }

    /// Takes, for each thing that is hidden on the other stage, an id of what never was here.
    pub fn pretend(&mut self, other: &World<'_>) {
        let never = |id: &String| format!("{}:{}", id.split(':').next().unwrap(), Uuid::now_v7().simple());
        self.veiled = other.veiled.iter().map(never).collect();
        self.shares = other.shares.iter().map(never).collect();
        self.gaps = other.gaps.iter().map(never).collect();
    }

    /// Ids of entries about what is hidden; as many that never were.
    pub async fn veiled_entries(&self) -> Vec<Uuid> {
        let entries = ledger::Entity::find().all(&self.stage.node.reads.0).await.unwrap();
        let about = |id: &String| {
            let subject: Uuid = id.split_once(':').unwrap().1.parse().unwrap();
            entries
                .iter()
                .find(|entry| entry.subject == subject)
                .map_or_else(Uuid::now_v7, |entry| entry.id.0)
        };
        self.veiled.iter().map(about).collect()
    }

    pub async fn accounts(&self) -> Vec<String> {
        let rows = account::Entity::find().all(&self.stage.node.reads.0).await.unwrap();
        rows.into_iter().take(3).map(|row| row.id.global()).collect()
    }

    /// A record that never was, of each kind.
    pub fn never(&self) -> Vec<String> {
        Kind::ALL.iter().map(|kind| global(*kind, RecordId::new())).collect()
    }
}
