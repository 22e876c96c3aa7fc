//! Every command on real records, by everybody, held against the table.

use api::access::{
    Action, Kind, Standing, allows,
    policy::{FIELDS, Need},
};
use serde_json::json;

use super::{Attacker, everybody, form::Form, trace::Trace};
use crate::{
    acts::{Carried, author, beginning, command, content, house, mutation},
    stage::Stage,
};

/// How a record came to be what it is when it is attacked.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Scene {
    /// Of the ministry, which works on it alone; shown to nobody.
    Unseen,
    /// Of the agency, which works on it with the ministry; an earlier revision was released to
    /// Guatemala and to the observers.
    Shared,
    /// Of the ministry alone; an earlier revision was released to its own whole country.
    AtHome,
}

impl Scene {
    const ALL: [Scene; 3] = [Scene::Unseen, Scene::Shared, Scene::AtHome];

    fn by(self) -> &'static str {
        if self == Scene::Shared { "mx.agency" } else { "mx.test" }
    }

    /// Whether the attacker's institution works on it.
    fn works(self, who: &Attacker) -> bool {
        who.prefix == "mx.test" || (self == Scene::Shared && who.prefix == "mx.agency")
    }

    fn shown(self, who: &Attacker) -> bool {
        self.works(who)
            || match self {
                Scene::Unseen => false,
                Scene::Shared => who.country == "GT" || who.login == "int.iom.observer",
                Scene::AtHome => who.country == "MX",
            }
    }

    fn standing(self, who: &Attacker) -> Standing {
        match who {
            _ if who.prefix == self.by() => Standing::Owner,
            _ if who.country == "MX" => Standing::Compatriot,
            _ => Standing::Partner,
        }
    }
}

/// A record as the command wants to find it.
async fn record(stage: &Stage, scene: Scene, action: Action, word: &str) -> Carried<'static> {
    let kind = kind_of(action);
    let carried = Carried::begun(stage, kind, scene.by(), "GREEN", word).await;
    match scene {
        Scene::Unseen => {}
        Scene::Shared => {
            let audience =
                json!({ "countries": ["GT"], "institutions": [stage.institution("INT-IOM").global()] });
            carried.shared(stage, audience).await;
            carried.revised(stage, word, 2).await.well();
        }
        Scene::AtHome => {
            carried.shared(stage, json!({ "countries": ["MX"] })).await;
            carried.revised(stage, word, 2).await.well();
        }
    }
    if matches!(action, Action::Approve(_) | Action::Release(_) | Action::Recall(_)) {
        carried.submitted(stage).await.well();
    }
    if matches!(action, Action::Release(_) | Action::Recall(_)) {
        carried.approved(stage).await.well();
    }
    if matches!(action, Action::Recall(_)) && scene == Scene::Unseen {
        // Released to one that is not attacked from, so that there is something to recall.
        let to = super::account_id(stage, "hn.test.nobody").await;
        carried.released(stage, json!({ "accounts": [to] })).await.well();
    }
    carried
}

fn kind_of(action: Action) -> Kind {
    match action {
        Action::Draft(kind)
        | Action::Submit(kind)
        | Action::Approve(kind)
        | Action::Release(kind)
        | Action::Recall(kind) => kind,
        other => panic!("{other:?} is done to no record"),
    }
}

fn actions(kind: Kind) -> [Action; 5] {
    use Action::*;
    [Draft(kind), Submit(kind), Approve(kind), Release(kind), Recall(kind)]
}

/// What must come back, by the table: the code of the refusal, or none.
fn outcome(scene: Scene, action: Action, who: &Attacker) -> Option<&'static str> {
    let kind = kind_of(action);
    let may = |action, standing| who.role.is_some_and(|role| allows(role, action, standing));
    let ever = Standing::ALL.iter().any(|standing| may(action, *standing));
    let sees = scene.shown(who) && may(Action::Read(kind), Standing::Owner);
    match () {
        () if !ever => Some("FORBIDDEN"),
        () if !sees => Some("NOT_FOUND"),
        // Who is shown a record by release reads it; the work on it is others'.
        () if !scene.works(who) || !may(action, scene.standing(who)) => Some("FORBIDDEN"),
        () => None,
    }
}

async fn attack(kind: Kind) {
    let stage = Stage::set().await;
    let trace = Trace::of(&stage).await;
    let everybody = everybody(&stage);
    let mut succeeded = 0;
    for scene in Scene::ALL {
        for action in actions(kind) {
            let target = record(&stage, scene, action, &format!("{scene:?} {action:?}")).await;
            let nowhere = Carried { id: api::ids::RecordId::new(), ..target };
            for who in &everybody {
                let Some(code) = outcome(scene, action, who) else { continue };
                let before = trace.now(&stage).await;
                let answer = target.does(&stage, &who.login, action, json!({})).await;
                let told = format!("{} does {action:?} in {scene:?}: {}", who.login, answer.text);
                assert_eq!(answer.code(), code, "{told}");
                assert!(answer.json["data"].is_null(), "{told}");
                assert!(!answer.text.contains("newest revision"), "{told}");
                if code == "NOT_FOUND" {
                    let mut input = target.input(&stage, action).await;
                    for name in ["id", "dataset"] {
                        if input.get(name).is_some() {
                            input[name] = json!(nowhere.global());
                        }
                    }
                    let never = target.does(&stage, &who.login, action, input).await;
                    assert_eq!(never.text, answer.text, "{told}\nand of what never was: {}", never.text);
                    assert_eq!(never.status, answer.status);
                }
                assert_eq!(trace.now(&stage).await, before, "{told}");
            }
            for who in everybody.iter().filter(|who| outcome(scene, action, who).is_none()) {
                let target =
                    record(&stage, scene, action, &format!("{} {scene:?} {action:?}", who.login)).await;
                let before = trace.now(&stage).await;
                target.does(&stage, &who.login, action, json!({})).await.well();
                assert_ne!(trace.now(&stage).await, before);
                succeeded += 1;
            }
        }
    }
    assert!(succeeded >= 20, "only {succeeded} commands succeeded: the attack proves little");
}

#[tokio::test]
async fn commands_on_plans_are_for_whom_the_table_says() {
    attack(Kind::Plan).await;
}

#[tokio::test]
async fn commands_on_datasets_are_for_whom_the_table_says() {
    attack(Kind::Dataset).await;
}

#[tokio::test]
async fn commands_on_meetings_are_for_whom_the_table_says() {
    attack(Kind::Meeting).await;
}

#[test]
fn every_mutation_is_attacked() {
    let mut attacked: Vec<String> = Vec::new();
    for kind in Kind::ALL {
        attacked.push(beginning(*kind).0.into());
        attacked.extend(actions(*kind).map(|action| mutation(action).to_owned()));
    }
    attacked.extend(super::administrators::ATTACKED.map(str::to_owned));
    attacked.extend(super::jobs::ATTACKED.map(str::to_owned));
    attacked.extend(crate::support::ATTACKED.map(str::to_owned));
    attacked.extend(super::capacity::ATTACKED.map(str::to_owned));
    attacked.extend(super::mappings::ATTACKED.map(str::to_owned));
    attacked.extend(crate::meetings::proposals::ATTACKED.map(str::to_owned));
    attacked.extend(crate::meetings::people::ATTACKED.map(str::to_owned));
    attacked.extend(crate::meetings::calendar::ATTACKED.map(str::to_owned));
    attacked.extend(super::meetings::ATTACKED.map(str::to_owned));
    attacked.extend(crate::meetings::agreements::ATTACKED.map(str::to_owned));
    attacked.extend(crate::meetings::text::ATTACKED.map(str::to_owned));
    attacked.extend(crate::publishing::ATTACKED.map(str::to_owned));
    attacked.extend(crate::plans::together::ATTACKED.map(str::to_owned));
    attacked.extend(crate::plans::approval::ATTACKED.map(str::to_owned));
    attacked.extend(crate::plans::force::ATTACKED.map(str::to_owned));
    let missing: Vec<_> =
        Form::published().mutations().into_iter().filter(|field| !attacked.contains(field)).collect();
    assert!(missing.is_empty(), "nobody attacks {missing:?} on real records");
    for (field, need) in FIELDS {
        if let Need::May(
            action @ (Action::Submit(_) | Action::Approve(_) | Action::Release(_) | Action::Recall(_)),
        ) = need
        {
            assert_eq!(mutation(*action), *field, "the table asks for another role than the command");
        }
    }
}

#[tokio::test]
async fn records_are_begun_by_whom_the_table_says_and_for_the_own_institution_only() {
    let stage = Stage::set().await;
    let trace = Trace::of(&stage).await;
    for kind in Kind::ALL {
        let (field, input) = beginning(*kind);
        for who in everybody(&stage) {
            let word = format!("de {}", who.login);
            let variables =
                json!({ "i": { "handling": "GREEN", "content": content(&stage, *kind, &word, 1) } });
            let before = trace.now(&stage).await;
            let answer = stage.person(&who.login).asks(&command(field, input, *kind), variables).await;
            let may = who.role.is_some_and(|role| allows(role, Action::Draft(*kind), Standing::Owner));
            if !may {
                assert_eq!(answer.code(), "FORBIDDEN", "{} does {field}: {}", who.login, answer.text);
                assert_eq!(trace.now(&stage).await, before, "{} does {field}", who.login);
                continue;
            }
            let id = answer.well().text_at(&format!("{field}.{}.id", kind.code()));
            let owner = stage
                .person(&who.login)
                .asks(
                    &format!(
                        "query($id: ID!) {{ node(id: $id) {{ ... on {} {{ owner {{ code }} }} }} }}",
                        id.split(':').next().unwrap()
                    ),
                    json!({ "id": id }),
                )
                .await
                .well()
                .text_at("node.owner.code");
            assert_eq!(owner, house(&who.prefix));
        }
    }
}

#[tokio::test]
async fn an_id_of_another_kind_finds_nothing() {
    let stage = Stage::set().await;
    let plan = Carried::begun(&stage, Kind::Plan, "mx.test", "GREEN", "plan").await;
    for kind in [Kind::Dataset, Kind::Meeting] {
        let taken = Carried { kind, ..plan };
        for action in [Action::Submit(Kind::Plan), Action::Submit(kind)] {
            let login = format!("mx.test.{}", author(kind_of(action)));
            let changes =
                json!({ "id": if action == Action::Submit(kind) { plan.global() } else { taken.global() } });
            let answer =
                Carried { kind: kind_of(action), ..plan }.does(&stage, &login, action, changes).await;
            assert_eq!(answer.code(), "NOT_FOUND", "{}", answer.text);
        }
        let answer = Carried { kind, ..plan }
            .does(&stage, &format!("mx.test.{}", author(kind)), Action::Submit(kind), json!({}))
            .await;
        assert_eq!(answer.code(), "NOT_FOUND", "{}", answer.text);
    }
}
