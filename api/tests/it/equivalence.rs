//! Observer equivalence: two databases that differ only in what a viewer may not see give that
//! viewer the same answers to everything, with ids, cursors and hashes renamed by first appearance.
//!
//! A random script is played on two stages; on the second, further acts are woven in that the
//! viewer may not see (see [`veil`]). Then the viewer asks both the same battery of questions
//! (see [`battery`]). The clock moves with the common acts only.
//!
//! Sections of plans that are not for the viewer say something else on the second stage.
//!
//! What the viewer is told by design is no difference and is not woven in: a recall from one of the
//! viewer's own parties; to whom and how often a record was released, within its owner's country;
//! that an account of the own country exists, for whoever knows its id and names it.

mod battery;
mod capacity;
mod play;
mod renamed;
mod script;
mod support;
mod veil;

use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::{access::Attacker, paper::running::stand_in, stage::Stage};
use play::World;
pub use renamed::Renamed;
use script::{Script, script};

/// Scripts a viewer: each takes a second or two.
const CASES: u32 = 3;

/// Plays scripts until one shows the viewer a difference.
fn nothing_shows_to(login: &str) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let config =
        Config { cases: CASES, max_shrink_iters: 12, failure_persistence: None, ..Config::default() };
    let (told, hidden) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    let result = TestRunner::new(config).run(&script(), |script| {
        let (answered, more) = runtime.block_on(differs(login, &script)).map_err(TestCaseError::fail)?;
        told.set(told.get() + answered);
        hidden.set(hidden.get() + more);
        Ok(())
    });
    if let Err(failed) = result {
        panic!("{failed}");
    }
    assert!(
        told.get() > 0 && hidden.get() > 10,
        "nothing was shown or nothing was hidden: nothing is proved"
    );
}

/// A stage whose press hands back what it is handed, so that what is printed can be compared.
async fn printing() -> Stage {
    Stage::set_with(|config| stand_in(config, "printf '%%PDF-'\nexec cat")).await
}

/// The first answer that differs; else how many answers held something, and how many entries the
/// second ledger had more.
async fn differs(login: &str, script: &Script) -> Result<(usize, usize), String> {
    let eye = Attacker::of(login);
    let (plain, fuller) = (printing().await, printing().await);
    let (mut plain, mut fuller) = (World::new(&plain), World::new(&fuller));
    for world in [&mut plain, &mut fuller] {
        world.furnish().await;
    }
    fuller.eye = Some(&eye);
    for (at, act) in script.acts.iter().enumerate() {
        for world in [&mut plain, &mut fuller] {
            world.stage.pass(chrono::TimeDelta::minutes(1));
            world.play(at, act).await;
        }
        for (number, hidden) in script.hidden.iter().enumerate().filter(|(_, hidden)| hidden.after == at) {
            fuller.hide(number, hidden, &eye, &script.acts[at + 1..]).await;
        }
    }
    plain.pretend(&fuller);
    let more = fuller.stage.entries().await.len() - plain.stage.entries().await.len();
    let (one, other) = (battery::asked(&plain, login).await, battery::asked(&fuller, login).await);
    for ((question, one), (_, other)) in one.iter().zip(&other) {
        if one != other {
            let (one, other) = (from_where_they_part(one, other), from_where_they_part(other, one));
            return Err(format!(
                "{login} sees a difference:\n  {one}\n  {other}\nin what is answered to {question}\n"
            ));
        }
    }
    assert_eq!(one.len(), other.len());
    Ok((one.iter().filter(|(_, answer)| answer.contains("#")).count(), more))
}

/// The part of `one` that is not as in `other`, with a little of what comes before.
fn from_where_they_part(one: &str, other: &str) -> String {
    let alike = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    format!("...{}", one.chars().skip(alike.saturating_sub(80)).take(240).collect::<String>())
}

#[test]
fn a_focal_point_of_a_partner_sees_no_trace_of_what_is_hidden() {
    nothing_shows_to("gt.test.focal");
}

#[test]
fn an_observer_sees_no_trace_of_what_is_hidden() {
    nothing_shows_to("int.iom.observer");
}

#[test]
fn an_analyst_sees_no_trace_of_what_is_hidden_in_the_own_country_either() {
    nothing_shows_to("hn.agency.analyst");
}

#[test]
fn a_statistics_publisher_sees_no_trace_of_what_others_declare() {
    nothing_shows_to("gt.agency.statistics");
}

#[test]
fn a_consular_officer_sees_no_trace_of_datasets() {
    nothing_shows_to("hn.test.consular");
}

#[test]
fn an_auditor_sees_no_trace_of_other_countries_business() {
    nothing_shows_to("hn.test.auditor");
}

#[test]
fn an_administrator_sees_no_trace_of_records_and_of_other_countries_accounts() {
    nothing_shows_to("gt.test.admin");
}
