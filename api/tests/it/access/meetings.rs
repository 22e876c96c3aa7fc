//! What is done in a meeting beside the life of its revisions, by everybody.

use api::{
    access::{Action, Kind, Role, Standing, allows},
    ids::{ExchangeId, MeetingId},
};
use serde_json::{Value, json};

use super::{Attacker, everybody, trace::Trace};
use crate::{
    acts::Carried,
    meetings::positions::{called, seals},
    stage::{Answer, Stage},
};

pub const ATTACKED: [&str; 9] = [
    "conductMeeting",
    "callOffMeeting",
    "noteDelegation",
    "moveAgendaItem",
    "writePosition",
    "callExchange",
    "sealPosition",
    "filePosition",
    "withdrawPosition",
];

/// A meeting, and an exchange in it between Mexico and Guatemala.
struct Target {
    meeting: String,
    exchange: String,
}

async fn does(stage: &Stage, login: &str, field: &str, target: &Target) -> Answer {
    let Target { meeting: id, exchange } = target;
    let (ty, input): (_, Value) = match field {
        "conductMeeting" => ("ConductMeetingInput", json!({ "id": id, "step": "ADOPT_AGENDA" })),
        "callOffMeeting" => ("CallOffMeetingInput", json!({ "id": id, "how": "CANCEL" })),
        "moveAgendaItem" => ("MoveAgendaItemInput", json!({ "id": id, "item": "1" })),
        "writePosition" => {
            ("WritePositionInput", json!({ "id": id, "item": "1", "position": { "es": "x" } }))
        }
        "callExchange" => ("CallExchangeInput", json!({ "id": id, "countries": ["MX", "GT"] })),
        "sealPosition" => ("SealPositionInput", json!({ "exchange": exchange, "hash": "0".repeat(64) })),
        "filePosition" => {
            let said = json!([{ "item": "1", "text": { "es": "x" } }]);
            ("FilePositionInput", json!({ "exchange": exchange, "salt": "0".repeat(16), "statements": said }))
        }
        "withdrawPosition" => ("WithdrawPositionInput", json!({ "exchange": exchange })),
        _ => ("NoteDelegationInput", json!({ "id": id, "country": "GT", "fact": "ATTENDING" })),
    };
    let document = format!(
        "mutation($i: {ty}!) {{ {field}(input: $i) {{ meeting {{ id }} userErrors {{ code path }} }} }}"
    );
    stage.person(login).asks(&document, json!({ "i": input })).await
}

fn action(field: &str) -> Action {
    match field {
        "conductMeeting" | "callExchange" => Action::Conduct,
        "callOffMeeting" => Action::CallOff,
        "moveAgendaItem" => Action::Draft(Kind::Meeting),
        _ => Action::SpeakForDelegation,
    }
}

/// Fields by which a delegation speaks for itself.
fn of_delegations(field: &str) -> bool {
    matches!(field, "writePosition" | "sealPosition" | "filePosition" | "withdrawPosition")
}

/// What must come back of a meeting of Mexico's ministry, by the table: the code of the refusal, or none.
fn outcome(field: &str, shown: bool, who: &Attacker) -> Option<&'static str> {
    let may = |action, standing| who.role.is_some_and(|role| allows(role, action, standing));
    let ever = Standing::ALL.iter().any(|standing| may(action(field), *standing));
    let works = who.prefix == "mx.test";
    let sees = works || (shown && (who.country == "GT" || who.country == "MX" || who.prefix.is_empty()));
    let sees = sees && may(Action::Read(Kind::Meeting), Standing::Owner);
    // As long as nobody was told of the meeting there is no exchange in it.
    let sees = sees && (shown || !of_delegations(field) || field == "writePosition");
    let does = match field {
        "noteDelegation" if who.country == "GT" => may(Action::SpeakForDelegation, Standing::Compatriot),
        // As the host, of another's delegation.
        "noteDelegation" => works && may(Action::Conduct, Standing::Owner),
        _ if of_delegations(field) => may(Action::SpeakForDelegation, Standing::Compatriot),
        _ => works && may(action(field), Standing::Owner),
    };
    match () {
        () if !ever => Some("FORBIDDEN"),
        () if !sees => Some("NOT_FOUND"),
        () if !does => Some("FORBIDDEN"),
        () => None,
    }
}

async fn target(stage: &Stage, shown: bool) -> Target {
    let carried = Carried::begun(stage, Kind::Meeting, "mx.test", "GREEN", "reunión").await;
    let meeting = carried.global();
    let mut exchange = ExchangeId::new().global();
    if shown {
        let audience =
            json!({ "countries": ["MX", "GT"], "institutions": [stage.institution("INT-IOM").global()] });
        carried.shared(stage, audience).await;
        exchange = called(stage, &meeting, json!(["MX", "GT"]), Value::Null).await;
    }
    Target { meeting, exchange }
}

/// Whoever hands in or withdraws has sealed before: the text that `does` hands in.
async fn sealed(stage: &Stage, who: &Attacker, field: &str, target: &Target) {
    if field == "withdrawPosition" {
        seals(stage, &who.login, &target.exchange, "x").await.well();
    }
    if field == "filePosition" {
        let said = api::meetings::Statement { item: "1".into(), text: api::text::Text::spanish("x") };
        let (_, hash) = api::meetings::seal(&"0".repeat(16), &[said]);
        let document = "mutation($i: SealPositionInput!) { sealPosition(input: $i) { userErrors { code } } }";
        let input = json!({ "i": { "exchange": target.exchange, "hash": hash } });
        stage.person(&who.login).asks(document, input).await.well();
    }
}

#[tokio::test]
async fn what_is_done_in_a_meeting_is_for_whom_the_table_says() {
    let stage = Stage::set().await;
    let trace = Trace::of(&stage).await;
    let mut done = 0;
    for shown in [false, true] {
        let still = target(&stage, shown).await;
        let nowhere = Target { meeting: MeetingId::new().global(), exchange: ExchangeId::new().global() };
        for field in ATTACKED {
            for who in everybody(&stage) {
                let told = format!("{} does {field}, shown: {shown}", who.login);
                let before = trace.now(&stage).await;
                match outcome(field, shown, &who) {
                    Some(code) => {
                        let answer = does(&stage, &who.login, field, &still).await;
                        assert_eq!(answer.code(), code, "{told}: {}", answer.text);
                        if code == "NOT_FOUND" {
                            let never = does(&stage, &who.login, field, &nowhere).await;
                            assert_eq!((never.text, never.status), (answer.text, answer.status), "{told}");
                        }
                        assert_eq!(trace.now(&stage).await, before, "{told}");
                    }
                    // A meeting that nobody was told of does not move, whoever tries.
                    None if !shown && !matches!(field, "moveAgendaItem" | "writePosition") => {
                        let answer = does(&stage, &who.login, field, &still).await;
                        assert!(!answer.mends().is_empty(), "{told}: {}", answer.text);
                        assert_eq!(trace.now(&stage).await, before, "{told}");
                    }
                    None => {
                        let fresh = target(&stage, shown).await;
                        sealed(&stage, &who, field, &fresh).await;
                        let before = trace.now(&stage).await;
                        does(&stage, &who.login, field, &fresh).await.well();
                        assert_ne!(trace.now(&stage).await, before, "{told}");
                        done += 1;
                    }
                }
            }
        }
    }
    // Two conduct, two call off, two call an exchange; for the delegation note six of Guatemala and
    // two of the host; two write the agenda and three a position before it is released; after it
    // two the agenda, and twelve of both countries each of the four things a delegation does itself.
    assert_eq!(done, 2 + 2 + 2 + (6 + 2) + (2 + 3) + 2 + 4 * 12);
    assert!(!allows(Role::Observer, Action::SpeakForDelegation, Standing::Compatriot));
}
