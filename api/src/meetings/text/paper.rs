//! A negotiated text on paper: with its brackets while it is negotiated, with who adopts and what is attached once it is
//! put to adoption. Cut to what its reader sees before anything is written.

use sea_orm::ConnectionTrait;

use super::{
    adoption::{self, Stance, StatementKind},
    draft::{Draft, Paragraph, ParagraphState},
    rows::{self, text, version},
    sight::{Sight, no_such},
};
use crate::{
    access::Viewer,
    clock::Moment,
    error::Result,
    ids::TextId,
    meetings::{content::MeetingContent, paper::Countries},
    paper::{Block, Cell, Column, Words, fact, facts, table},
    records::Shown,
    text::Text,
};

/// A text as its reader sees it.
pub struct Printed {
    pub draft: Draft,
    pub version: i32,
    pub saved: Moment,
    pub adopted: Option<Moment>,
    /// Whether its words are put to adoption, or adopted.
    pub put: bool,
    /// Of the words that are put to adoption; of what is seen of the version before.
    pub hash: String,
    /// Country, how it stands, whether the host noted it.
    pub stances: Vec<(String, Stance, bool)>,
    pub statements: Vec<Attached>,
}

/// What a delegation attached.
pub struct Attached {
    country: String,
    kind: StatementKind,
    paragraph: Option<String>,
    says: Text,
}

/// The text of a meeting that is named, or the first that the viewer sees.
pub async fn printed(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    meeting: &Shown<MeetingContent>,
    wanted: Option<TextId>,
) -> Result<Printed> {
    let texts = rows::of_meetings(db, &[meeting.record.id]).await?;
    let mut seen = texts.into_iter().filter_map(|text| Some((Sight::of(viewer, meeting, &text)?, text)));
    let (sight, text) =
        seen.find(|(_, text)| wanted.is_none_or(|wanted| wanted == text.id)).ok_or_else(no_such)?;
    let newest = rows::versions(db, [(text.id, text.newest)]).await?.pop().ok_or_else(no_such)?;
    of(db, viewer, sight, text, newest).await
}

async fn of(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    sight: Sight,
    text: text::Model,
    newest: version::Model,
) -> Result<Printed> {
    let (draft, cut) = sight.cut(&newest, Some(viewer.at))?;
    let (whole, adopted) = (sight == Sight::Whole, text.adopted_at.is_some());
    let (mut stances, mut statements) = (Vec::new(), Vec::new());
    if let Some(hash) = &text.hash {
        let rows = adoption::stances(db, &[text.id]).await?;
        let told = adoption::standing(&rows, hash).into_values();
        // As in the API: others than those who negotiate are told who adopted, once it is adopted.
        let told = told.filter(|row| whole || (adopted && row.stance == Stance::Adopts));
        stances = told.map(|row| (row.country.clone(), row.stance, row.by_host)).collect();
        if whole || adopted {
            for row in adoption::statements(db, &[text.id]).await?.into_iter().filter(|row| row.hash == *hash)
            {
                statements.push(Attached {
                    says: serde_json::from_str(&row.content).map_err(anyhow::Error::from)?,
                    country: row.country,
                    kind: row.kind,
                    paragraph: row.paragraph,
                });
            }
        }
    }
    Ok(Printed {
        draft,
        version: newest.number,
        saved: newest.at,
        adopted: text.adopted_at,
        put: text.hash.is_some(),
        hash: text.hash.unwrap_or(cut),
        stances,
        statements,
    })
}

impl Printed {
    /// What stands on it. Pure.
    pub fn blocks(&self, known: Countries<'_>) -> Vec<Block> {
        let mut blocks = vec![Block::heading(1, &self.draft.title)];
        let state = match (self.put, self.adopted) {
            (_, Some(_)) => Words::both("adoptado", "adopted"),
            (true, None) => Words::both("sometido a adopción", "put to adoption"),
            (false, None) => Words::both("en negociación", "under negotiation"),
        };
        let on = |Moment(at): Moment| Words::from(at.format("%Y-%m-%d %H:%M UTC").to_string());
        blocks.extend(facts(vec![
            fact("Estado", "State", Some(state)),
            fact("Versión", "Version", Some(Words::count(self.version))),
            fact("Adoptado", "Adopted", self.adopted.map(on)),
        ]));
        for (paragraph, number) in self.draft.paragraphs.iter().zip(self.draft.numbers()) {
            let words = Words::from(&paragraph.read_out());
            blocks.push(Block::paragraph(Words::joined(&[format!("{number}.").into(), words], " ")));
            if !self.put {
                blocks.push(Block::paragraph(standing(paragraph)));
                blocks.extend(brackets(paragraph, known));
            }
        }
        blocks.extend(self.adoption(known));
        blocks
    }

    fn adoption(&self, known: Countries<'_>) -> Vec<Block> {
        let mut blocks = Vec::new();
        let rows = self.stances.iter().map(|(country, stance, by_host)| {
            let stance = match stance {
                Stance::Adopts => Words::both("adopta", "adopts"),
                Stance::StandsAside => Words::both("no adopta ni se opone", "stands aside"),
                Stance::Objects => Words::both("se opone", "objects"),
            };
            let by_host = by_host.then(|| Words::both("lo anotó el anfitrión", "noted by the host"));
            vec![known(country).into(), Cell::several(stance, vec![by_host])]
        });
        let columns = vec![
            Column::new(Words::both("Delegación", "Delegation"), 6),
            Column::new(Words::both("Postura", "Stance"), 6),
        ];
        if let Some(table) = table(columns, rows.collect()) {
            blocks.push(Block::heading(2, Words::both("Adopción", "Adoption")));
            blocks.push(table);
        }
        if !self.statements.is_empty() {
            let title = Words::both("Reservas y declaraciones", "Reservations and statements");
            blocks.push(Block::heading(2, title));
        }
        let numbers = self.draft.numbers();
        for one in &self.statements {
            let kind = match one.kind {
                StatementKind::Reservation => Words::both("reserva", "reservation"),
                StatementKind::Interpretative => {
                    Words::both("declaración interpretativa", "interpretative statement")
                }
            };
            let at = self
                .draft
                .paragraphs
                .iter()
                .position(|paragraph| one.paragraph.as_ref() == Some(&paragraph.key));
            let number = at.and_then(|at| numbers.get(at));
            let on =
                number.map(|number| Words::both(format!("párrafo {number}"), format!("paragraph {number}")));
            let said: Vec<Words> =
                [Some(known(&one.country)), Some(kind), on].into_iter().flatten().collect();
            blocks.push(Block::heading(3, Words::joined(&said, " · ")));
            blocks.push(Block::paragraph(&one.says));
        }
        blocks
    }
}

fn standing(paragraph: &Paragraph) -> Words {
    match (paragraph.state, paragraph.by_silence) {
        (ParagraphState::Open, _) => Words::both("Abierto.", "Open."),
        (ParagraphState::AdReferendum, _) => Words::both("Acordado ad referéndum.", "Agreed ad referendum."),
        (ParagraphState::Agreed, None) => Words::both("Acordado.", "Agreed."),
        (ParagraphState::Agreed, Some(_)) => Words::both("Acordado por silencio.", "Agreed by silence."),
    }
}

/// What might stand in each bracket, and, for those who negotiate, whose it is and who supports it.
fn brackets(paragraph: &Paragraph, known: Countries<'_>) -> Option<Block> {
    let alternatives = paragraph.brackets.iter().flat_map(|bracket| &bracket.alternatives);
    let rows = alternatives.map(|one| {
        let words = match &one.text {
            Some(text) => Words::from(text),
            None => Words::both("(nada)", "(nothing)"),
        };
        let by = one.by.as_deref().map(|by| known(by).labelled("Propone", "Proposed by"));
        let supporters: Vec<Words> = one.supporters.iter().map(|code| known(code)).collect();
        let supporters = (!supporters.is_empty())
            .then(|| Words::joined(&supporters, ", ").labelled("Apoyan", "Supported by"));
        vec![Cell::several(words, vec![by, supporters])]
    });
    table(vec![Column::new(Words::both("Alternativas", "Alternatives"), 12)], rows.collect())
}
