//! What a convocation and its agenda say.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{
    agenda::{self, AgendaItem},
    closed,
    delegation::Delegation,
    session::{self, Session},
    terms::{DecisionRule, ItemKind, Level, Mode},
};
use crate::{
    access::{Kind, Party},
    bounds::{Bounds, NAME},
    directory::known_countries,
    error::{Reason, Result},
    ledger::Work,
    records::{Content, Outline, Portions},
    say,
    text::Text,
};

/// What a meeting says. The order of the fields is part of the canonical form that is hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeetingContent {
    pub title: Text,
    /// The series it belongs to, such as a conference that meets each year.
    pub series: Option<String>,
    /// Its number in the series, as the series writes it, such as `XXVI`.
    pub number: Option<String>,
    /// The process or the instrument within which it is held.
    pub frame: Option<Text>,
    pub level: Level,
    pub mode: Mode,
    pub place: Text,
    /// The country that receives it, ISO 3166-1 alpha-2.
    pub host: String,
    pub chair: Option<Chair>,
    pub presidencies: Vec<Presidency>,
    pub sessions: Vec<Session>,
    /// Languages of work, ISO 639-1.
    pub languages: Vec<String>,
    /// The delegations that must attend for it to begin.
    pub quorum: Option<u32>,
    pub decision: DecisionRule,
    pub delegations: Vec<Delegation>,
    /// The agenda, in order.
    pub items: Vec<AgendaItem>,
    pub note: Option<Text>,
}

/// Who presides over the meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chair {
    /// The delegation, ISO 3166-1 alpha-2.
    pub country: String,
    /// The post; never a name.
    pub post: Option<Text>,
}

/// A pro tempore presidency (presidencia pro témpore) that bears on the meeting, with its term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presidency {
    /// Of which body.
    pub of: Text,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    pub since: NaiveDate,
    /// The last day of the term, if it is known.
    pub until: Option<NaiveDate>,
}

impl MeetingContent {
    /// The beginning of the first session, with the offset of its place.
    pub fn starts(&self) -> Option<DateTime<FixedOffset>> {
        self.sessions.first()?.starts()
    }

    /// The last day of the last session, at its place.
    pub fn ends_on(&self) -> Option<NaiveDate> {
        self.sessions.last().map(Session::last_day)
    }

    pub fn delegation(&self, country: &str) -> Option<&Delegation> {
        self.delegations.iter().find(|delegation| delegation.country == country)
    }
}

impl Content for MeetingContent {
    const KIND: Kind = Kind::Meeting;

    fn outline(&self) -> Outline {
        let words =
            [Some(&self.title.es), self.title.en.as_ref(), self.series.as_ref(), Some(&self.place.es)];
        // Everybody who is shown the meeting finds it by these: of closed items there is nothing.
        let open = closed::withheld(&self.items);
        let open = open.iter().filter(|item| item.kind != ItemKind::Closed);
        let titles = open.flat_map(|item| [Some(&item.title.es), item.title.en.as_ref()]);
        Outline {
            code: None,
            words: words.into_iter().chain(titles).flatten().cloned().collect(),
            starts: self.sessions.first().map(|session| session.starts_at.date()),
            ends: self.ends_on(),
        }
    }

    fn in_portions(&self) -> bool {
        self.items.iter().any(|item| item.closed)
    }

    fn portions(mut self, to: &[Party]) -> Portions<Self> {
        let withheld = self.in_portions() && !closed::admits(&self, to);
        if withheld {
            self.items = closed::withheld(&self.items);
        }
        Portions { content: self, withheld }
    }

    async fn check(&self, work: &Work) -> Result<()> {
        let mut bounds = Bounds::default();
        bounds.words("input.content.title", &self.title, NAME);
        bounds.optional("input.content.series", self.series.as_deref(), NAME);
        bounds.optional("input.content.number", self.number.as_deref(), 40);
        bounds.words_if("input.content.frame", self.frame.as_ref(), NAME);
        bounds.words("input.content.place", &self.place, NAME);
        bounds.words_if("input.content.note", self.note.as_ref(), 2_000);
        session::check(&self.sessions, "input.content.sessions", &mut bounds);
        self.check_languages(&mut bounds);
        self.check_countries(work, &mut bounds).await?;
        agenda::check(&self.items, &self.sessions, work, &mut bounds).await?;
        self.check_proponents(&mut bounds);
        bounds.done()
    }
}

impl MeetingContent {
    fn check_languages(&self, bounds: &mut Bounds) {
        bounds.count("input.content.languages", self.languages.len(), 10);
        bounds.distinct("input.content.languages", &self.languages);
        for (at, code) in self.languages.iter().take(10).enumerate() {
            if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_lowercase()) {
                bounds.add(
                    Reason::Malformed,
                    format!("input.content.languages.{at}"),
                    say!(
                        "dos letras minúsculas (ISO 639-1), como `es`",
                        "two small letters (ISO 639-1), such as `es`"
                    ),
                );
            }
        }
    }

    fn check_proponents(&self, bounds: &mut Bounds) {
        for (at, item) in self.items.iter().enumerate() {
            let known = |code: &String| *code == self.host || self.delegation(code).is_some();
            if item.proponent.as_ref().is_some_and(|code| !known(code)) {
                bounds.add(
                    Reason::Unknown,
                    format!("input.content.items.{at}.proponent"),
                    say!(
                        "propone el anfitrión o una delegación invitada",
                        "the host proposes, or a delegation that is invited"
                    ),
                );
            }
        }
    }

    /// Every country is one, the chair is of the host or of a delegation, and a quorum can be met.
    async fn check_countries(&self, work: &Work, bounds: &mut Bounds) -> Result<()> {
        bounds.count("input.content.delegations", self.delegations.len(), 200);
        bounds.count("input.content.presidencies", self.presidencies.len(), 5);
        let invited: Vec<&String> = self.delegations.iter().map(|delegation| &delegation.country).collect();
        bounds.distinct("input.content.delegations", &invited);

        let mut named = vec![("input.content.host".to_owned(), self.host.clone())];
        named.extend(self.delegations.iter().enumerate().map(|(at, delegation)| {
            (format!("input.content.delegations.{at}.country"), delegation.country.clone())
        }));
        named.extend(self.presidencies.iter().enumerate().map(|(at, presidency)| {
            (format!("input.content.presidencies.{at}.country"), presidency.country.clone())
        }));
        let codes: Vec<String> = named.iter().map(|(_, code)| code.clone()).collect();
        let known = known_countries(&work.db, &codes).await?;
        for (path, code) in named {
            // What may be long is not quoted.
            if !known.contains(&code) {
                bounds.add(
                    Reason::Unknown,
                    path,
                    say!(
                        "no es un país conocido (ISO 3166-1 alfa-2)",
                        "is no known country (ISO 3166-1 alpha-2)"
                    ),
                );
            }
        }
        for (at, presidency) in self.presidencies.iter().enumerate() {
            let path = format!("input.content.presidencies.{at}");
            bounds.words(format!("{path}.of"), &presidency.of, NAME);
            if presidency.until.is_some_and(|until| until < presidency.since) {
                let since = presidency.since;
                bounds.add(
                    Reason::OutOfRange,
                    format!("{path}.until"),
                    say!("del {since} en adelante", "{since} or later"),
                );
            }
        }
        if let Some(chair) = &self.chair {
            bounds.words_if("input.content.chair.post", chair.post.as_ref(), NAME);
            let presides = |delegation: &Delegation| !delegation.observing;
            if chair.country != self.host && !self.delegation(&chair.country).is_some_and(presides) {
                bounds.add(
                    Reason::Unknown,
                    "input.content.chair.country",
                    say!(
                        "preside el anfitrión o una delegación invitada que no solo observa",
                        "the host presides, or a delegation that is invited and does not only observe"
                    ),
                );
            }
        }
        if let Some(quorum) = self.quorum
            && !(1..=self.delegations.iter().filter(|one| !one.observing).count())
                .contains(&(quorum as usize))
        {
            bounds.add(
                Reason::OutOfRange,
                "input.content.quorum",
                say!(
                    "entre 1 y el número de delegaciones que no solo observan",
                    "between 1 and the number of delegations that do not only observe"
                ),
            );
        }
        Ok(())
    }
}
