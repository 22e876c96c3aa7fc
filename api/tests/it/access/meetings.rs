//! What is done in a meeting beside the life of its revisions, by everybody.

use api::{
    access::{Action, Kind, Role, Standing, allows},
    ids::MeetingId,
};
use serde_json::{Value, json};

use super::{Attacker, everybody, trace::Trace};
use crate::{
    acts::Carried,
    stage::{Answer, Stage},
};

pub const ATTACKED: [&str; 4] = ["conductMeeting", "callOffMeeting", "noteDelegation", "moveAgendaItem"];

async fn does(stage: &Stage, login: &str, field: &str, id: &str) -> Answer {
    let (ty, input): (_, Value) = match field {
        "conductMeeting" => ("ConductMeetingInput", json!({ "id": id, "step": "ADOPT_AGENDA" })),
        "callOffMeeting" => ("CallOffMeetingInput", json!({ "id": id, "how": "CANCEL" })),
        "moveAgendaItem" => ("MoveAgendaItemInput", json!({ "id": id, "item": "1" })),
        _ => ("NoteDelegationInput", json!({ "id": id, "country": "GT", "fact": "ATTENDING" })),
    };
    let document = format!(
        "mutation($i: {ty}!) {{ {field}(input: $i) {{ meeting {{ id }} userErrors {{ code path }} }} }}"
    );
    stage.person(login).asks(&document, json!({ "i": input })).await
}

fn action(field: &str) -> Action {
    match field {
        "conductMeeting" => Action::Conduct,
        "callOffMeeting" => Action::CallOff,
        "moveAgendaItem" => Action::Draft(Kind::Meeting),
        _ => Action::SpeakForDelegation,
    }
}

/// What must come back of a meeting of Mexico's ministry, by the table: the code of the refusal, or none.
fn outcome(field: &str, shown: bool, who: &Attacker) -> Option<&'static str> {
    let may = |action, standing| who.role.is_some_and(|role| allows(role, action, standing));
    let ever = Standing::ALL.iter().any(|standing| may(action(field), *standing));
    let works = who.prefix == "mx.test";
    let shown = works || (shown && (who.country == "GT" || who.prefix.is_empty()));
    let sees = shown && may(Action::Read(Kind::Meeting), Standing::Owner);
    let does = match field {
        "noteDelegation" if who.country == "GT" => may(Action::SpeakForDelegation, Standing::Compatriot),
        // As the host, of another's delegation.
        "noteDelegation" => works && may(Action::Conduct, Standing::Owner),
        _ => works && may(action(field), Standing::Owner),
    };
    match () {
        () if !ever => Some("FORBIDDEN"),
        () if !sees => Some("NOT_FOUND"),
        () if !does => Some("FORBIDDEN"),
        () => None,
    }
}

async fn meeting(stage: &Stage, shown: bool) -> String {
    let carried = Carried::begun(stage, Kind::Meeting, "mx.test", "GREEN", "reunión").await;
    if shown {
        let audience =
            json!({ "countries": ["GT"], "institutions": [stage.institution("INT-IOM").global()] });
        carried.shared(stage, audience).await;
    }
    carried.global()
}

#[tokio::test]
async fn what_is_done_in_a_meeting_is_for_whom_the_table_says() {
    let stage = Stage::set().await;
    let trace = Trace::of(&stage).await;
    let mut done = 0;
    for shown in [false, true] {
        let id = meeting(&stage, shown).await;
        for field in ATTACKED {
            for who in everybody(&stage) {
                let told = format!("{} does {field}, shown: {shown}", who.login);
                let before = trace.now(&stage).await;
                match outcome(field, shown, &who) {
                    Some(code) => {
                        let answer = does(&stage, &who.login, field, &id).await;
                        assert_eq!(answer.code(), code, "{told}: {}", answer.text);
                        if code == "NOT_FOUND" {
                            let never = does(&stage, &who.login, field, &MeetingId::new().global()).await;
                            assert_eq!((never.text, never.status), (answer.text, answer.status), "{told}");
                        }
                        assert_eq!(trace.now(&stage).await, before, "{told}");
                    }
                    // A meeting that nobody was told of does not move, whoever tries.
                    None if !shown && field != "moveAgendaItem" => {
                        let answer = does(&stage, &who.login, field, &id).await;
                        assert_eq!(answer.mends(), ["WRONG_STATE"], "{told}: {}", answer.text);
                        assert_eq!(trace.now(&stage).await, before, "{told}");
                    }
                    None => {
                        let fresh = meeting(&stage, shown).await;
                        let before = trace.now(&stage).await;
                        does(&stage, &who.login, field, &fresh).await.well();
                        assert_ne!(trace.now(&stage).await, before, "{told}");
                        done += 1;
                    }
                }
            }
        }
    }
    // Two who conduct, two who call off, for the delegation six of Guatemala and two of the host;
    // two who write the agenda, released or not.
    assert_eq!(done, 2 + 2 + (6 + 2) + 2 * 2);
    assert!(!allows(Role::Observer, Action::SpeakForDelegation, Standing::Compatriot));
}
