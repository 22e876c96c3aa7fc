//! Where each side's figures of a corridor stand: in a dataset that is named, or in the one that counts an indicator.

use sea_orm::DatabaseConnection;

use super::{
    inputs::MirrorSideInput,
    mirror::Corridor,
    source::{self, Source},
};
use crate::{
    access::Viewer,
    day::Day,
    error::{Error, Problem, Reason, Result},
    ids::DatasetId,
    page::{MOST, Page},
    records::{self, Shown},
    say,
    statistics::{
        content::DatasetContent,
        cubes::Cubes,
        indicator::{self, Indicator},
        nearest::nearest,
    },
};

/// So many datasets of one indicator are looked into.
const MOST_LOOKED_INTO: usize = 50;
/// Of so many the names are told.
const MOST_NAMED: usize = 5;

/// Whom to ask, and as of when.
pub struct Asked<'a> {
    pub db: &'a DatabaseConnection,
    pub viewer: &'a Viewer,
    pub cubes: &'a Cubes,
    pub as_of: Option<Day>,
}

impl Asked<'_> {
    /// The datasets of both sides.
    pub async fn sides(
        &self,
        corridor: &Corridor,
        sender: &MirrorSideInput,
        receiver: &MirrorSideInput,
    ) -> Result<[DatasetId; 2]> {
        let (origin, destination) = (corridor.origin.as_str(), corridor.destination.as_str());
        Ok([
            self.side("sender", sender, origin, destination).await?,
            self.side("receiver", receiver, destination, origin).await?,
        ])
    }

    async fn side(&self, path: &str, side: &MirrorSideInput, own: &str, other: &str) -> Result<DatasetId> {
        match (side.dataset, side.indicator.as_deref()) {
            (Some(dataset), None) => Ok(dataset),
            (None, Some(code)) => self.of(&format!("{path}.indicator"), known(path, code)?, own, other).await,
            _ => {
                let say = say!("diga `dataset`, o bien `indicator`", "name either `dataset` or `indicator`");
                Err(Problem::new(Reason::Required, path, say).into())
            }
        }
    }

    /// Of the datasets that the viewer sees, the one in which `own` counts this to or from `other`: first those of its own
    /// institutions, else of anybody.
    async fn of(&self, path: &str, indicator: &Indicator, own: &str, other: &str) -> Result<DatasetId> {
        let mut telling = Vec::new();
        for shown in self.counting(path, indicator).await? {
            let id: DatasetId = shown.record.id.into();
            let found = source::all(self.db, self.viewer, self.cubes, &[id], self.as_of, false).await;
            match found {
                Ok(found) if found.iter().any(|source| tells(source, own, other)) => telling.push(shown),
                // Without figures, then or now.
                Ok(_) | Err(Error::Conflict(_)) => {}
                Err(error) => return Err(error),
            }
        }
        if telling.iter().any(|shown| shown.record.owner_country.as_deref() == Some(own)) {
            telling.retain(|shown| shown.record.owner_country.as_deref() == Some(own));
        }
        let code = &indicator.code;
        match telling.as_slice() {
            [one] => Ok(one.record.id.into()),
            [] => {
                let say = say!(
                    "ningún conjunto que usted vea cuenta {code} de {own} con {other}",
                    "no dataset that you see counts {code} of {own} with {other}"
                );
                Err(Problem::new(Reason::Unknown, path, say).into())
            }
            several => {
                let names = several.iter().take(MOST_NAMED).map(|shown| shown.content.code.as_str());
                let names = names.collect::<Vec<_>>().join(", ");
                let say = say!(
                    "varios conjuntos cuentan {code} de {own} con {other}: {names}; diga cuál en `dataset`",
                    "several datasets count {code} of {own} with {other}: {names}; name one in `dataset`"
                );
                Err(Problem::new(Reason::Duplicate, path, say).into())
            }
        }
    }

    /// Those that the viewer sees which count it.
    async fn counting(&self, path: &str, indicator: &Indicator) -> Result<Vec<Shown<DatasetContent>>> {
        // A dataset is found by the name of what it counts.
        let text: String = indicator.name.es.chars().take(60).collect();
        let wanted = records::Wanted { text: Some(text), ..Default::default() };
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = Page { size: MOST, after, before: None, backward: false };
            let found = records::page::<DatasetContent>(self.db, self.viewer, &page, &wanted, false).await?;
            let full = found.edges.len() as u64 == MOST;
            after = found.edges.last().map(|edge| edge.node.record.id.0.as_bytes().to_vec());
            let nodes = found.edges.into_iter().map(|edge| edge.node);
            all.extend(nodes.filter(|shown| shown.content.indicator == indicator.code));
            if all.len() > MOST_LOOKED_INTO {
                let say = say!(
                    "más de {MOST_LOOKED_INTO} conjuntos cuentan eso; diga cuál en `dataset`",
                    "more than {MOST_LOOKED_INTO} datasets count that; name one in `dataset`"
                );
                return Err(Problem::new(Reason::TooLarge, path, say).into());
            }
            if !full {
                return Ok(all);
            }
        }
    }
}

fn known(path: &str, code: &str) -> Result<&'static Indicator> {
    indicator::find(code).ok_or_else(|| {
        let near = nearest(code, indicator::all().iter().map(|known| known.code.as_str()));
        let near = near.unwrap_or("RETURNED_PERSON");
        let say = say!(
            "no es un indicador de la lista (`indicators`); ¿quiso decir `{near}`?",
            "is no indicator of the list (`indicators`); did you mean `{near}`?"
        );
        Problem::new(Reason::Unknown, format!("{path}.indicator"), say).into()
    })
}

/// Whether its figures are of `own`, with `other` on the far side.
fn tells(source: &Source, own: &str, other: &str) -> bool {
    let layout = source.cube.layout();
    let has = |dimension: &str, code: &str| {
        layout
            .position(dimension)
            .map(|at| source.cube.codes(at).binary_search_by(|c| c.as_str().cmp(code)).is_ok())
    };
    let is_own = || source.shown.record.owner_country.as_deref() == Some(own);
    has("COUNTERPART_AREA", other) == Some(true) && has("REF_AREA", own).unwrap_or_else(is_own)
}
