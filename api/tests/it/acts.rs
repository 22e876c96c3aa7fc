//! What people do on a stage, in few words: the life of a record, played through the API by those
//! whose business it is.

use api::{
    access::{Action, Kind},
    ids::{DatasetId, MeetingId, PlanId, RecordId},
    records::Record,
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::stage::{Answer, Stage};

/// The record of this kind, as clients name it.
pub fn global(kind: Kind, id: RecordId) -> String {
    match kind {
        Kind::Plan => PlanId::from(id).global(),
        Kind::Dataset => DatasetId::from(id).global(),
        Kind::Meeting => MeetingId::from(id).global(),
    }
}

/// The mutation that does this to a record that is there.
pub fn mutation(action: Action) -> &'static str {
    use Kind::*;
    match action {
        Action::Draft(Plan) => "revisePlan",
        Action::Draft(Dataset) => "importStatistics",
        Action::Draft(Meeting) => "reviseMeeting",
        Action::Submit(Plan) => "submitPlan",
        Action::Submit(Dataset) => "submitVintage",
        Action::Submit(Meeting) => "submitMeeting",
        Action::Approve(Plan) => "approvePlan",
        Action::Approve(Dataset) => "approveVintage",
        Action::Approve(Meeting) => "approveMeeting",
        Action::Release(Plan) => "releasePlan",
        Action::Release(Dataset) => "releaseVintage",
        Action::Release(Meeting) => "releaseMeeting",
        Action::Recall(Plan) => "recallPlan",
        Action::Recall(Dataset) => "recallDataset",
        Action::Recall(Meeting) => "withdrawMeeting",
        other => panic!("nothing does {other:?} to a record"),
    }
}

/// The mutation that begins a record, and the type of its input.
pub fn beginning(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Plan => ("draftPlan", "DraftPlanInput"),
        Kind::Dataset => ("declareDataset", "DeclareDatasetInput"),
        Kind::Meeting => ("convokeMeeting", "ConvokeMeetingInput"),
    }
}

fn input_type(action: Action) -> &'static str {
    match action {
        Action::Draft(Kind::Plan) => "RevisePlanInput",
        Action::Draft(Kind::Dataset) => "ImportStatisticsInput",
        Action::Draft(Kind::Meeting) => "ReviseMeetingInput",
        Action::Release(_) => "ReleaseInput",
        Action::Recall(_) => "RecallInput",
        _ => "ChangeStateInput",
    }
}

/// The last part of the login of whoever writes records of this kind.
pub fn author(kind: Kind) -> &'static str {
    match kind {
        Kind::Plan => "editor",
        Kind::Dataset => "statistics",
        Kind::Meeting => "secretary",
    }
}

/// A mutation of one field, and what comes back of the record.
pub fn command(field: &str, input_type: &str, kind: Kind) -> String {
    let noun = kind.code();
    format!(
        "mutation($i: {input_type}!) {{ {field}(input: $i) {{ {noun} {{ id }} userErrors {{ code path }} }} }}"
    )
}

/// What a record says: `word` wherever there is text.
pub fn content(stage: &Stage, kind: Kind, word: &str, day: u32) -> Value {
    let text = json!({ "es": word, "en": format!("{word} (en)") });
    let date = format!("2025-02-{:02}", day % 28 + 1);
    let lead = stage.institution("MX-SRE").global();
    match kind {
        Kind::Plan => json!({
            "name": text, "acronym": word, "lead": lead, "legalBasis": text,
            "validFrom": date, "validUntil": "2025-06-30",
            "targetGroups": ["RETURNED"],
            "sections": [{ "heading": text, "body": text }],
            "phases": [{ "name": text, "description": text }],
        }),
        Kind::Dataset => json!({
            "code": code(word), "name": text, "compiler": lead, "indicator": "RETURNED_PERSON", "definition": text,
            "dimensions": [{ "code": "SEX", "name": text }],
        }),
        Kind::Meeting => json!({
            "title": text, "series": word, "level": "MINISTERIAL", "mode": "IN_PERSON", "place": text,
            "host": "MX", "delegations": [{ "country": "MX" }, { "country": "GT" }],
            "sessions": [{
                "timeZone": "America/Mexico_City", "startsAt": format!("{date}T09:00:00"), "minutes": 480,
            }],
            "items": [{ "key": "1", "title": text, "kind": "DISCUSSION", "minutes": 30, "documents": [text] }],
            "note": text,
        }),
    }
}

/// The code of a dataset that is called so.
pub fn code(word: &str) -> String {
    format!("D-{}", word.to_uppercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-"))
}

/// The figures of a vintage: other figures for another `day`, another file for another word.
pub fn figures(word: &str, day: u32) -> String {
    let figure = word.bytes().fold(7 + day, |sum, byte| sum * 3 % 10_007 + u32::from(byte));
    format!("SEX,TIME_PERIOD,OBS_VALUE\nF,2024-01,{figure}\nM,2024-01,{}\n", figure + day)
}

/// The institutions of the cast by the first parts of their people's logins.
pub fn house(prefix: &str) -> &'static str {
    match prefix {
        "mx.test" => "MX-SRE",
        "mx.agency" => "MX-INM",
        "gt.test" => "GT-MINEX",
        "gt.agency" => "GT-IGM",
        "hn.test" => "HN-SRECI",
        "hn.agency" => "HN-INM",
        other => panic!("nobody's login begins with {other}"),
    }
}

/// A record and those who carry it: `by` is the first part of the logins of its institution.
#[derive(Clone, Copy, Debug)]
pub struct Carried<'a> {
    pub kind: Kind,
    pub id: RecordId,
    pub by: &'a str,
}

impl<'a> Carried<'a> {
    /// Begun with this word in every text.
    pub async fn begun(stage: &Stage, kind: Kind, by: &'a str, handling: &str, word: &str) -> Carried<'a> {
        let more = json!({});
        Self::begun_with(stage, kind, by, handling, content(stage, kind, word, 1), more).await
    }

    /// Begun with this content; `more` goes into the input (chain, accounts, note).
    pub async fn begun_with(
        stage: &Stage,
        kind: Kind,
        by: &'a str,
        handling: &str,
        content: Value,
        more: Value,
    ) -> Carried<'a> {
        let (field, input_type) = beginning(kind);
        let mut input = json!({ "content": content, "handling": handling });
        input.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        let who = stage.person(&format!("{by}.{}", author(kind)));
        let told = who.asks(&command(field, input_type, kind), json!({ "i": input })).await.well();
        let id = told.text_at(&format!("{field}.{}.id", kind.code()));
        let id = id.split_once(':').unwrap().1.parse().unwrap();
        Carried { kind, id: RecordId(id), by }
    }

    pub fn global(&self) -> String {
        global(self.kind, self.id)
    }

    /// The number of the newest revision.
    pub async fn head(&self, stage: &Stage) -> i32 {
        Record::find_by_id(self.id).one(&stage.node.reads.0).await.unwrap().unwrap().head
    }

    /// The input of a command on the record as it stands, audiences and contents being usual ones.
    pub async fn input(&self, stage: &Stage, action: Action) -> Value {
        let (id, head) = (self.global(), self.head(stage).await);
        match action {
            Action::Draft(Kind::Dataset) => {
                json!({ "dataset": id, "expectedRevision": head, "csv": figures(&id, head as u32) })
            }
            Action::Draft(kind) => {
                json!({ "id": id, "expectedRevision": head, "content": content(stage, kind, "otra", 2) })
            }
            Action::Release(_) => json!({
                "id": id, "expectedRevision": head, "audience": { "countries": ["GT"] },
                "instrument": "Acuerdo", "purpose": "Coordinación",
            }),
            Action::Recall(_) => json!({ "id": id }),
            _ => json!({ "id": id, "expectedRevision": head }),
        }
    }

    /// Somebody does this with the usual input, `changes` aside.
    pub async fn does(&self, stage: &Stage, login: &str, action: Action, changes: Value) -> Answer {
        let mut input = self.input(stage, action).await;
        input.as_object_mut().unwrap().extend(changes.as_object().cloned().unwrap_or_default());
        let document = command(mutation(action), input_type(action), self.kind);
        stage.person(login).asks(&document, json!({ "i": input })).await
    }

    /// A new revision, by its author.
    pub async fn revised(&self, stage: &Stage, word: &str, day: u32) -> Answer {
        let changes = match self.kind {
            Kind::Dataset => json!({ "csv": figures(word, day), "source": word }),
            kind => json!({ "content": content(stage, kind, word, day) }),
        };
        self.by_author(stage, Action::Draft(self.kind), changes).await
    }

    pub async fn by_author(&self, stage: &Stage, action: Action, changes: Value) -> Answer {
        self.does(stage, &format!("{}.{}", self.by, author(self.kind)), action, changes).await
    }

    pub async fn submitted(&self, stage: &Stage) -> Answer {
        self.by_author(stage, Action::Submit(self.kind), json!({})).await
    }

    pub async fn approved(&self, stage: &Stage) -> Answer {
        self.does(stage, &format!("{}.minister", self.by), Action::Approve(self.kind), json!({})).await
    }

    pub async fn released(&self, stage: &Stage, audience: Value) -> Answer {
        let changes = json!({ "audience": audience });
        self.does(stage, &format!("{}.focal", self.by), Action::Release(self.kind), changes).await
    }

    pub async fn recalled(&self, stage: &Stage, audience: Option<Value>) -> Answer {
        let changes = audience.map_or(json!({}), |audience| json!({ "audience": audience }));
        self.does(stage, &format!("{}.focal", self.by), Action::Recall(self.kind), changes).await
    }

    /// As far as approved.
    pub async fn ready(&self, stage: &Stage) {
        self.submitted(stage).await.well();
        self.approved(stage).await.well();
    }

    /// Submitted, approved and released.
    pub async fn shared(&self, stage: &Stage, audience: Value) {
        self.ready(stage).await;
        self.released(stage, audience).await.well();
    }
}
