//! From one draft to the next: words put in brackets, alternatives supported, brackets resolved.
//! Pure. Every function takes a draft as it stands at the moment ([`Draft::at`]).

use chrono::TimeDelta;

use super::draft::{Alternative, Bracket, Broken, Draft, LONGEST, Paragraph, ParagraphState, Silence};
use crate::{
    bounds::Bounds,
    clock::Moment,
    error::{Error, Problem, Reason, Result},
    say,
    text::{Say, Text},
};

/// The most brackets of a paragraph, and the most alternatives of a bracket.
const MOST: usize = 20;
/// The most silence procedures of a text.
const MOST_SILENCES: usize = 100;
/// How long a silence runs at least and at most: so long that a delegation can break it.
const SHORTEST: TimeDelta = TimeDelta::minutes(30);
const FURTHEST: TimeDelta = TimeDelta::days(60);

/// Where an alternative is proposed.
#[derive(Clone, Debug)]
pub enum Spot {
    /// In a bracket that is there.
    Bracket(String),
    /// In place of these words, which are put in brackets.
    Words(Text),
}

/// Which alternative a bracket comes to.
#[derive(Clone, Debug)]
pub struct Choice {
    pub bracket: String,
    pub alternative: String,
}

/// An alternative of a delegation, which supports it.
pub fn proposed(
    mut draft: Draft,
    key: &str,
    spot: Spot,
    words: Option<Text>,
    country: &str,
) -> Result<Draft> {
    let mut bounds = Bounds::default();
    bounds.words_if("input.alternative", words.as_ref(), LONGEST);
    if let Some(words) = &words {
        for (lang, words) in [("es", Some(&words.es)), ("en", words.en.as_ref())] {
            if words.is_some_and(|words| words.contains(['[', ']'])) {
                let say = say!("sin corchetes", "without square brackets");
                bounds.add(Reason::Malformed, format!("input.alternative.{lang}"), say);
            }
        }
    }
    bounds.done()?;
    let fresh =
        1 + numbers(draft.paragraphs.iter().flat_map(|one| &one.brackets).map(|one| one.key.as_str()));
    let paragraph = negotiable(&mut draft, key)?;
    let bracket = match spot {
        Spot::Bracket(key) => key,
        Spot::Words(there) => {
            let key = format!("b{fresh}");
            bracketed(paragraph, &key, there)?;
            key
        }
    };
    let bracket =
        paragraph.brackets.iter_mut().find(|known| known.key == bracket).ok_or_else(|| {
            unknown("input.bracket", say!("no hay tal corchete", "there is no such bracket"))
        })?;
    if bracket.alternatives.len() >= MOST {
        return Err(wrong(say!("a lo sumo {MOST} alternativas", "at most {MOST} alternatives")));
    }
    if bracket.alternatives.iter().any(|known| known.text == words) {
        return Err(Problem::new(
            Reason::Duplicate,
            "input.alternative",
            say!("ya está propuesta; apóyela", "is proposed already; support it"),
        )
        .into());
    }
    let number = 1 + numbers(bracket.alternatives.iter().map(|one| one.key.as_str()));
    bracket.alternatives.push(Alternative {
        key: format!("a{number}"),
        text: words,
        by: Some(country.into()),
        supporters: vec![country.into()],
    });
    paragraph.state = ParagraphState::Open;
    Ok(draft)
}

/// Puts words of a paragraph, which stand there once, in a bracket.
fn bracketed(paragraph: &mut Paragraph, key: &str, there: Text) -> Result<()> {
    if paragraph.brackets.len() >= MOST {
        return Err(wrong(say!(
            "a lo sumo {MOST} corchetes por párrafo",
            "at most {MOST} brackets a paragraph"
        )));
    }
    let refuse = |lang: &str| {
        unknown(
            &format!("input.words.{lang}"),
            say!(
                "palabras que estén una sola vez en el párrafo, fuera de corchetes",
                "words that stand once in the paragraph, outside of brackets"
            ),
        )
    };
    let put = |words: &str, part: &str| {
        let once = !part.trim().is_empty() && !part.contains(['[', ']']) && words.matches(part).count() == 1;
        once.then(|| words.replacen(part, &format!("[{key}]"), 1))
    };
    paragraph.text.es = put(&paragraph.text.es, &there.es).ok_or_else(|| refuse("es"))?;
    if let Some(en) = &paragraph.text.en {
        let part = there.en.as_deref().ok_or_else(|| refuse("en"))?;
        paragraph.text.en = Some(put(en, part).ok_or_else(|| refuse("en"))?);
    }
    let before = Alternative { key: "a0".into(), text: Some(there), by: None, supporters: Vec::new() };
    paragraph.brackets.push(Bracket { key: key.into(), alternatives: vec![before] });
    Ok(())
}

/// A delegation supports an alternative, or does so no longer. One that nobody supports goes with
/// whoever proposed it.
pub fn supported(mut draft: Draft, key: &str, choice: &Choice, country: &str, holds: bool) -> Result<Draft> {
    let paragraph = negotiable(&mut draft, key)?;
    let (bracket, at) = chosen(paragraph, choice, "input")?;
    let bracket = &mut paragraph.brackets[bracket];
    let supports = bracket.alternatives[at].supporters.iter().any(|one| one == country);
    if supports == holds {
        return Err(wrong(say!("ya consta así", "that is noted already")));
    }
    let alternative = &mut bracket.alternatives[at];
    if holds {
        alternative.supporters.push(country.into());
        alternative.supporters.sort();
    } else {
        alternative.supporters.retain(|one| one != country);
        if alternative.supporters.is_empty() && alternative.by.as_deref() == Some(country) {
            bracket.alternatives.remove(at);
        }
    }
    Ok(draft)
}

/// Brackets of a paragraph come to an alternative each, and the paragraph to a state.
pub fn settled(
    mut draft: Draft,
    key: &str,
    choices: &[Choice],
    state: Option<ParagraphState>,
) -> Result<Draft> {
    is_still(&draft, key)?;
    let paragraph = found(&mut draft, key)?;
    for (number, choice) in choices.iter().enumerate() {
        let (bracket, at) = chosen(paragraph, choice, &format!("input.choices.{number}"))?;
        let bracket = paragraph.brackets.remove(bracket);
        let words = bracket.alternatives[at].text.clone();
        let mark = format!("[{}]", bracket.key);
        let put = |text: &str, words: Option<&str>| match words {
            Some(words) => text.replacen(&mark, words, 1),
            // What stood around what is gone is joined again.
            None => tidied(&text.replacen(&mark, "", 1)),
        };
        paragraph.text.es = put(&paragraph.text.es, words.as_ref().map(|text| text.es.as_str()));
        if let Some(en) = &paragraph.text.en {
            let english = words.as_ref().map(|text| text.en.as_deref());
            let Some(english) = english.map_or(Some(None), |en| en.map(Some)) else {
                return Err(unknown(
                    &format!("input.choices.{number}.alternative"),
                    say!("la alternativa no está en inglés", "the alternative is not in English"),
                ));
            };
            paragraph.text.en = Some(put(en, english));
        }
    }
    let state = state.unwrap_or(match choices.is_empty() {
        true => paragraph.state,
        false => ParagraphState::Open,
    });
    if state != ParagraphState::Open && !paragraph.brackets.is_empty() {
        return Err(wrong(say!("quedan corchetes en el párrafo", "brackets are left in the paragraph")));
    }
    paragraph.state = state;
    paragraph.by_silence = None;
    Ok(draft)
}

/// Puts paragraphs under a silence procedure.
pub fn silenced(mut draft: Draft, keys: Vec<String>, until: Moment, now: Moment) -> Result<Draft> {
    let mut bounds = Bounds::default();
    if keys.is_empty() {
        bounds.add(Reason::Required, "input.paragraphs", say!("al menos uno", "at least one"));
    }
    bounds.count("input.paragraphs", keys.len(), draft.paragraphs.len());
    bounds.distinct("input.paragraphs", &keys[..keys.len().min(draft.paragraphs.len())]);
    for (at, key) in keys.iter().enumerate().take(draft.paragraphs.len()) {
        let whole = |one: &Paragraph| one.brackets.is_empty() && one.state != ParagraphState::Agreed;
        match draft.paragraph(key) {
            None => bounds.add(
                Reason::Unknown,
                format!("input.paragraphs.{at}"),
                say!("el texto no tiene tal párrafo", "the text has no such paragraph"),
            ),
            Some(one) if !whole(one) || draft.silence_on(key).is_some() => bounds.add(
                Reason::OutOfRange,
                format!("input.paragraphs.{at}"),
                say!(
                    "un párrafo sin corchetes, no acordado y sin silencio en curso",
                    "a paragraph without brackets, not agreed, and under no silence"
                ),
            ),
            Some(_) => {}
        }
    }
    if until.0 < now.0 + SHORTEST || until.0 > now.0 + FURTHEST {
        let say = say!(
            "entre media hora y 60 días desde ahora, para que haya tiempo de romperlo",
            "between half an hour and 60 days from now, so that there is time to break it"
        );
        bounds.add(Reason::OutOfRange, "input.until", say);
    }
    bounds.done()?;
    if draft.silences.len() >= MOST_SILENCES {
        return Err(wrong(say!("a lo sumo {MOST_SILENCES} por texto", "at most {MOST_SILENCES} a text")));
    }
    let key = format!("s{}", 1 + numbers(draft.silences.iter().map(|one| one.key.as_str())));
    draft.silences.push(Silence { key, paragraphs: keys, until, broken: None, kept: false });
    Ok(draft)
}

/// A delegation breaks a silence before its time: what it names is open again.
pub fn broken(mut draft: Draft, key: &str, by: Broken) -> Result<Draft> {
    let silence =
        draft.silences.iter_mut().find(|silence| silence.key == key).ok_or_else(|| {
            unknown("input.silence", say!("no hay tal silencio", "there is no such silence"))
        })?;
    if !silence.is_running() {
        return Err(wrong(say!("ese silencio ya terminó", "that silence has ended already")));
    }
    silence.broken = Some(by);
    for paragraph in &mut draft.paragraphs {
        if silence.paragraphs.contains(&paragraph.key) {
            paragraph.state = ParagraphState::Open;
        }
    }
    Ok(draft)
}

/// The paragraph, while delegations may still propose.
fn negotiable<'a>(draft: &'a mut Draft, key: &str) -> Result<&'a mut Paragraph> {
    is_still(draft, key)?;
    let paragraph = found(draft, key)?;
    if paragraph.state == ParagraphState::Agreed {
        return Err(wrong(say!(
            "el párrafo está acordado; solo el anfitrión lo reabre",
            "the paragraph is agreed; only the host opens it again"
        )));
    }
    Ok(paragraph)
}

/// What is under a silence stays as it is until that is over.
pub fn is_still(draft: &Draft, key: &str) -> Result<()> {
    match draft.silence_on(key) {
        None => Ok(()),
        Some(silence) => {
            let until = silence.until;
            Err(wrong(say!(
                "el párrafo está en silencio hasta {until}; rómpalo primero",
                "the paragraph is under silence until {until}; break that first"
            )))
        }
    }
}

fn found<'a>(draft: &'a mut Draft, key: &str) -> Result<&'a mut Paragraph> {
    draft.paragraphs.iter_mut().find(|paragraph| paragraph.key == key).ok_or_else(|| {
        unknown("input.paragraph", say!("el texto no tiene tal párrafo", "the text has no such paragraph"))
    })
}

fn chosen(paragraph: &Paragraph, choice: &Choice, path: &str) -> Result<(usize, usize)> {
    let bracket = paragraph.brackets.iter().position(|one| one.key == choice.bracket).ok_or_else(|| {
        unknown(&format!("{path}.bracket"), say!("no hay tal corchete", "there is no such bracket"))
    })?;
    let alternatives = &paragraph.brackets[bracket].alternatives;
    let at = alternatives.iter().position(|one| one.key == choice.alternative).ok_or_else(|| {
        unknown(
            &format!("{path}.alternative"),
            say!("no hay tal alternativa", "there is no such alternative"),
        )
    })?;
    Ok((bracket, at))
}

/// The highest number of keys such as `b3`.
fn numbers<'a>(keys: impl Iterator<Item = &'a str>) -> usize {
    keys.filter_map(|key| key.get(1..)?.parse().ok()).max().unwrap_or(0)
}

fn tidied(text: &str) -> String {
    let mut text = text.replace("  ", " ");
    for mark in [",", ".", ";", ":"] {
        text = text.replace(&format!(" {mark}"), mark);
    }
    text.trim().to_owned()
}

fn unknown(path: &str, say: Say) -> Error {
    Problem::new(Reason::Unknown, path, say).into()
}

fn wrong(say: Say) -> Error {
    Problem::new(Reason::WrongState, "input", say).into()
}
