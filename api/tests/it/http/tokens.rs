//! Who is asking.

use api::access::Claims;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as B64};
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::stage::{Answer, Stage};

const ME: &str = "{ viewer { login roles } }";

fn claims(stage: &Stage) -> Claims {
    let now = stage.now().timestamp();
    Claims {
        iss: "https://enlace.test".into(),
        aud: "https://enlace.test".into(),
        sub: stage.person("mx.test.focal").account.global(),
        iat: now,
        nbf: now,
        exp: now + 3600,
    }
}

async fn with(stage: &Stage, token: &str) -> Answer {
    stage.stranger().with("authorization", format!("Bearer {token}")).asks(ME, json!({})).await
}

async fn is_refused(stage: &Stage, token: &str) {
    let answer = with(stage, token).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (401, "UNAUTHENTICATED"), "{token}");
    assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
    assert!(answer.json.get("data").is_none());
    // Nor does it pass for a stranger, who may at least ask what this is.
    let type_name = json!({ "query": "{ __typename }" }).to_string();
    let asking = stage.stranger().with("authorization", format!("Bearer {token}"));
    assert_eq!(asking.posts(type_name).await.code(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn a_good_token_says_who_is_asking() {
    let stage = Stage::set().await;
    let answer = with(&stage, &stage.node.tokens.sign(&claims(&stage)).unwrap()).await.well();
    assert_eq!(answer.at("viewer"), &json!({ "login": "mx.test.focal", "roles": ["FOCAL_POINT"] }));
}

#[tokio::test]
async fn a_token_that_is_not_good_in_every_respect_is_refused() {
    let stage = Stage::set().await;
    let good = claims(&stage);
    let (now, day) = (good.iat, 24 * 3600);
    let bad = [
        ("expired", Claims { iat: now - 7200, nbf: now - 7200, exp: now - 3600, ..good.clone() }),
        ("of another issuer", Claims { iss: "https://other.test".into(), ..good.clone() }),
        ("for another audience", Claims { aud: "https://other.test".into(), ..good.clone() }),
        ("not yet valid", Claims { nbf: now + 600, ..good.clone() }),
        ("from the future", Claims { iat: now + 600, ..good.clone() }),
        ("good for more than 12 hours", Claims { exp: now + day, ..good.clone() }),
        ("good for ever", Claims { exp: i64::MAX, ..good.clone() }),
        ("of nobody", Claims { sub: "Account:0192f0c37a5b7c3e8d2f4a6b8c0d2e4f".into(), ..good.clone() }),
        ("of no account", Claims { sub: "mx.test.focal".into(), ..good.clone() }),
        ("of the operator", Claims { sub: format!("Account:{}", "0".repeat(32)), ..good.clone() }),
    ];
    for (_, claims) in bad {
        is_refused(&stage, &stage.node.tokens.sign(&claims).unwrap()).await;
    }
}

#[tokio::test]
async fn a_token_that_we_did_not_sign_is_refused() {
    let stage = Stage::set().await;
    let good = claims(&stage);
    let key = stage.node.keys.signing().unwrap();
    let signed = stage.node.tokens.sign(&good).unwrap();
    let parts: Vec<_> = signed.split('.').collect();
    let body = B64.encode(json!(good).to_string());

    // The payload changed, the signature kept.
    is_refused(&stage, &format!("{}.{body}x.{}", parts[0], parts[2])).await;
    let other = Claims { sub: stage.person("mx.test.admin").account.global(), ..good.clone() };
    let forged = B64.encode(json!(other).to_string());
    is_refused(&stage, &format!("{}.{forged}.{}", parts[0], parts[2])).await;

    // No signature at all.
    let none = B64.encode(json!({ "alg": "none", "typ": "JWT", "kid": key.kid }).to_string());
    is_refused(&stage, &format!("{none}.{body}.")).await;

    // The public key taken for a secret.
    let header = Header { kid: Some(key.kid.clone()), ..Header::new(Algorithm::HS256) };
    for secret in [key.public.as_bytes().to_vec(), B64.decode(&key.public).unwrap()] {
        is_refused(&stage, &encode(&header, &good, &EncodingKey::from_secret(&secret)).unwrap()).await;
    }

    // Another node's key, under our key's name and under its own.
    let other = Stage::set().await;
    other.pass(TimeDelta::seconds(1));
    other.node.keys.rotate(&other.node.clock).unwrap();
    let theirs = other.node.keys.signing().unwrap();
    let pkcs8 = EncodingKey::from_ed_der(&theirs.pkcs8().unwrap());
    for kid in [Some(key.kid.clone()), Some(theirs.kid.clone()), Some("../keys".into()), None] {
        let header = Header { kid, ..Header::new(Algorithm::EdDSA) };
        is_refused(&stage, &encode(&header, &good, &pkcs8).unwrap()).await;
    }
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    let stage = Stage::set().await;
    let long = format!("{}.{}.{}", "a".repeat(3000), "b", "c");
    for token in ["", "x", "a.b.c", "....", "ñ", &long, "\u{7f}"] {
        if axum::http::HeaderValue::from_str(token).is_ok() {
            is_refused(&stage, token).await;
        }
    }
    for header in ["Basic bXg6bXg=", "Bearer", "token", ""] {
        let answer = stage.stranger().with("authorization", header).asks("{ __typename }", json!({})).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (401, "UNAUTHENTICATED"), "{header}");
    }
}

#[tokio::test]
async fn a_stranger_may_ask_what_this_is_and_nothing_else() {
    let stage = Stage::set().await;
    let answer =
        stage.stranger().asks("{ __typename __schema { queryType { name } } }", json!({})).await.well();
    assert_eq!(answer.at("__typename"), "Query");
    let answer = stage
        .stranger()
        .asks("{ __typename mine: viewer { login } plans { nodes { id } } }", json!({}))
        .await;
    assert_eq!((answer.status.as_u16(), answer.code()), (401, "UNAUTHENTICATED"));
    assert_eq!(answer.header("www-authenticate"), "Bearer");
    let paths: Vec<_> = answer.json["errors"].as_array().unwrap().iter().map(|e| e["path"].clone()).collect();
    assert_eq!(paths, [json!(["mine"]), json!(["plans"])]);
    assert_eq!(answer.json.get("data"), None);
}

#[tokio::test]
async fn a_role_that_was_taken_away_is_gone_with_the_next_request() {
    let stage = Stage::set().await;
    let (admin, focal) = (stage.person("mx.test.admin"), stage.person("mx.agency.editor"));
    let before = focal.asks(ME, json!({})).await.well();
    assert_eq!(before.at("viewer.roles"), &json!(["PLAN_EDITOR"]));
    let list = "{ accounts(text: \"mx.agency.editor\") { nodes { appointments { id } } } }";
    let found = admin.asks(list, json!({})).await;
    let id = match found.json["data"]["accounts"]["nodes"][0]["appointments"][0]["id"].clone() {
        Value::String(id) => id,
        _ => panic!("{}", found.text),
    };
    let end = "mutation ($input: EndAppointmentInput!) {
        endAppointment(input: $input) { appointment userErrors { code } }
    }";
    admin.asks(end, json!({ "input": { "appointment": id } })).await.well();
    let after = focal.asks(ME, json!({})).await.well();
    assert_eq!(after.at("viewer.roles"), &json!([]));
    assert_eq!(focal.asks("{ plans { nodes { id } } }", json!({})).await.code(), "FORBIDDEN");
}

#[tokio::test]
async fn an_account_that_was_closed_is_refused_with_the_next_request() {
    let stage = Stage::set().await;
    let closed = stage.person("mx.test.focal");
    let token = closed.token();
    with(&stage, &token).await.well();
    let close = "mutation ($input: CloseAccountInput!) {
        closeAccount(input: $input) { userErrors { code } }
    }";
    let input = json!({ "input": { "account": closed.account.global() } });
    stage.person("mx.test.admin").asks(close, input).await.well();
    is_refused(&stage, &token).await;
}

#[tokio::test]
async fn a_token_ends_when_its_time_is_over() {
    let stage = Stage::set().await;
    let token = stage.person("gt.test.focal").token();
    stage.pass(TimeDelta::minutes(60));
    with(&stage, &token).await.well();
    stage.pass(TimeDelta::seconds(11));
    is_refused(&stage, &token).await;
}

#[tokio::test]
async fn after_a_rotation_the_old_key_still_verifies_for_half_a_day() {
    let stage = Stage::set().await;
    let now = stage.now().timestamp();
    let token = stage.node.tokens.sign(&Claims { exp: now + 12 * 3600, ..claims(&stage) }).unwrap();
    stage.pass(TimeDelta::seconds(1));
    stage.node.keys.rotate(&stage.node.clock).unwrap();
    with(&stage, &token).await.well();
    let fresh = stage.person("gt.test.focal").asks(ME, json!({})).await.well();
    assert_eq!(fresh.at("viewer.login"), "gt.test.focal");
    let keys = stage.stranger().gets("/.well-known/jwks.json").await;
    assert_eq!(keys.json["keys"].as_array().map(Vec::len), Some(2));
    assert!(!keys.text.contains("private"));
}
