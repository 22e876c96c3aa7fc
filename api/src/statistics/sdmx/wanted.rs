//! Which artefacts a structure query wants (SDMX-REST 2.x): by type, agency, id and version, with those that refer to
//! them or that they refer to, and how much of each.

use std::collections::BTreeSet;

use super::{Class, MOST_NAMED, Urn, artefact::Artefact};

/// What is named in a place of a path; nothing is anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(Vec<String>);

impl Names {
    /// `*`, or names with commas between.
    pub fn parse(text: &str) -> Self {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let names: Vec<String> = names.map(str::to_owned).collect();
        Self(if names.iter().any(|name| matches!(name.as_str(), "*" | "all")) { Vec::new() } else { names })
    }

    pub fn is_any(&self) -> bool {
        self.0.is_empty()
    }

    pub fn take(&self, name: &str) -> bool {
        self.is_any() || self.0.iter().any(|known| known == name)
    }

    /// The one that is named.
    pub fn only(&self) -> Option<&str> {
        match self.0.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    pub fn list(&self) -> &[String] {
        &self.0
    }
}

/// The versions that are wanted: `1.0.0`, `*` all, `~` the latest, `+` the latest that is stable, and the forms
/// between (`1.*`, `1.0+.0`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versions(Vec<String>);

impl Versions {
    pub fn parse(text: &str) -> Option<Self> {
        let all: Vec<String> = text.split(',').map(|part| part.trim().to_owned()).collect();
        let sound = |part: &String| {
            *part == "latest"
                || *part == "all"
                || (!part.is_empty()
                    && part.len() <= 32
                    && part.bytes().all(|c| c.is_ascii_alphanumeric() || b".+*~-".contains(&c))
                    && part.bytes().filter(|c| b"+*~".contains(c)).count() <= 1)
        };
        (all.len() <= MOST_NAMED && all.iter().all(sound)).then_some(Self(all))
    }

    /// Those of the versions of one artefact that are wanted.
    pub fn of<'a>(&self, known: &[&'a str]) -> Vec<&'a str> {
        let mut found = BTreeSet::new();
        for part in &self.0 {
            let fits = known.iter().copied().filter(|version| fits(part, version));
            match part.contains('*') || part == "all" || !part.contains(['+', '~']) && part != "latest" {
                true => found.extend(fits.map(|version| (numbers(version), version))),
                false => found.extend(fits.map(|version| (numbers(version), version)).max()),
            }
        }
        found.into_iter().map(|(_, version)| version).collect()
    }
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

/// Whether a version lies in what a pattern spans, of which `+` and `~` then take the latest. The lists of the house
/// have versions of two numbers, which SDMX knows of old; `+` takes them too.
fn fits(pattern: &str, version: &str) -> bool {
    if matches!(pattern, "*" | "~" | "+" | "latest" | "all") {
        return true;
    }
    let (wanted, known): (Vec<&str>, Vec<&str>) =
        (pattern.split('.').collect(), version.split('.').collect());
    let Some(open) = wanted.iter().position(|part| part.contains(['+', '*', '~'])) else {
        return pattern == version;
    };
    if wanted.len() > known.len() || open + 1 < wanted.len() && wanted.len() != known.len() {
        return false;
    }
    let number = |part: &str| part.trim_end_matches(['+', '*', '~']).parse::<u32>().unwrap_or(0);
    let (wanted, known): (Vec<u32>, Vec<u32>) =
        (wanted.iter().map(|part| number(part)).collect(), known.iter().map(|part| number(part)).collect());
    wanted[..open] == known[..open] && known[open..] >= wanted[open..]
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum References {
    None,
    Parents,
    ParentsAndSiblings,
    Ancestors,
    Children,
    Descendants,
    All,
    Of(Class),
}

impl References {
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "none" => Self::None,
            "parents" => Self::Parents,
            "parentsandsiblings" => Self::ParentsAndSiblings,
            "ancestors" => Self::Ancestors,
            "children" => Self::Children,
            "descendants" => Self::Descendants,
            "all" => Self::All,
            class => Self::Of(Class::parse(class)?),
        })
    }
}

/// How much is told of what was asked for, and of what comes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    Full,
    AllStubs,
    AllCompleteStubs,
    ReferenceStubs,
    ReferenceCompleteStubs,
}

impl Detail {
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            // No list extends another, and lists come whole with what refers to them.
            "full" | "raw" | "referencepartial" => Self::Full,
            "allstubs" => Self::AllStubs,
            "allcompletestubs" => Self::AllCompleteStubs,
            "referencestubs" => Self::ReferenceStubs,
            "referencecompletestubs" => Self::ReferenceCompleteStubs,
            _ => return None,
        })
    }
}

#[derive(Clone, Debug)]
pub struct Wanted {
    /// `None`: of every type.
    pub class: Option<Class>,
    pub agency: Names,
    pub id: Names,
    pub version: Versions,
    pub items: Names,
    pub references: Vec<References>,
    pub detail: Detail,
}

impl Wanted {
    /// Whether an artefact of this type, agency and id is asked for.
    pub fn names(&self, class: Class, agency: &str, id: &str) -> bool {
        self.class.is_none_or(|wanted| wanted == class) && self.agency.take(agency) && self.id.take(id)
    }

    /// What is asked for, then what comes with it.
    pub fn of(&self, all: Vec<Artefact>) -> Vec<Artefact> {
        let asked: BTreeSet<Urn> =
            all.iter().map(|one| &one.urn).filter(|urn| self.takes(urn, &all)).cloned().collect();
        let with: BTreeSet<Urn> = self
            .references
            .iter()
            .flat_map(|how| referred(how, &asked, &all))
            .filter(|urn| !asked.contains(urn))
            .collect();
        let mut found = Vec::new();
        let mut beside = Vec::new();
        for artefact in all {
            if asked.contains(&artefact.urn) {
                let whole = match self.detail {
                    Detail::AllStubs => Some(artefact.to_stub(false)),
                    Detail::AllCompleteStubs => Some(artefact.to_stub(true)),
                    _ if self.items.is_any() => Some(artefact),
                    _ => artefact.with_items(self.items.list()),
                };
                found.extend(whole);
            } else if with.contains(&artefact.urn) {
                beside.push(match self.detail {
                    Detail::Full => artefact,
                    Detail::AllStubs | Detail::ReferenceStubs => artefact.to_stub(false),
                    Detail::AllCompleteStubs | Detail::ReferenceCompleteStubs => artefact.to_stub(true),
                });
            }
        }
        if !found.is_empty() {
            found.extend(beside);
        }
        found
    }

    fn takes(&self, urn: &Urn, all: &[Artefact]) -> bool {
        let same =
            |other: &&Urn| (other.class, &other.agency, &other.id) == (urn.class, &urn.agency, &urn.id);
        let versions: Vec<&str> =
            all.iter().map(|one| &one.urn).filter(same).map(|urn| urn.version.as_str()).collect();
        self.names(urn.class, &urn.agency, &urn.id)
            && self.version.of(&versions).contains(&urn.version.as_str())
    }
}

fn down(from: &BTreeSet<Urn>, all: &[Artefact]) -> BTreeSet<Urn> {
    all.iter().filter(|one| from.contains(&one.urn)).flat_map(Artefact::children).collect()
}

fn up(from: &BTreeSet<Urn>, all: &[Artefact]) -> BTreeSet<Urn> {
    let refers = |one: &&Artefact| one.children().iter().any(|child| from.contains(child));
    all.iter().filter(refers).map(|one| one.urn.clone()).collect()
}

/// Step after step, until nothing is added.
fn throughout(from: &BTreeSet<Urn>, step: impl Fn(&BTreeSet<Urn>) -> BTreeSet<Urn>) -> BTreeSet<Urn> {
    let (mut found, mut edge) = (BTreeSet::new(), from.clone());
    while !edge.is_empty() {
        let next: BTreeSet<Urn> = step(&edge).into_iter().filter(|urn| !found.contains(urn)).collect();
        found.extend(next.iter().cloned());
        edge = next;
    }
    found
}

fn referred(how: &References, asked: &BTreeSet<Urn>, all: &[Artefact]) -> BTreeSet<Urn> {
    let descendants = || throughout(asked, |edge| down(edge, all));
    let ancestors = || throughout(asked, |edge| up(edge, all));
    let siblings = || {
        let parents = up(asked, all);
        let beside = down(&parents, all);
        parents.into_iter().chain(beside).collect::<BTreeSet<_>>()
    };
    match how {
        References::None => BTreeSet::new(),
        References::Parents => up(asked, all),
        References::ParentsAndSiblings => siblings(),
        References::Ancestors => ancestors(),
        References::Children => down(asked, all),
        References::Descendants => descendants(),
        References::All => siblings().into_iter().chain(descendants()).collect(),
        References::Of(class) => {
            descendants().into_iter().chain(ancestors()).filter(|urn| urn.class == *class).collect()
        }
    }
}
