//! Nodes that are killed while they import.

use super::*;

#[tokio::test]
async fn of_a_node_that_was_killed_in_the_middle_nothing_is_left_and_the_job_says_so() {
    let stage = Stage::set_now().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let entries = stage.entries().await.len();
    let file = sent(&stage, PUBLISHER, FIGURES).await;
    let mut pipe = pipe(&stage, &file);
    let node = Running::start(&stage);
    let input = json!({ "dataset": dataset, "expectedRevision": 1, "file": file, "asJob": true });
    let token = stage.person(PUBLISHER).token();
    let begun = node.asks(&token, BEGIN, json!({ "i": input })).await;
    let id = begun["data"]["importStatistics"]["job"]["id"]
        .as_str()
        .unwrap_or_else(|| panic!("{begun}"))
        .to_owned();
    let writing = std::thread::spawn(move || {
        pipe.write_all(HEADER.as_bytes()).unwrap();
        pipe.write_all(rows(0, 4_500).as_bytes()).unwrap();
        pipe
    });
    loop {
        let told = node.asks(&token, JOB, json!({ "id": id })).await;
        if told["data"]["importJob"]["rowsRead"].as_u64().unwrap() > 100 {
            assert_eq!(told["data"]["importJob"]["state"], "RUNNING");
            break;
        }
    }
    // Another node on the same folder sees that it is alive.
    assert_eq!(job(&stage, &id).await.well().at("importJob.state"), "RUNNING");
    node.kill();
    drop(writing.join().unwrap());
    let again = Running::start(&stage);
    let told = again.asks(&token, JOB, json!({ "id": id })).await;
    assert_eq!(told["data"]["importJob"]["state"], "INTERRUPTED", "{told}");
    assert_eq!(told["data"]["importJob"]["dataset"]["vintage"], Value::Null);
    assert_eq!(job(&stage, &id).await.well().at("importJob.state"), "INTERRUPTED");
    let cancelled = again.asks(&token, CANCEL, json!({ "id": id })).await;
    assert_eq!(cancelled["data"]["cancelImport"]["userErrors"][0]["code"], "WRONG_STATE", "{cancelled}");
    again.kill();
    assert_eq!(stage.entries().await.len(), entries);
    assert!(!stage.node.config.folder.join("vault").read_dir().unwrap().any(|_| true));
}

#[tokio::test]
async fn whenever_a_node_is_killed_a_job_is_done_exactly_if_its_vintage_is_there() {
    let stage = Stage::set_now().await;
    let dataset = declared(&stage, "MX-RETORNOS").await;
    let mut revision = 1;
    let (mut done, mut interrupted) = (0, 0);
    // Before anything is read, in the middle, when all is read, and at some moment while it is checked and stored.
    for point in 0..9_usize {
        let file = sent(&stage, PUBLISHER, FIGURES).await;
        let mut pipe = Some(pipe(&stage, &file));
        let node = Running::start(&stage);
        let token = stage.person(PUBLISHER).token();
        let input = json!({ "dataset": dataset, "expectedRevision": revision, "file": file, "asJob": true, "again": true });
        let begun = node.asks(&token, BEGIN, json!({ "i": input })).await;
        let id = begun["data"]["importStatistics"]["job"]["id"]
            .as_str()
            .unwrap_or_else(|| panic!("{begun}"))
            .to_owned();
        let before = stage.entries().await.len();
        let writing = pipe.take_if(|_| point > 0).map(|mut pipe| {
            std::thread::spawn(move || {
                // Other figures each time: another vintage.
                let text = format!("{HEADER}{}", rows(point, 4_500));
                let _ = pipe.write_all(text.as_bytes());
                (point < 2).then_some(pipe)
            })
        });
        loop {
            let told = node.asks(&token, JOB, json!({ "id": id })).await["data"]["importJob"].clone();
            let ended = !["WAITING", "RUNNING"].contains(&told["state"].as_str().unwrap());
            let reached = match point {
                0 => told["state"] == "RUNNING",
                1 => told["rowsRead"].as_u64().unwrap() > 1_000,
                8 => ended,
                _ => !told["rowsTotal"].is_null(),
            };
            if reached || ended {
                break;
            }
        }
        // Each a little later than the one before.
        for _ in 2..point {
            node.asks(&token, "{ __typename }", json!({})).await;
        }
        node.kill();
        drop(writing.map(std::thread::JoinHandle::join));
        api::vault::Vault::in_folder(&stage.node.config.folder.join("vault")).unwrap();
        let told = job(&stage, &id).await;
        let grown = stage.entries().await.len() - before;
        let seen = told.at("importJob.dataset.vintage")["number"].as_i64();
        match told.text_at("importJob.state").as_str() {
            "DONE" => {
                assert_eq!((grown, seen), (1, Some(i64::from(revision))), "{point}: {}", told.text);
                assert_eq!(told.at("importJob.report.accepted"), 4_500);
                (revision, done) = (revision + 1, done + 1);
            }
            "INTERRUPTED" => {
                assert_eq!(grown, 0, "{point}: {}", told.text);
                assert_eq!(seen.unwrap_or(0), i64::from(revision) - 1, "{point}: {}", told.text);
                interrupted += 1;
            }
            other => panic!("{point}: {other}: {}", told.text),
        }
        let head = stage.node.ledger.head().unwrap();
        let verdict = verify(&stage.node.reads.0, head.as_ref()).await.unwrap();
        assert!(matches!(verdict, Verdict::Sound { .. }), "{point}: {verdict:?}");
    }
    assert!(done >= 1 && interrupted >= 2, "{done} were done and {interrupted} interrupted");
}
