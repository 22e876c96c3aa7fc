//! Too much of something.

use axum::body::Body;
use futures::stream;
use serde_json::{Value, json};

use crate::stage::Stage;

#[tokio::test]
async fn a_body_of_two_gigabytes_is_refused_before_it_is_read() {
    let stage = Stage::set().await;
    // Were it read, the test would not end.
    let endless = Body::from_stream(stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let asking = stage.stranger().with("content-length", "2147483648");
    let answer = asking.posts(endless).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (413, "LIMITED"));
    assert_eq!(answer.message(), "the body of the request is longer than the limit of 1048576 bytes");
}

#[tokio::test]
async fn a_body_of_unsaid_length_is_read_up_to_the_limit() {
    let stage = Stage::set_with(|config| config.body_limit = 4096).await;
    let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b' '; 1000]));
    let answer = stage.stranger().posts(Body::from_stream(endless)).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (413, "LIMITED"));
    let fitting = format!("{:4096}", json!({ "query": "{ __typename }" }).to_string());
    stage.stranger().posts(fitting.clone()).await.well();
    assert_eq!(stage.stranger().posts(fitting + " ").await.status.as_u16(), 413);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_bad_request() {
    let stage = Stage::set().await;
    let broken = stream::iter([Ok(b"{".to_vec()), Err(std::io::Error::other("gone"))]);
    assert_eq!(stage.stranger().posts(Body::from_stream(broken)).await.code(), "BAD_REQUEST");
}

#[tokio::test]
async fn a_body_that_drips_is_waited_for_no_longer_than_a_request_may_take() {
    let stage = Stage::set_with(|config| config.request_seconds = 1).await;
    let never = Body::from_stream(stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let answer = stage.stranger().posts(never).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (408, "LIMITED"));
}

#[tokio::test]
async fn a_document_of_a_hundred_thousand_aliases_is_refused() {
    let stage = Stage::set().await;
    let aliases: String = (0..100_000).map(|n| format!("a{n}:__typename ")).collect();
    let answer = stage.stranger().asks(&format!("{{ {aliases} }}"), json!({})).await;
    assert_eq!(answer.code(), "LIMITED", "{}", answer.text);
    let fewer: String = (0..5_000).map(|n| format!("a{n}:__typename ")).collect();
    let answer = stage.stranger().asks(&format!("{{ {fewer} }}"), json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "LIMITED"));
}

#[tokio::test]
async fn every_answer_tells_its_cost_and_the_limit() {
    let stage = Stage::set().await;
    let answer =
        stage.person("hn.test.focal").asks("{ countries(first: 2) { nodes { code } } }", json!({})).await;
    let cost = &answer.well().json["extensions"]["cost"];
    assert_eq!(cost["limit"], 60_000);
    assert!(cost["used"].as_u64().is_some_and(|used| (3..10).contains(&used)), "{cost}");
    let refused = stage.stranger().asks("{ viewer { login } }", json!({})).await;
    assert_eq!(refused.json["extensions"]["cost"]["used"], 0);
}

#[tokio::test]
async fn a_batch_is_answered_in_order_each_for_itself() {
    let stage = Stage::set().await;
    let batch = json!([
        { "query": "{ viewer { login } }" },
        { "query": "{ nothing }" },
        { "query": "{ accounts { nodes { login } } }" },
        { "query": "query B($n: Int) { countries(first: $n) { nodes { code } } }", "variables": { "n": 1 } },
    ]);
    let answer = stage.person("mx.test.focal").asking().posts(batch.to_string()).await;
    assert_eq!(answer.status.as_u16(), 200);
    let answers = answer.json.as_array().unwrap();
    assert_eq!(answers[0]["data"]["viewer"]["login"], "mx.test.focal");
    assert_eq!(answers[1]["errors"][0]["extensions"]["code"], "BAD_REQUEST");
    assert_eq!(answers[2]["errors"][0]["extensions"]["code"], "FORBIDDEN");
    assert_eq!(answers[3]["data"]["countries"]["nodes"], json!([{ "code": "GT" }]));
    assert!(answers.iter().all(|answer| answer["extensions"]["cost"]["limit"] == 60_000));
}

#[tokio::test]
async fn a_batch_is_bounded_in_number_and_in_cost_together() {
    let stage = Stage::set().await;
    let person = stage.person("mx.test.focal");
    let one = json!({ "query": "{ __typename }" });
    let ten = Value::Array(vec![one.clone(); 10]);
    assert_eq!(person.asking().posts(ten.to_string()).await.status.as_u16(), 200);
    for count in [0, 11, 1000] {
        let answer = person.asking().posts(Value::Array(vec![one.clone(); count]).to_string()).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "BAD_REQUEST"), "{count}");
    }
    let page = "countries(first: 100) { nodes { code name { es en } } }";
    let pages: String = (0..18).map(|n| format!("p{n}: {page} ")).collect();
    let dear = json!({ "query": format!("{{ {pages} }}") });
    let alone = person.asking().posts(dear.to_string()).await.well();
    let cost = alone.json["extensions"]["cost"]["used"].as_u64().unwrap();
    assert!(cost * 10 > 60_000, "{cost}");
    let together = person.asking().posts(Value::Array(vec![dear; 10]).to_string()).await;
    assert_eq!((together.status.as_u16(), together.code()), (400, "LIMITED"));
}
