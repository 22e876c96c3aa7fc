//! The node and its press: what happens when it is not there, hangs, dies or says nonsense.
#![cfg(unix)]

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use serde_json::json;

use crate::{
    plans::drafted,
    stage::{Answer, Stage},
};

/// A stage whose press is a program of these lines.
async fn stage_with(lines: &str) -> (Stage, PathBuf) {
    let mut folder = PathBuf::new();
    let stage = Stage::set_with(|config| {
        folder = config.folder.clone();
        config.request_seconds = 2;
        config.press = Some(folder.join("press"));
    })
    .await;
    let program = folder.join("press");
    // Another process that is begun just now must not hold it open for writing.
    let fresh = folder.join("press.new");
    fs::write(&fresh, format!("#!/bin/sh\n{lines}\n")).unwrap();
    fs::set_permissions(&fresh, fs::Permissions::from_mode(0o700)).unwrap();
    fs::rename(&fresh, &program).unwrap();
    (stage, folder)
}

async fn asked(stage: &Stage) -> Answer {
    let id = drafted(stage, "mx.test.editor", "MX-SRE", "Plan", "GREEN").await;
    stage.person("mx.test.editor").asking().gets(&format!("/plans/{id}/plan.pdf")).await
}

#[tokio::test]
async fn a_press_that_never_answers_is_killed_with_its_request() {
    let (stage, folder) = stage_with("echo $$ > \"$(dirname \"$0\")/pid\"\nexec sleep 1000").await;
    let answer = asked(&stage).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (503, "LIMITED"), "{}", answer.text);
    assert_eq!(answer.header("retry-after"), "5");
    let pid = fs::read_to_string(folder.join("pid")).unwrap();
    let alive = || {
        let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        !(stat.is_empty() || stat.contains(") Z "))
    };
    for _ in 0..200 {
        if !alive() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the press {} goes on", pid.trim());
}

#[tokio::test]
async fn what_a_press_writes_without_end_is_not_taken() {
    let (stage, _) = stage_with("printf '%%PDF-'\nexec cat /dev/zero").await;
    let answer = asked(&stage).await;
    assert!([413, 503].contains(&answer.status.as_u16()) && answer.code() == "LIMITED", "{}", answer.text);
}

#[tokio::test]
async fn a_press_that_dies_or_says_nonsense_is_our_trouble_and_tells_nothing() {
    for lines in ["exit 4", "kill -9 $$", "echo '<html>secreto</html>'", "cat >/dev/null; exit 2"] {
        let (stage, _) = stage_with(lines).await;
        let answer = asked(&stage).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (500, "INTERNAL"), "{lines}: {}", answer.text);
        assert!(!answer.text.contains("secreto") && !answer.text.contains("press"), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_node_without_a_press_says_so_and_does_all_else() {
    let stage = Stage::set_with(|config| config.press = Some("/nowhere/enlace-press".into())).await;
    let answer = asked(&stage).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (503, "LIMITED"), "{}", answer.text);
    assert!(answer.message().contains("enlace-press"), "{}", answer.text);
    let listed = stage.person("mx.test.editor").asks("{ plans { totalCount } }", json!({})).await.well();
    assert_eq!(listed.at("plans.totalCount"), 1);
}

#[tokio::test]
async fn the_press_is_told_nothing_of_the_node() {
    let (stage, folder) =
        stage_with("env > \"$(dirname \"$0\")/env\"; pwd >> \"$(dirname \"$0\")/env\"; exit 4").await;
    asked(&stage).await;
    let told = fs::read_to_string(folder.join("env")).unwrap();
    assert!(
        !told.contains("ENLACE") && !told.contains("HOME=") && told.lines().any(|line| line == "/"),
        "{told}"
    );
}
