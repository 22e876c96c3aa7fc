//! Law, money, people, agreements and contacts.

use std::collections::HashMap;

use super::{Checking, MOST_PEOPLE, wording::line, words, words_if};
use crate::{
    bounds::{NAME, NARRATIVE},
    error::Reason,
    plans::{content::PlanContent, currency, means::BudgetLine},
    say,
    statistics::figure,
};

impl Checking {
    pub(super) fn means(&mut self, content: &PlanContent) {
        words_if(&mut self.bounds, "input.content.legalBasis", content.legal_basis.as_ref(), 2_000);
        for (at, instrument) in content.legal_instruments.iter().enumerate() {
            let path = format!("input.content.legalInstruments.{at}");
            words(&mut self.bounds, format!("{path}.citation"), &instrument.citation, 500);
            line(&mut self.bounds, format!("{path}.articles"), instrument.articles.as_deref(), 200);
        }
        self.budget(&content.budget);

        self.keys("staff", content.staff.iter().map(|one| Some(&one.key)));
        for (at, staff) in content.staff.iter().enumerate() {
            let path = format!("input.content.staff.{at}");
            words(&mut self.bounds, format!("{path}.profile"), &staff.profile, NAME);
            words_if(&mut self.bounds, format!("{path}.shift"), staff.shift.as_ref(), 500);
            self.number(format!("{path}.number"), Some(staff.number), 0, MOST_PEOPLE);
            self.number(format!("{path}.trained"), staff.trained, 0, staff.number.clamp(0, MOST_PEOPLE));
            self.institution(format!("{path}.institution"), staff.institution);
            self.own_point(content, format!("{path}.point"), staff.point);
        }

        if let Some(protocol) = &content.minors_protocol {
            let path = "input.content.minorsProtocol";
            self.institution(format!("{path}.authority"), protocol.authority);
            self.number(format!("{path}.notifyHours"), protocol.notify_hours, 0, 8_760);
            for (name, text) in [
                ("reception", &protocol.reception),
                ("bestInterest", &protocol.best_interest),
                ("familyTracing", &protocol.family_tracing),
                ("handover", &protocol.handover),
            ] {
                words_if(&mut self.bounds, format!("{path}.{name}"), text.as_ref(), NARRATIVE);
            }
        }

        self.keys("bilateralInstruments", content.bilateral_instruments.iter().map(|one| Some(&one.key)));
        for (at, instrument) in content.bilateral_instruments.iter().enumerate() {
            let path = format!("input.content.bilateralInstruments.{at}");
            words(&mut self.bounds, format!("{path}.name"), &instrument.name, NAME);
            words_if(&mut self.bounds, format!("{path}.hours"), instrument.hours.as_ref(), 500);
            words_if(&mut self.bounds, format!("{path}.excluded"), instrument.excluded.as_ref(), NARRATIVE);
            self.countries.push((format!("{path}.counterpart"), instrument.counterpart.clone()));
            self.number(format!("{path}.noticeHours"), instrument.notice_hours, 0, 8_760);
            self.number(format!("{path}.manifestHours"), instrument.manifest_hours, 0, 8_760);
            self.number(format!("{path}.mostPerFlight"), instrument.most_per_flight, 0, 10_000);
            self.number(format!("{path}.mostPerDay"), instrument.most_per_day, 0, MOST_PEOPLE);
            self.bounds.count(format!("{path}.points"), instrument.points.len(), 200);
            self.bounds.distinct(format!("{path}.points"), &instrument.points);
            for (nth, id) in instrument.points.iter().enumerate().take(200) {
                self.own_point(content, format!("{path}.points.{nth}"), Some(*id));
            }
        }

        self.keys("contacts", content.contacts.iter().map(|one| Some(&one.key)));
        for (at, contact) in content.contacts.iter().enumerate() {
            let path = format!("input.content.contacts.{at}");
            words(&mut self.bounds, format!("{path}.post"), &contact.post, NAME);
            words_if(&mut self.bounds, format!("{path}.backup"), contact.backup.as_ref(), NAME);
            self.institution(format!("{path}.institution"), contact.institution);
            self.phone(format!("{path}.phone"), contact.phone.as_deref());
            self.phone(format!("{path}.backupPhone"), contact.backup_phone.as_deref());
        }
    }

    /// A part is in the currency of its whole, and the parts come to no more than the whole: a sum of two currencies
    /// is no sum.
    fn budget(&mut self, lines: &[BudgetLine]) {
        self.keys("budget", lines.iter().map(|one| Some(&one.key)));
        let by_key: HashMap<&str, &BudgetLine> = lines.iter().map(|line| (line.key.as_str(), line)).collect();
        let mut parts: HashMap<&str, i64> = HashMap::new();
        for (at, line) in lines.iter().enumerate() {
            let path = format!("input.content.budget.{at}");
            words(&mut self.bounds, format!("{path}.name"), &line.name, NAME);
            words_if(&mut self.bounds, format!("{path}.sourceNote"), line.source_note.as_ref(), 2_000);
            self.currency(format!("{path}.currency"), &line.currency);
            for (name, amount) in [
                ("amount", Some(&line.amount)),
                ("committed", line.committed.as_ref()),
                ("executed", line.executed.as_ref()),
            ] {
                self.decimal(format!("{path}.{name}"), amount.map(String::as_str));
            }
            let Some(under) = line.under.as_deref() else { continue };
            let Some(whole) = by_key.get(under).filter(|whole| !leads_back(&by_key, line, whole)) else {
                self.bounds.add(
                    Reason::Unknown,
                    format!("{path}.under"),
                    say!(
                        "no hay renglón con esta clave del que pueda ser parte",
                        "there is no line of this key that it could be part of"
                    ),
                );
                continue;
            };
            if whole.currency != line.currency {
                self.bounds.add(
                    Reason::Incomparable,
                    format!("{path}.currency"),
                    say!(
                        "el renglón del que es parte está en otra moneda; no se suman dos monedas: convierta el monto o quite `under`",
                        "the line it is part of is in another currency; two currencies are not added: convert the amount or leave `under` out"
                    ),
                );
                continue;
            }
            let sum = parts.entry(under).or_default();
            *sum = sum.saturating_add(figure::parse(&line.amount, 2).unwrap_or_default());
            let whole = figure::parse(&whole.amount, 2).unwrap_or(i64::MAX);
            if *sum > whole {
                let (sum, whole) = (figure::write(*sum, 2), figure::write(whole, 2));
                self.bounds.add(
                    Reason::DoesNotAddUp,
                    format!("{path}.amount"),
                    say!(
                        "las partes suman {sum}, más que el todo, {whole}",
                        "the parts come to {sum}, more than the whole, {whole}"
                    ),
                );
            }
        }
    }

    pub(super) fn currency(&mut self, path: String, code: &str) {
        if !currency::is_known(code) {
            self.bounds.add(
                Reason::Unknown,
                path,
                say!(
                    "no es una moneda (ISO 4217), como `MXN`, `GTQ`, `HNL` o `USD`",
                    "is no currency (ISO 4217), such as `MXN`, `GTQ`, `HNL` or `USD`"
                ),
            );
        }
    }

    fn phone(&mut self, path: String, phone: Option<&str>) {
        let Some(phone) = phone else { return };
        let digits = phone.bytes().filter(u8::is_ascii_digit).count();
        let good = phone.starts_with('+')
            && phone.len() <= 40
            && (6..=20).contains(&digits)
            && phone[1..].chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '.'));
        if !good {
            self.bounds.add(
                Reason::Malformed,
                path,
                say!(
                    "con el código del país, como `+502 2410 0000`",
                    "with the country's code, such as `+502 2410 0000`"
                ),
            );
        }
    }
}

/// Whether the whole is, over whatever steps, part of the line itself.
fn leads_back(by_key: &HashMap<&str, &BudgetLine>, line: &BudgetLine, whole: &BudgetLine) -> bool {
    let mut at = Some(whole);
    for _ in 0..=by_key.len() {
        match at {
            None => return false,
            Some(here) if here.key == line.key => return true,
            Some(here) => at = here.under.as_deref().and_then(|under| by_key.get(under).copied()),
        }
    }
    true
}
