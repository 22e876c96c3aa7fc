//! One sees the revision that one was shown: nothing of a later one, and nothing of who else was
//! shown which.

use api::access::{Action, Kind};
use serde_json::json;

use super::{account_id, form::Form, sight::LISTS};
use crate::{
    acts::{Carried, content},
    stage::Stage,
};

#[tokio::test]
async fn a_later_revision_shows_in_nothing_that_a_partner_asks() {
    let stage = Stage::set().await;
    let hidden = "Xochiquetzal";
    for (kind, field) in LISTS {
        let record = Carried::begun(&stage, kind, "mx.test", "GREEN", "primera").await;
        if kind == Kind::Dataset {
            record.revised(&stage, "primera", 1).await.well();
        }
        record.shared(&stage, json!({ "countries": ["GT"] })).await;
        let deep = Form::published();
        let node = deep.selection(&capital(kind), 2);
        let ask = format!(
            "query($id: ID!, $text: String) {{ node(id: $id) {{ ... on {} {node} }} \
             all: {field}(first: 5) {{ totalCount edges {{ cursor node {node} }} }} \
             found: {field}(text: $text) {{ totalCount nodes {{ id }} }} \
             drafts: {field}(state: DRAFT) {{ totalCount nodes {{ id }} }} \
             ledger(first: 50) {{ totalCount edges {{ cursor node {{ id at event subject contentHash revision to {{ countries }} }} }} }} }}",
            capital(kind)
        );
        // When it was asked says nothing of what there is.
        let timeless = |text: &str| -> String {
            let mut pieces = text.split("\"asOf\":\"");
            let first = pieces.next().unwrap_or_default().to_owned();
            pieces.fold(first, |told, piece| told + piece.split_once('"').map_or("", |(_, rest)| rest))
        };
        let variables = json!({ "id": record.global(), "text": hidden });
        let person = stage.person("gt.test.focal");
        let statistics = stage.person("gt.test.statistics");
        let person = if kind == Kind::Dataset { statistics } else { person };
        let before = person.asks(&ask, variables.clone()).await.well();
        assert_eq!(before.at("found.totalCount"), &json!(0));

        stage.pass(chrono::TimeDelta::hours(1));
        record.revised(&stage, hidden, 9).await.well();
        let drafted = person.asks(&ask, variables.clone()).await;
        assert_eq!(timeless(&drafted.text), timeless(&before.text), "a draft shows");
        record.ready(&stage).await;
        assert_eq!(
            timeless(&person.asks(&ask, variables.clone()).await.text),
            timeless(&before.text),
            "an approval shows"
        );
        let to = account_id(&stage, "hn.test.focal").await;
        record.released(&stage, json!({ "countries": ["HN"], "accounts": [to] })).await.well();
        assert_eq!(
            timeless(&person.asks(&ask, variables.clone()).await.text),
            timeless(&before.text),
            "a release to others shows"
        );
        record.recalled(&stage, Some(json!({ "countries": ["HN"] }))).await.well();
        assert_eq!(
            timeless(&person.asks(&ask, variables.clone()).await.text),
            timeless(&before.text),
            "a recall from others shows"
        );

        record.released(&stage, json!({ "countries": ["GT"] })).await.well();
        let after = person.asks(&ask, variables).await.well();
        assert_ne!(after.at("node"), before.at("node"));
        if kind != Kind::Dataset {
            assert_eq!(after.at("found.totalCount"), &json!(1));
        }
    }
}

fn capital(kind: Kind) -> String {
    let code = kind.code();
    code[..1].to_uppercase() + &code[1..]
}

#[tokio::test]
async fn a_release_to_somebody_else_leaves_no_date_behind() {
    let stage = Stage::set().await;
    let plan = Carried::begun(&stage, Kind::Plan, "mx.test", "GREEN", "plan").await;
    let asks = "query($id: ID!) { node(id: $id) { ... on Plan { releasedAt } } }";
    let released_at = async |login: &str| {
        stage.person(login).asks(asks, json!({ "id": plan.global() })).await.well().text_at("node.releasedAt")
    };
    plan.ready(&stage).await;
    plan.released(&stage, json!({ "countries": ["HN"] })).await.well();
    let first = released_at("hn.test.focal").await;
    stage.pass(chrono::TimeDelta::days(3));
    plan.released(&stage, json!({ "countries": ["GT"] })).await.well();
    assert_ne!(released_at("gt.test.focal").await, first, "the date of an earlier release, to somebody else");
    assert_eq!(released_at("hn.test.focal").await, first);
    assert_eq!(released_at("mx.test.focal").await, first);
    stage.pass(chrono::TimeDelta::days(3));
    plan.released(&stage, json!({ "countries": ["HN"] })).await.well();
    assert_eq!(released_at("hn.test.focal").await, first, "the first time it was released to them");
}

#[tokio::test]
async fn how_many_vintages_were_never_released_does_not_show() {
    let stage = Stage::set().await;
    let number = "query($id: ID!) { node(id: $id) { ... on Dataset { vintage { number } } } }";
    let mut numbers = Vec::new();
    for hidden in 0..2 {
        let dataset =
            Carried::begun(&stage, Kind::Dataset, "mx.agency", "GREEN", &format!("serie {hidden}")).await;
        for at in 0..=hidden {
            dataset.revised(&stage, &format!("serie {at}"), 1 + at as u32).await.well();
        }
        dataset.shared(&stage, json!({ "countries": ["GT"] })).await;
        let answer =
            stage.person("gt.test.analyst").asks(number, json!({ "id": dataset.global() })).await.well();
        numbers.push(answer.at("node.vintage.number").clone());
        let own =
            stage.person("mx.test.analyst").asks(number, json!({ "id": dataset.global() })).await.well();
        assert_eq!(own.at("node.vintage.number"), &json!(hidden + 1));
    }
    assert_eq!(numbers[0], numbers[1], "the number counts vintages that were shown to nobody");
}

#[tokio::test]
async fn who_is_shown_one_revision_does_not_move_another_along() {
    let stage = Stage::set().await;
    // Released by name, under RED, to two who do not work on it: a colleague of the author's own
    // institution, whose role drafts meetings, and the minister of another, whose role approves them.
    let minister = account_id(&stage, "mx.test.minister").await;
    let said = content(&stage, Kind::Meeting, "reservada", 1);
    let more = json!({ "accounts": [minister] });
    let red = Carried::begun_with(&stage, Kind::Meeting, "mx.test", "RED", said, more).await;
    red.ready(&stage).await;
    let named = ["mx.test.focal", "mx.agency.minister"];
    let mut accounts = Vec::new();
    for login in named {
        accounts.push(account_id(&stage, login).await);
    }
    let to = json!({ "audience": { "accounts": accounts } });
    red.does(&stage, "mx.test.minister", Action::Release(Kind::Meeting), to).await.well();
    red.revised(&stage, "aun no", 2).await.well();
    red.submitted(&stage).await.well();
    let actions = [Action::Draft, Action::Approve, Action::Release, Action::Recall];
    for (login, action) in named.iter().flat_map(|login| actions.map(|action| (login, action(Kind::Meeting))))
    {
        for expected in [1, 2, 7] {
            let changes = json!({ "expectedRevision": expected });
            let changes = if action == Action::Recall(Kind::Meeting) { json!({}) } else { changes };
            let answer = red.does(&stage, login, action, changes).await;
            assert_eq!(answer.code(), "FORBIDDEN", "{login} does {action:?}: {}", answer.text);
        }
    }
}
