//! What is woven in on the second stage, and why the viewer is not told of it.

use api::access::{Action, Kind, Party, Role, Standing, allows};
use serde_json::json;

use super::{
    battery::CODE,
    play::{COUNTRIES, Shared, World, audience},
    script::{Act, Hidden, OWNERS, Veiled, WORDS},
};
use crate::{
    access::Attacker,
    acts::{Carried, content, figures, house},
    stage::Stage,
};

fn reads(eye: &Attacker, kind: Kind) -> bool {
    eye.role.is_some_and(|role| allows(role, Action::Read(kind), Standing::Partner))
}

/// Whether the viewer is told nothing of the drafting of records of this owner.
pub(super) fn apart(eye: &Attacker, by: &str, kind: Kind) -> bool {
    let compatriot = eye.prefix.get(..2) == by.get(..2);
    let works = eye.prefix == by || (compatriot && eye.prefix.ends_with(".test"));
    let audits = compatriot && eye.role == Some(Role::Auditor);
    let told = audits || (works && reads(eye, kind));
    !told
}

/// Whether the viewer, once shown such a record, is told nothing of its sharing either.
fn foreign(eye: &Attacker, by: &str, kind: Kind) -> bool {
    apart(eye, by, kind) && (!reads(eye, kind) || eye.prefix.get(..2) != by.get(..2))
}

impl World<'_> {
    /// An act that the viewer is not told of; what the viewer would be told of is left out.
    pub async fn hide(&mut self, number: usize, hidden: &Hidden, eye: &Attacker, to_come: &[Act]) {
        let stage = self.stage;
        let mine = self.parties(eye).await;
        let at = 1_000 + number;
        match &hidden.what {
            Veiled::Record { by, kind, word, to, recalled } => {
                let by = OWNERS[*by];
                if !apart(eye, by, *kind) {
                    return;
                }
                let mut said = content(stage, *kind, WORDS[*word], at as u32);
                if *kind == Kind::Dataset {
                    // The very code that the viewer will want for a dataset.
                    let taken = self.veiled.iter().any(|id| id.starts_with("Dataset:"));
                    said["code"] = json!(if taken { format!("D-{at}") } else { CODE.into() });
                }
                let carried = Carried::begun_with(stage, *kind, by, "CLEAR", said, json!({})).await;
                self.veiled.push(carried.global());
                if *kind == Kind::Plan {
                    self.plans.push((by, carried.global()));
                }
                let to = self.admitted(to, 0, |party| !reads(eye, *kind) || !mine.contains(party));
                if to.is_empty() {
                    return;
                }
                if *kind == Kind::Dataset {
                    self.revise(&Shared { carried, mark: 0, released: false }, at, *word, &[]).await;
                }
                carried.shared(stage, audience(&to)).await;
                if *kind == Kind::Meeting {
                    called_off(stage, &carried).await;
                }
                if *recalled {
                    // Refused if it was released to those only who work on it.
                    carried.recalled(stage, None).await;
                }
            }
            Veiled::Revision { record, word, far, to } => {
                let shared = self.records[self.at(*record)];
                let needed = widened(to_come, self.at(*record), self.records.len());
                if needed || !foreign(eye, shared.carried.by, shared.carried.kind) {
                    return;
                }
                self.revise(&shared, at, *word, &[]).await;
                if *far >= 1 {
                    shared.carried.submitted(stage).await.well();
                }
                if *far >= 2 {
                    shared.carried.approved(stage).await.well();
                }
                let hidden = |party: &Party| !reads(eye, shared.carried.kind) || !mine.contains(party);
                let to = self.admitted(to, shared.mark, hidden);
                if *far >= 3 && !to.is_empty() {
                    shared.carried.released(stage, audience(&to)).await.well();
                }
            }
            Veiled::Release { record, to } => {
                let shared = self.records[self.at(*record)];
                let hidden = |party: &Party| !reads(eye, shared.carried.kind) || !mine.contains(party);
                let to = self.admitted(to, shared.mark, hidden);
                if foreign(eye, shared.carried.by, shared.carried.kind) && !to.is_empty() {
                    // Refused if the newest revision was not approved.
                    shared.carried.released(stage, audience(&to)).await;
                }
            }
            Veiled::Embargo { record, to, undone } => {
                let shared = self.records[self.at(*record)];
                let (by, kind) = (shared.carried.by, shared.carried.kind);
                // A common recall might be refused for its sake: the party would see it again.
                let needed = touched(to_come, self.at(*record), self.records.len());
                let to = self.admitted(to, shared.mark, |_| true);
                if kind != Kind::Dataset || needed || to.is_empty() || !foreign(eye, by, kind) {
                    return;
                }
                let csv = figures("embargo", at as u32);
                let opens = stage.now() + chrono::TimeDelta::days(30);
                let changes = json!({ "csv": csv, "embargoUntil": opens });
                shared.carried.by_author(stage, Action::Draft(kind), changes).await.well();
                shared.carried.shared(stage, audience(&to)).await;
                let head = shared.carried.head(stage).await;
                match undone {
                    0 => {}
                    1 => {
                        let retract = "mutation($i: RetractVintageInput!) { retractVintage(input: $i) { userErrors { code } } }";
                        let input = json!({ "dataset": shared.carried.global(), "revision": head, "reason": { "es": "x" } });
                        stage
                            .person(&format!("{by}.focal"))
                            .asks(retract, json!({ "i": input }))
                            .await
                            .well();
                    }
                    _ => {
                        // Taken from those only who were waiting: a recall from others is told to them.
                        let waiting = self.waiting(&shared).await;
                        if !waiting.is_empty() {
                            shared.carried.recalled(stage, Some(audience(&waiting))).await;
                        }
                    }
                }
            }
            Veiled::Support { country, answered, to } => {
                let told = eye.role.is_some_and(|role| allows(role, Action::ReadSupport, Standing::Partner));
                let to = self.admitted(to, 0, |party| !told || !mine.contains(party));
                let country = COUNTRIES[*country].0.to_uppercase();
                match answered {
                    true => self.answered(&country, &eye.country).await,
                    false if country != eye.country => self.lacks(&country, &to, &eye.country).await,
                    false => {}
                }
            }
            Veiled::Capacity { country, point, level, to, recalled } => {
                let told = eye.role.is_some_and(|role| allows(role, Action::ReadCapacity, Standing::Partner));
                let to = self.admitted(to, 0, |party| !told || !mine.contains(party));
                let country = COUNTRIES[*country].0;
                if !eye.country.eq_ignore_ascii_case(country) {
                    self.capacity(number, country, *point, *level, &to, *recalled).await;
                }
            }
            Veiled::Account { country } => {
                let sees = matches!(eye.role, Some(Role::Administrator | Role::Auditor));
                if sees && eye.country.eq_ignore_ascii_case(COUNTRIES[*country].0) {
                    return;
                }
                let account = self.account(*country, &format!("h{number}")).await;
                self.veiled.push(account);
            }
        }
    }

    pub(super) async fn parties(&self, eye: &Attacker) -> Vec<Party> {
        let mut parties = vec![Party::Everyone, Party::Account(self.stage.person(&eye.login).account)];
        let institution = if eye.prefix.is_empty() { "INT-IOM" } else { house(&eye.prefix) };
        parties.push(Party::Institution(self.stage.institution(institution)));
        if !eye.country.is_empty() {
            parties.push(Party::Country(eye.country.clone()));
        }
        parties
    }
}

/// Cancelled: those to whom it was released are told.
async fn called_off(stage: &Stage, meeting: &Carried<'_>) {
    let document = "mutation($i: CallOffMeetingInput!) { callOffMeeting(input: $i) { userErrors { code } } }";
    let input = json!({ "i": { "id": meeting.global(), "how": "CANCEL" } });
    stage.person(&format!("{}.focal", meeting.by)).asks(document, input).await.well();
}

/// Whether a common act to come widens or recalls the common record.
fn touched(to_come: &[Act], at: usize, count: usize) -> bool {
    let mut count = count;
    widened(to_come, at, count)
        || to_come.iter().any(|act| {
            count += usize::from(matches!(act, Act::Begin { .. }));
            matches!(act, Act::Recall { record, .. } if record % count == at)
        })
}

/// Whether a common act to come releases the common revision further, which must then be the
/// newest still. Records that are begun in between move what a number stands for.
fn widened(to_come: &[Act], at: usize, mut count: usize) -> bool {
    for act in to_come {
        match act {
            Act::Begin { .. } => count += 1,
            Act::Widen { record, .. } if record % count == at => return true,
            Act::Publish { record, .. } | Act::Revise { record, .. } if record % count == at => return false,
            _ => {}
        }
    }
    false
}
