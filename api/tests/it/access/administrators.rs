//! What administrators do, on their own country and on others'.

use api::{
    access::Role,
    directory::{account, appointment},
};
use sea_orm::{DatabaseConnection, EntityTrait};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{account_id, everybody, form::Form, trace::Trace};
use crate::stage::{Answer, Stage};

pub const ATTACKED: [&str; 7] = [
    "addInstitution",
    "changeInstitution",
    "addPost",
    "addAccount",
    "appoint",
    "endAppointment",
    // Last: whose account is closed attacks no more.
    "closeAccount",
];

/// The account, and the posts that the others hold, as clients name them.
pub async fn account_and_posts(
    db: &DatabaseConnection,
    login: &str,
    others: &[&str],
) -> (String, Vec<String>) {
    let accounts = account::Entity::find().all(db).await.unwrap();
    let held = appointment::Entity::find().all(db).await.unwrap();
    let of = |login: &str| accounts.iter().find(|row| row.login == login).unwrap().id;
    let post = |login: &&str| held.iter().find(|row| row.account_id == of(login)).unwrap().post_id.global();
    (of(login).global(), others.iter().map(post).collect())
}

/// The first appointment of an account, as clients name it.
pub async fn appointment_of(stage: &Stage, login: &str) -> String {
    let db = &stage.node.reads.0;
    let accounts = account::Entity::find().all(db).await.unwrap();
    let account = accounts.into_iter().find(|row| row.login == login).unwrap().id;
    let held = appointment::Entity::find().all(db).await.unwrap();
    held.into_iter().find(|row| row.account_id == account).unwrap().id.global()
}

/// What the command is aimed at: something of Mexico's, or of nobody's.
async fn aim(stage: &Stage, field: &str, at_somebody: bool) -> Value {
    let nobody = |kind: &str| format!("{kind}:{}", Uuid::now_v7().simple());
    let (account, posts) =
        account_and_posts(&stage.node.reads.0, "mx.agency.legal", &["mx.agency.editor"]).await;
    let institution = stage.institution("MX-INM").global();
    let mark = Uuid::now_v7().simple().to_string();
    let or = |known: String, kind: &str| if at_somebody { known } else { nobody(kind) };
    let form = Form::published();
    let known = |place: &str| match place {
        "AddPostInput.institution" | "AddAccountInput.institution" | "ChangeInstitutionInput.institution" => {
            Some(json!(or(institution.clone(), "Institution")))
        }
        "AddInstitutionInput.code" => Some(json!(format!("MX-{}", mark[20..].to_uppercase()))),
        "AddAccountInput.login" => Some(json!(format!("mx.{mark}"))),
        "ChangeInstitutionInput.acronym" => Some(json!("OTRA")),
        "AppointInput.account" | "CloseAccountInput.account" => Some(json!(or(account.clone(), "Account"))),
        "AppointInput.post" => Some(json!(posts[0])),
        _ => None,
    };
    if field == "endAppointment" {
        let held = appointment_of(stage, "mx.agency.analyst").await;
        return json!({ "input": { "appointment": or(held, "Appointment") } });
    }
    form.request(field, &known).variables
}

async fn does(stage: &Stage, login: &str, field: &str, variables: Value) -> Answer {
    let document = Form::published().request(field, &super::fields::nowhere).plain();
    stage.person(login).asks(&document, variables).await
}

#[tokio::test]
async fn the_directory_is_changed_by_administrators_of_the_own_country_only() {
    let stage = Stage::set().await;
    let trace = Trace::of(&stage).await;
    for field in ATTACKED {
        for who in everybody(&stage) {
            let at_home = who.country == "MX" && who.role == Some(Role::Administrator);
            if at_home {
                continue;
            }
            let before = trace.now(&stage).await;
            let answer = does(&stage, &who.login, field, aim(&stage, field, true).await).await;
            let told = format!("{} does {field}: {}", who.login, answer.text);
            match (who.role, field) {
                // What an administrator elsewhere adds would be of another country by its code.
                (Some(Role::Administrator), "addInstitution") => {
                    assert_eq!(answer.mends(), ["MALFORMED"], "{told}")
                }
                // Institutions are seen by all; accounts and appointments by nobody elsewhere.
                (Some(Role::Administrator), "closeAccount" | "appoint" | "endAppointment") => {
                    assert_eq!(answer.code(), "NOT_FOUND", "{told}");
                    let never = does(&stage, &who.login, field, aim(&stage, field, false).await).await;
                    assert_eq!(never.text, answer.text, "{told}");
                }
                _ => assert_eq!(answer.code(), "FORBIDDEN", "{told}"),
            }
            assert_eq!(trace.now(&stage).await, before, "{told}");
        }
        for login in ["mx.test.admin", "mx.agency.admin"] {
            let before = trace.now(&stage).await;
            does(&stage, login, field, aim(&stage, field, true).await).await.well();
            if field == "closeAccount" || field == "changeInstitution" || field == "endAppointment" {
                continue;
            }
            assert_ne!(trace.now(&stage).await, before, "{login} does {field}");
        }
    }
}

#[tokio::test]
async fn administrators_give_themselves_no_role() {
    let stage = Stage::set().await;
    let trace = Trace::of(&stage).await;
    let (own, posts) = account_and_posts(&stage.node.reads.0, "mx.test.admin", &["mx.test.minister"]).await;
    let before = trace.now(&stage).await;
    let appoint = json!({ "input": { "account": own, "post": posts[0] } });
    let answer = does(&stage, "mx.test.admin", "appoint", appoint).await;
    assert_eq!(answer.mends(), ["SAME_PERSON"], "{}", answer.text);
    let answer = does(&stage, "mx.test.admin", "closeAccount", json!({ "input": { "account": own } })).await;
    assert_eq!(answer.mends(), ["SAME_PERSON"], "{}", answer.text);
    for role in ["SYSTEM", "DEVICE"] {
        let input = json!({ "institution": stage.institution("MX-SRE").global(), "name": { "es": "x" }, "roles": [role] });
        let answer = does(&stage, "mx.test.admin", "addPost", json!({ "input": input })).await;
        assert_eq!(answer.mends(), ["OUT_OF_RANGE"], "{}", answer.text);
    }
    assert_eq!(trace.now(&stage).await, before);
}

#[tokio::test]
async fn an_appointment_that_is_over_is_not_drawn_out_again() {
    let stage = Stage::set().await;
    // The administrator was minister for a day, by the hand of another administrator.
    let (account, posts) =
        account_and_posts(&stage.node.reads.0, "mx.test.admin", &["mx.test.minister"]).await;
    let input = json!({ "account": account, "post": posts[0], "until": "2025-01-17" });
    let made = does(&stage, "mx.agency.admin", "appoint", json!({ "input": input })).await.well();
    let appointment = made.text_at("appoint.appointment");
    let roles = "{ viewer { roles } }";
    assert!(stage.person("mx.test.admin").asks(roles, json!({})).await.text.contains("MINISTER"));
    stage.pass(chrono::TimeDelta::days(2));
    assert!(!stage.person("mx.test.admin").asks(roles, json!({})).await.text.contains("MINISTER"));

    for (login, reason) in [("mx.test.admin", "SAME_PERSON"), ("mx.agency.admin", "OUT_OF_RANGE")] {
        let later = json!({ "input": { "appointment": appointment, "on": "2099-01-01" } });
        let answer = does(&stage, login, "endAppointment", later).await;
        assert_eq!(answer.mends(), [reason], "{login}: {}", answer.text);
        assert!(!stage.person("mx.test.admin").asks(roles, json!({})).await.text.contains("MINISTER"));
    }
}

#[tokio::test]
async fn accounts_are_seen_at_home_by_administrators_and_auditors_only() {
    let stage = Stage::set().await;
    let list = "{ accounts(first: 100) { totalCount nodes { id login appointments { id } } } }";
    let one = "query($id: ID!) { node(id: $id) { ... on Account { login } } }";
    for who in everybody(&stage) {
        let may = matches!(who.role, Some(Role::Administrator | Role::Auditor));
        let answer = stage.person(&who.login).asks(list, json!({})).await;
        if may {
            let logins = answer.well();
            let logins = logins.at("accounts.nodes").as_array().unwrap().clone();
            let prefix = format!("{}.", who.country.to_lowercase());
            assert_eq!(logins.len(), 25, "{}", who.login);
            assert!(
                logins.iter().all(|row| row["login"].as_str().unwrap().starts_with(&prefix)),
                "{}",
                who.login
            );
        } else {
            assert_eq!(answer.code(), "FORBIDDEN", "{}", who.login);
        }
        for login in ["mx.test.focal", "gt.agency.device"] {
            let id = account_id(&stage, login).await;
            let answer = stage.person(&who.login).asks(one, json!({ "id": id })).await;
            let at_home = may && login.starts_with(&who.country.to_lowercase());
            assert_eq!(answer.code() == "no error", at_home, "{} of {login}: {}", who.login, answer.text);
        }
    }
}
