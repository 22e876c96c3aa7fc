//! What leads where, held against tables of our own.

use api::plans::{
    force::states::{Progress, Standing, Step},
    terms::AlertLevel::{self, Orange, Red, Yellow},
};

const LEVELS: [AlertLevel; 3] = [Yellow, Orange, Red];

#[test]
fn every_step_leads_where_the_table_says() {
    let standings = [Standing::Not, Standing::StoodDown].into_iter().chain(LEVELS.map(Standing::InForce));
    let mut possible = Vec::new();
    for standing in standings {
        for step in Step::ALL {
            for level in [None].into_iter().chain(LEVELS.map(Some)) {
                if let Some(next) = standing.after(step, level) {
                    possible.push((standing, step, level, next));
                }
            }
        }
    }
    let force = Standing::InForce;
    let mut right = vec![];
    for level in LEVELS {
        right.push((Standing::Not, Step::Activate, Some(level), force(level)));
        for step in [Step::OpenPhase, Step::TakeRevision] {
            right.push((force(level), step, None, force(level)));
        }
        right.push((force(level), Step::StandDown, None, Standing::StoodDown));
    }
    for (low, high) in [(Yellow, Orange), (Yellow, Red), (Orange, Red)] {
        right.push((force(low), Step::Escalate, Some(high), force(high)));
        right.push((force(high), Step::DeEscalate, Some(low), force(low)));
    }
    assert_eq!(possible.len(), right.len());
    for one in &possible {
        assert!(right.contains(one), "{one:?}");
    }
}

#[test]
fn every_note_of_an_action_leads_where_the_table_says() {
    let table = [
        (Progress::Pending, [false, true, true, true]),
        (Progress::InProgress, [true, false, true, true]),
        (Progress::Done, [false, true, false, false]),
        (Progress::Dropped, [false, true, false, false]),
    ];
    for (from, row) in table {
        assert_eq!(Progress::ALL.map(|to| from.leads_to(to)), row, "{from:?}");
    }
}

#[test]
fn an_exercise_is_never_told_as_the_real_thing() {
    for step in Step::ALL {
        let (real, drill) = (step.told(false).name(), step.told(true).name());
        assert!(drill.starts_with("plan.exercise-") && !real.contains("exercise"), "{real} {drill}");
    }
}
