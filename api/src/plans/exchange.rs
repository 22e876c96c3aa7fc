//! Plans out as documents and in again, and changed piece by piece.

use sea_orm::{ConnectionTrait, entity::prelude::*};
use serde_json::Value;

use super::{
    content::PlanContent,
    diff::{self, Unfit},
    document::{self, Codes},
    form,
};
use crate::{
    access::{Handling, Open, Viewer},
    bounds::Bounds,
    directory::{institution, reception_point},
    error::{Error, Problem, Reason, Result},
    ids::{InstitutionId, PlanId, ReceptionPointId, RecordId},
    ledger::Work,
    records::{self, Draft, Expected, Shown},
    say,
};

/// Changes made in one step.
const MOST_EDITS: usize = 200;
/// Longest path of a change, in bytes.
const LONGEST_PATH: usize = 300;

/// The plan as a document, as far as the viewer is shown it.
pub async fn export(db: &impl ConnectionTrait, viewer: &Viewer, shown: &Shown<PlanContent>) -> Result<Value> {
    let mut plan = document::plain(&shown.content);
    codes_of_ids(db, viewer, &plan).await?.written(&mut plan);
    Ok(serde_json::json!({
        "format": form::FORM,
        "id": PlanId::from(shown.record.id).global(),
        "hash": shown.revision.hash,
        "handling": shown.revision.handling,
        "portionsWithheld": shown.withheld,
        "plan": plan,
    }))
}

/// Where an imported document goes.
pub enum Into {
    /// A plan that is begun with it.
    New { handling: Option<Handling>, chain: Vec<InstitutionId> },
    /// The next revision of a plan.
    Revision { id: RecordId, expected: Expected },
}

/// Begins a plan with a document, or makes it the next revision of one.
pub async fn import(work: &mut Work, document: Value, into: Into, note: Option<String>) -> Result<RecordId> {
    let said = Said::of(&document);
    let content = read(work, document).await?;
    match into {
        Into::New { handling, chain } => {
            let handling = said.handling(handling)?;
            let draft = Draft { content, handling, chain, accounts: Vec::new(), note };
            super::approval::begin(work, draft).await
        }
        Into::Revision { id, expected } => {
            said.is_of(id)?;
            records::revise(work, id, expected, content, note).await
        }
    }
}

/// What a document says of the plan that it was.
struct Said {
    id: Option<String>,
    handling: Option<Handling>,
    withheld: bool,
}

impl Said {
    fn of(document: &Value) -> Self {
        Self {
            id: document["id"].as_str().map(str::to_owned),
            handling: serde_json::from_value(document["handling"].clone()).ok(),
            withheld: document["portionsWithheld"] == true,
        }
    }

    /// The mark of a plan begun with it: its own, or a higher one. A file that left under a mark does not come back
    /// under a lower one.
    fn handling(&self, wanted: Option<Handling>) -> Result<Handling> {
        match (wanted, self.handling) {
            (Some(wanted), Some(said)) if wanted < said => {
                let said = serde_json::to_string(&said).map_err(anyhow::Error::from)?;
                let say = say!(
                    "el documento salió como {said}; no puede entrar con una marca menor",
                    "the document left as {said}; it cannot come in under a lower mark"
                );
                Err(Problem::new(Reason::OutOfRange, "input.handling", say).into())
            }
            (wanted, said) => Ok(wanted.or(said).unwrap_or(Handling::Amber)),
        }
    }

    /// Refuses what would take sections away that its author was not shown, and what is another plan.
    fn is_of(&self, id: RecordId) -> Result<()> {
        if self.withheld {
            let say = say!(
                "es un plan con porciones retenidas: como revisión borraría lo que no se le mostró a quien lo recibió",
                "is a plan with portions withheld: as a revision it would erase what its recipient was not shown"
            );
            return Err(Problem::new(Reason::WrongState, "input.document.portionsWithheld", say).into());
        }
        if self.id.as_deref().is_some_and(|said| said != PlanId::from(id).global()) {
            let say = say!("es el documento de otro plan", "is the document of another plan");
            return Err(Problem::new(Reason::Unknown, "input.document.id", say).into());
        }
        Ok(())
    }
}

/// What the document says.
async fn read(work: &Work, mut document: Value) -> Result<PlanContent> {
    refuse(form::check(&document, "input.document"))?;
    let plan = document["plan"].take();
    understood(work, plan, "input.document.plan").await
}

/// Puts ids in the place of codes, and reads what the API would read.
async fn understood(work: &Work, mut plan: Value, at: &str) -> Result<PlanContent> {
    ids_of_codes(&work.db, &work.viewer, &plan).await?.read(&mut plan);
    refuse(document::unknown(&plan, at))?;
    document::parse(plan).map_err(|_| {
        let say = say!(
            "no se entiende; compárelo con el esquema",
            "cannot be understood; hold it against the schema"
        );
        Problem::new(Reason::Malformed, at, say).into()
    })
}

/// One change: what stands at the path from now on; nothing, to take it out.
pub struct Edit {
    pub path: String,
    pub value: Option<Value>,
}

/// Changes the revision that was read, piece by piece.
pub async fn change(
    work: &mut Work,
    id: RecordId,
    expected: Expected,
    edits: Vec<Edit>,
    note: Option<String>,
) -> Result<RecordId> {
    let mut bounds = Bounds::default();
    bounds.count("input.changes", edits.len(), MOST_EDITS);
    if edits.is_empty() {
        bounds.add(Reason::Required, "input.changes", say!("diga qué cambia", "say what changes"));
    }
    for (at, edit) in edits.iter().enumerate().filter(|(_, edit)| edit.path.len() > LONGEST_PATH) {
        let most = LONGEST_PATH;
        let _ = edit;
        bounds.add(
            Reason::TooLarge,
            format!("input.changes.{at}.path"),
            say!("a lo sumo {most} bytes", "at most {most} bytes"),
        );
    }
    bounds.done()?;
    let content = records::newest_content::<PlanContent>(work, id, expected).await?;
    let plan = edited(&work.db, &work.viewer, document::plain(&content), edits).await?;
    refuse(form::check_content(&plan, "input.content"))?;
    let content = understood(work, plan, "input.content").await?;
    records::revise(work, id, expected, content, note).await
}

/// The document with the changes made to it, whatever form it then has.
async fn edited(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    mut plan: Value,
    edits: Vec<Edit>,
) -> Result<Value> {
    let named: Vec<Value> = edits.iter().flat_map(|edit| edit.path.split('.').map(Value::from)).collect();
    let named = serde_json::json!({ "institutions": named, "points": named });
    let steps = ids_of_codes(db, viewer, &named).await?;
    for (at, Edit { path, value }) in edits.into_iter().enumerate() {
        let mut value = value.filter(|value| !value.is_null());
        let field = path.rsplit('.').find(|step| !step.starts_with('#'));
        if let (Some(value), Some(field)) = (&mut value, field) {
            // A code stands for an id wherever the document would let it, in whole items and single fields alike.
            let mut wrapped = serde_json::json!({ field: value.take() });
            ids_of_codes(db, viewer, &wrapped).await?.read(&mut wrapped);
            *value = wrapped[field].take();
        }
        let path: Vec<String> =
            path.split('.').map(|step| steps.id(step).unwrap_or_else(|| step.to_owned())).collect();
        let place = format!("input.changes.{at}");
        diff::set(&mut plan, &path, value).map_err(|unfit| unfitting(&unfit, &path, &place))?;
    }
    diff::tidy(&mut plan);
    Ok(plan)
}

/// What a writer who came late meant a revision to say.
pub enum Meant {
    Whole(Box<PlanContent>),
    Changed(Vec<Edit>),
    Imported(Value),
}

impl Meant {
    /// As far as it can be understood: it is for a comparison only.
    pub async fn of(
        self,
        db: &impl ConnectionTrait,
        viewer: &Viewer,
        read: &PlanContent,
    ) -> Option<PlanContent> {
        let mut plan = match self {
            Meant::Whole(content) => return Some(*content),
            Meant::Changed(edits) => edited(db, viewer, document::plain(read), edits).await.ok()?,
            Meant::Imported(mut document) => document["plan"].take(),
        };
        ids_of_codes(db, viewer, &plan).await.ok()?.read(&mut plan);
        document::parse(plan).ok()
    }
}

fn unfitting(unfit: &Unfit, path: &[String], place: &str) -> Error {
    let problem = match unfit {
        Unfit::Nowhere(step) => {
            let so_far = path[..(*step).min(path.len())].join(".");
            Problem::new(
                Reason::Unknown,
                format!("{place}.path"),
                say!(
                    "«{so_far}» no lleva más lejos por ese camino",
                    "“{so_far}” leads no further by that path"
                ),
            )
        }
        Unfit::OtherName => Problem::new(
            Reason::Malformed,
            format!("{place}.value"),
            say!(
                "el elemento se llama distinto que en el camino",
                "the item is not called as the path calls it"
            ),
        ),
    };
    problem.into()
}

fn refuse(problems: Vec<Problem>) -> Result<()> {
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
}

/// So many are looked up at once: a database takes no more than some ten thousand values in one query.
const AT_ONCE: usize = 5_000;

/// The institutions and the points of which a column has one of these values, as far as the viewer may know them.
async fn looked_up<I, P>(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    (by, institutions): (institution::Column, Vec<I>),
    (by_point, points): (reception_point::Column, Vec<P>),
) -> Result<(Vec<institution::Model>, Vec<reception_point::Model>)>
where
    I: std::convert::Into<sea_orm::Value> + Clone,
    P: std::convert::Into<sea_orm::Value> + Clone,
{
    let (mut of_institutions, mut of_points) = (Vec::new(), Vec::new());
    for some in institutions.chunks(AT_ONCE) {
        let some = institution::Entity::open_to(viewer).filter(by.is_in(some.iter().cloned()));
        of_institutions.extend(some.all(db).await?);
    }
    for some in points.chunks(AT_ONCE) {
        let some = reception_point::Entity::open_to(viewer).filter(by_point.is_in(some.iter().cloned()));
        of_points.extend(some.all(db).await?);
    }
    Ok((of_institutions, of_points))
}

/// The ids behind the codes that a document names.
async fn ids_of_codes(db: &impl ConnectionTrait, viewer: &Viewer, document: &Value) -> Result<Codes> {
    let (institutions, points) = document::codes_named(document);
    let by = (institution::Column::Code, institutions);
    known(looked_up(db, viewer, by, (reception_point::Column::Code, points)).await?)
}

/// The codes of the ids that a document names.
async fn codes_of_ids(db: &impl ConnectionTrait, viewer: &Viewer, document: &Value) -> Result<Codes> {
    let (institutions, points) = document::ids_named(document);
    let by = (institution::Column::Id, institutions);
    known(looked_up(db, viewer, by, (reception_point::Column::Id, points)).await?)
}

fn known((institutions, points): (Vec<institution::Model>, Vec<reception_point::Model>)) -> Result<Codes> {
    Ok(Codes {
        institutions: institutions.into_iter().map(|row| (row.code, row.id)).collect(),
        points: points.into_iter().map(|row| (row.code, row.id)).collect(),
    })
}

/// What ids of institutions and reception points are called, for sentences.
pub struct Behind {
    institutions: std::collections::HashMap<String, institution::Model>,
    points: std::collections::HashMap<String, String>,
}

impl Behind {
    pub async fn of(db: &impl ConnectionTrait, viewer: &Viewer, documents: [&Value; 2]) -> Result<Self> {
        let (mut institutions, mut points): (Vec<InstitutionId>, Vec<ReceptionPointId>) = Default::default();
        for document in documents {
            let (some, more) = document::ids_named(document);
            institutions.extend(some);
            points.extend(more);
        }
        institutions.sort();
        institutions.dedup();
        points.sort();
        points.dedup();
        let by = (institution::Column::Id, institutions);
        let (institutions, points) = looked_up(db, viewer, by, (reception_point::Column::Id, points)).await?;
        Ok(Self {
            institutions: institutions.into_iter().map(|row| (row.id.global(), row)).collect(),
            points: points.into_iter().map(|row| (row.id.global(), row.name)).collect(),
        })
    }

    pub fn name(&self, id: &str, lang: crate::text::Lang) -> Option<String> {
        if let Some(row) = self.institutions.get(id) {
            let name = if lang == crate::text::Lang::Es { &row.name_es } else { &row.name_en };
            return Some(format!("{name} ({})", row.acronym));
        }
        self.points.get(id).cloned()
    }
}
