//! Scenarios and triggers, phases and actions: numbers that make sense, and references that lead somewhere.

use super::{Checking, MOST_PEOPLE, wording::line, words, words_if};
use crate::{
    bounds::{NAME, NARRATIVE},
    error::Reason,
    plans::{content::PlanContent, terms::Term},
    say,
    statistics::{figure, indicator},
};

/// A hundred years: longer than anything is planned for.
const MOST_DAYS: i32 = 36_500;

impl Checking {
    pub(super) fn outlook(&mut self, content: &PlanContent) {
        self.keys("scenarios", content.scenarios.iter().map(|one| Some(&one.key)));
        for (at, scenario) in content.scenarios.iter().enumerate() {
            let path = format!("input.content.scenarios.{at}");
            words(&mut self.bounds, format!("{path}.name"), &scenario.name, NAME);
            words_if(
                &mut self.bounds,
                format!("{path}.assumptions"),
                scenario.assumptions.as_ref(),
                NARRATIVE,
            );
            self.number(format!("{path}.planningFigure"), scenario.planning_figure, 0, MOST_PEOPLE);
            self.number(format!("{path}.arrivalsPerDay"), scenario.arrivals_per_day, 0, MOST_PEOPLE);
            self.number(format!("{path}.arrivalsPerWeek"), scenario.arrivals_per_week, 0, MOST_PEOPLE);
            self.number(format!("{path}.durationDays"), scenario.duration_days, 1, MOST_DAYS);
            self.shares(&path, scenario);
        }

        self.keys("triggers", content.triggers.iter().map(|one| Some(&one.key)));
        for (at, trigger) in content.triggers.iter().enumerate() {
            let path = format!("input.content.triggers.{at}");
            words(&mut self.bounds, format!("{path}.name"), &trigger.name, NAME);
            words(&mut self.bounds, format!("{path}.indicator"), &trigger.indicator, 2_000);
            words_if(&mut self.bounds, format!("{path}.ends"), trigger.ends.as_ref(), NARRATIVE);
            self.number(format!("{path}.windowDays"), trigger.window_days, 1, MOST_DAYS);
            self.decimal(format!("{path}.threshold"), trigger.threshold.as_deref());
            self.institution(format!("{path}.declaredBy"), trigger.declared_by);
            if trigger.indicator_code.as_deref().is_some_and(|code| indicator::find(code).is_none()) {
                self.bounds.add(
                    Reason::Unknown,
                    format!("{path}.indicatorCode"),
                    say!(
                        "no es un indicador; la lista está en `indicators`",
                        "is no indicator; `indicators` lists them"
                    ),
                );
            }
            self.phase(content, format!("{path}.opens"), trigger.opens.as_deref());
        }
    }

    fn shares(&mut self, path: &str, scenario: &crate::plans::outlook::Scenario) {
        self.bounds.count(format!("{path}.shares"), scenario.shares.len(), 60);
        let named: Vec<_> = scenario.shares.iter().map(|share| (share.by, &share.code)).collect();
        self.bounds.distinct(format!("{path}.shares"), &named);
        let mut sums = std::collections::HashMap::new();
        for (at, share) in scenario.shares.iter().enumerate() {
            let path = format!("{path}.shares.{at}");
            line(&mut self.bounds, format!("{path}.code"), Some(&share.code), 20);
            self.decimal(format!("{path}.percent"), Some(&share.percent));
            let sum = sums.entry(share.by).or_insert(0i64);
            *sum = sum.saturating_add(figure::parse(&share.percent, 2).unwrap_or_default());
            if *sum > 10_000 {
                let by = share.by.label();
                let (es, en) = (by.es, by.en.unwrap_or_default());
                self.bounds.add(
                    Reason::OutOfRange,
                    format!("{path}.percent"),
                    say!(
                        "las partes por {es} suman más de 100 por ciento",
                        "the shares by {en} come to more than 100 per cent"
                    ),
                );
            }
        }
    }

    pub(super) fn course(&mut self, content: &PlanContent) {
        self.keys("sections", content.sections.iter().map(|one| one.key.as_ref()));
        for (at, section) in content.sections.iter().enumerate() {
            words(&mut self.bounds, format!("input.content.sections.{at}.heading"), &section.heading, NAME);
            words(&mut self.bounds, format!("input.content.sections.{at}.body"), &section.body, NARRATIVE);
        }
        self.keys("phases", content.phases.iter().map(|one| one.key.as_ref()));
        for (at, phase) in content.phases.iter().enumerate() {
            let path = format!("input.content.phases.{at}");
            words(&mut self.bounds, format!("{path}.name"), &phase.name, NAME);
            words_if(&mut self.bounds, format!("{path}.description"), phase.description.as_ref(), NARRATIVE);
            words_if(&mut self.bounds, format!("{path}.entry"), phase.entry.as_ref(), NARRATIVE);
            words_if(&mut self.bounds, format!("{path}.exit"), phase.exit.as_ref(), NARRATIVE);
            self.number(format!("{path}.longestDays"), phase.longest_days, 1, MOST_DAYS);
            self.bounds.count(format!("{path}.triggers"), phase.triggers.len(), 50);
            self.bounds.distinct(format!("{path}.triggers"), &phase.triggers);
            for (nth, key) in phase.triggers.iter().enumerate() {
                let trigger = content.triggers.iter().find(|trigger| trigger.key == *key);
                let path = format!("{path}.triggers.{nth}");
                match trigger {
                    None => self.bounds.add(
                        Reason::Unknown,
                        path,
                        say!(
                            "no hay detonador con esta clave; agréguelo en `triggers` o quítelo aquí",
                            "there is no trigger of this key; add it to `triggers` or leave it out here"
                        ),
                    ),
                    Some(trigger) if trigger.opens.is_some() && trigger.opens != phase.key => {
                        self.bounds.add(
                            Reason::OutOfRange,
                            path,
                            say!(
                                "el detonador dice que abre otra fase; corrija su `opens` o quítelo aquí",
                                "the trigger says that it opens another phase; mend its `opens` or leave it out here"
                            ),
                        );
                    }
                    Some(_) => {}
                }
            }
        }

        self.keys("actions", content.actions.iter().map(|one| Some(&one.key)));
        for (at, action) in content.actions.iter().enumerate() {
            let path = format!("input.content.actions.{at}");
            words(&mut self.bounds, format!("{path}.description"), &action.description, NARRATIVE);
            words_if(&mut self.bounds, format!("{path}.place"), action.place.as_ref(), 2_000);
            words_if(&mut self.bounds, format!("{path}.resources"), action.resources.as_ref(), 2_000);
            self.number(format!("{path}.startHours"), action.start_hours, 0, MOST_DAYS * 24);
            self.phase(content, format!("{path}.phase"), action.phase.as_deref());
            self.institution(format!("{path}.responsible"), action.responsible);
            self.bounds.count(format!("{path}.supporting"), action.supporting.len(), 40);
            self.bounds.distinct(format!("{path}.supporting"), &action.supporting);
            for (nth, id) in action.supporting.iter().enumerate().take(40) {
                self.institution(format!("{path}.supporting.{nth}"), Some(*id));
            }
            self.own_point(content, format!("{path}.point"), action.point);
        }
    }

    /// A key of a phase of the plan.
    pub(super) fn phase(&mut self, content: &PlanContent, path: String, key: Option<&str>) {
        let Some(key) = key else { return };
        if !content.phases.iter().any(|phase| phase.key.as_deref() == Some(key)) {
            self.bounds.add(
                Reason::Unknown,
                path,
                say!(
                    "no hay fase con esta clave; agréguela en `phases` o quítela aquí",
                    "there is no phase of this key; add it to `phases` or leave it out here"
                ),
            );
        }
    }

    /// A decimal with two places at most.
    pub(super) fn decimal(&mut self, path: String, text: Option<&str>) {
        if let Some(Err(unfit)) = text.map(|text| figure::parse(text, 2)) {
            self.bounds.add(unfit.reason, path, unfit.say);
        }
    }
}
