//! The directory: read by all, kept by each country's own administrators.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::stage::{Answer, Stage};

async fn does(stage: &Stage, login: &str, field: &str, kind: &str, input: Value) -> Answer {
    let selects = match field {
        "addInstitution" | "changeInstitution" => "institution { id code active name { es } }",
        "addPost" => "post",
        "addAccount" | "closeAccount" => "account { id login active }",
        _ => "appointment",
    };
    let mutation = format!(
        "mutation ($input: {kind}!) {{ {field}(input: $input) {{ {selects} userErrors {{ code path message }} }} }}"
    );
    stage.person(login).asks(&mutation, json!({ "input": input })).await
}

#[tokio::test]
async fn an_administrator_opens_an_account_that_can_do_what_its_post_can() {
    let stage = Stage::set().await;
    let institution = stage.institution("GT-IGM").global();
    let input = json!({ "login": "gt.igm.nuevo", "institution": institution });
    let account = does(&stage, "gt.test.admin", "addAccount", "AddAccountInput", input).await.well();
    let account = account.text_at("addAccount.account.id");
    let input = json!({ "institution": institution, "name": { "es": "Análisis" }, "roles": ["ANALYST"] });
    let post =
        does(&stage, "gt.test.admin", "addPost", "AddPostInput", input).await.well().text_at("addPost.post");

    let newcomer = stage.newcomer(api::ids::AccountId::parse_global(&account).unwrap());
    assert_eq!(newcomer.asks("{ plans { totalCount } }", json!({})).await.code(), "FORBIDDEN");
    let input = json!({ "account": account, "post": post, "until": "2025-01-20" });
    let appointment = does(&stage, "gt.test.admin", "appoint", "AppointInput", input).await.well();
    newcomer.asks("{ plans { totalCount } }", json!({})).await.well();

    // Roles end with the appointment's last day, without anybody doing anything.
    stage.pass(TimeDelta::days(4));
    assert_eq!(newcomer.asks("{ plans { totalCount } }", json!({})).await.code(), "FORBIDDEN");
    stage.pass(TimeDelta::days(-4));
    newcomer.asks("{ plans { totalCount } }", json!({})).await.well();
    let input = json!({ "appointment": appointment.text_at("appoint.appointment") });
    does(&stage, "gt.test.admin", "endAppointment", "EndAppointmentInput", input).await.well();
    assert_eq!(newcomer.asks("{ plans { totalCount } }", json!({})).await.code(), "FORBIDDEN");
    does(&stage, "gt.test.admin", "closeAccount", "CloseAccountInput", json!({ "account": account }))
        .await
        .well();
    assert_eq!(newcomer.asks("{ viewer { login } }", json!({})).await.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn nobody_manages_another_countrys_directory() {
    let stage = Stage::set().await;
    let before = stage.entries().await.len();
    let agency = stage.institution("GT-IGM").global();
    let change = json!({ "institution": agency, "active": false });
    let refused = does(&stage, "mx.test.admin", "changeInstitution", "ChangeInstitutionInput", change).await;
    assert_eq!(refused.code(), "FORBIDDEN");
    let add = json!({ "login": "mx.infiltrado", "institution": agency });
    assert_eq!(does(&stage, "mx.test.admin", "addAccount", "AddAccountInput", add).await.code(), "FORBIDDEN");
    let theirs = stage.person("gt.test.focal").account.global();
    let close =
        does(&stage, "mx.test.admin", "closeAccount", "CloseAccountInput", json!({ "account": theirs }))
            .await;
    let never = json!({ "account": api::ids::AccountId::new().global() });
    let never = does(&stage, "mx.test.admin", "closeAccount", "CloseAccountInput", never).await;
    assert_eq!(close.code(), "NOT_FOUND");
    assert_eq!(close.text, never.text);
    assert_eq!(stage.entries().await.len(), before);
}

#[tokio::test]
async fn nobody_changes_their_own_roles() {
    let stage = Stage::set().await;
    let me = stage.person("mx.test.admin").account.global();
    let input = json!({ "institution": stage.institution("MX-SRE").global(), "name": { "es": "Todo" },
        "roles": ["MINISTER", "FOCAL_POINT"] });
    let post =
        does(&stage, "mx.test.admin", "addPost", "AddPostInput", input).await.well().text_at("addPost.post");
    let input = json!({ "account": me, "post": post });
    assert_eq!(
        does(&stage, "mx.test.admin", "appoint", "AppointInput", input).await.mends(),
        ["SAME_PERSON"]
    );
    assert_eq!(
        does(&stage, "mx.test.admin", "closeAccount", "CloseAccountInput", json!({ "account": me }))
            .await
            .mends(),
        ["SAME_PERSON"]
    );
}

#[tokio::test]
async fn the_alert_button_and_the_operator_are_no_posts() {
    let stage = Stage::set().await;
    let input = json!({ "institution": stage.institution("MX-SRE").global(), "name": { "es": "Raro" },
        "roles": ["SYSTEM", "DEVICE", "ANALYST"] });
    let refused = does(&stage, "mx.test.admin", "addPost", "AddPostInput", input).await;
    assert_eq!(refused.mends(), ["OUT_OF_RANGE", "OUT_OF_RANGE"]);
}

#[tokio::test]
async fn an_institution_that_is_closed_takes_its_accounts_with_it() {
    let stage = Stage::set().await;
    let agency = stage.institution("GT-IGM").global();
    let close = json!({ "institution": agency, "active": false });
    does(&stage, "gt.test.admin", "changeInstitution", "ChangeInstitutionInput", close).await.well();
    let closed = stage.person("gt.agency.focal").asks("{ viewer { login } }", json!({})).await;
    assert_eq!(closed.code(), "UNAUTHENTICATED");
    let own = json!({ "institution": stage.institution("GT-MINEX").global(), "active": false });
    let refused = does(&stage, "gt.test.admin", "changeInstitution", "ChangeInstitutionInput", own).await;
    assert_eq!(refused.mends(), ["WRONG_STATE"]);
}

#[tokio::test]
async fn lists_are_found_whatever_the_case_and_the_accents() {
    let stage = Stage::set().await;
    let input = json!({ "code": "HN-SENAF", "acronym": "SENAF", "kind": "CHILD_PROTECTION",
        "name": { "es": "Secretaría de Niñez, Adolescencia y Familia" } });
    does(&stage, "hn.test.admin", "addInstitution", "AddInstitutionInput", input).await.well();
    for text in ["NINEZ", "niñez", "  Secretaria   de ninez", "senaf"] {
        let query = "query ($text: String) { institutions(text: $text) { totalCount nodes { code } } }";
        let found = stage.person("mx.test.analyst").asks(query, json!({ "text": text })).await.well();
        assert_eq!(found.at("institutions.nodes"), &json!([{ "code": "HN-SENAF" }]), "{text}");
    }
    for text in ["%", "_", "\\"] {
        let query = "query ($text: String) { institutions(text: $text) { totalCount } }";
        let found = stage.person("mx.test.analyst").asks(query, json!({ "text": text })).await.well();
        assert_eq!(found.at("institutions.totalCount"), 0, "`{text}` is text, not a pattern");
    }
}

#[tokio::test]
async fn codes_and_logins_are_the_countrys_own_and_each_exists_once() {
    let stage = Stage::set().await;
    let institution =
        |code: &str| json!({ "code": code, "acronym": "X", "kind": "OTHER", "name": { "es": "X" } });
    for (code, mend) in [("MX-NUEVA", "MALFORMED"), ("GT-nueva", "MALFORMED"), ("GT-IGM", "DUPLICATE")] {
        let refused =
            does(&stage, "gt.test.admin", "addInstitution", "AddInstitutionInput", institution(code)).await;
        assert_eq!(refused.mends(), [mend], "{code}");
    }
    let account =
        |login: &str| json!({ "login": login, "institution": stage.institution("GT-IGM").global() });
    for (login, mend) in [("mx.igm.x", "MALFORMED"), ("gt.", "MALFORMED"), ("gt.test.focal", "DUPLICATE")] {
        let refused = does(&stage, "gt.test.admin", "addAccount", "AddAccountInput", account(login)).await;
        assert_eq!(refused.mends(), [mend], "{login}");
    }
}

#[tokio::test]
async fn accounts_are_seen_at_home_only() {
    let stage = Stage::set().await;
    let count = async |login: &str| stage.person(login).asks("{ accounts { totalCount } }", json!({})).await;
    let mexico = count("mx.test.admin").await.well().at("accounts.totalCount").clone();
    assert_eq!(count("gt.test.auditor").await.well().at("accounts.totalCount"), &mexico);
    assert_eq!(count("gt.test.focal").await.code(), "FORBIDDEN");
    let all = "{ accounts(first: 100) { nodes { login } } }";
    let seen = stage.person("mx.test.admin").asks(all, json!({})).await.well();
    let logins = seen.at("accounts.nodes").as_array().unwrap();
    assert!(logins.iter().all(|node| node["login"].as_str().unwrap().starts_with("mx.")));
}
