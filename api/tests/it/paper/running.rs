//! The node and its press: what happens when it is not there, hangs, dies or says nonsense.
#![cfg(unix)]

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    time::Duration,
};

use api::{
    config::Config,
    paper::{Jam, Press},
};
use serde_json::json;

use crate::{
    plans::drafted,
    stage::{Answer, Stage},
};

/// Makes the node's press a program of these lines.
pub fn stand_in(config: &mut Config, lines: &str) {
    let program = config.folder.join("press");
    let _ = fs::remove_file(&program);
    symlink(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/paper/stand-in"), &program).unwrap();
    fs::write(config.folder.join("lines"), lines).unwrap();
    config.press = Some(program);
}

async fn stage_with(lines: &str) -> (Stage, PathBuf) {
    let stage = Stage::set_with(|config| {
        config.request_seconds = 2;
        stand_in(config, lines);
    })
    .await;
    let folder = stage.node.config.folder.clone();
    (stage, folder)
}

/// Whether the process goes on, whose number it wrote.
fn alive(folder: &Path) -> bool {
    let pid = fs::read_to_string(folder.join("pid")).unwrap();
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    !(stat.is_empty() || stat.contains(") Z "))
}

async fn ends(folder: &Path) {
    for _ in 0..500 {
        if !alive(folder) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the press goes on");
}

const HANGS: &str = "echo $$ > \"$(dirname \"$0\")/pid\"\nexec sleep 1000";

async fn asked(stage: &Stage) -> Answer {
    let id = drafted(stage, "mx.test.editor", "MX-SRE", "Plan", "GREEN").await;
    stage.person("mx.test.editor").asking().gets(&format!("/plans/{id}/plan.pdf")).await
}

#[tokio::test]
async fn a_press_that_never_answers_is_killed_with_its_request() {
    let (stage, folder) = stage_with(HANGS).await;
    let answer = asked(&stage).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (503, "LIMITED"), "{}", answer.text);
    assert_eq!(answer.header("retry-after"), "5");
    ends(&folder).await;
}

#[tokio::test]
async fn whoever_hangs_up_takes_the_press_with_them() {
    let (stage, folder) = stage_with(HANGS).await;
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Plan", "GREEN").await;
    let path = format!("/plans/{id}/plan.pdf");
    {
        let asking = stage.person("mx.test.editor").asking().gets(&path);
        let mut asking = std::pin::pin!(asking);
        while !folder.join("pid").exists() || fs::read_to_string(folder.join("pid")).unwrap().is_empty() {
            assert!(tokio::time::timeout(Duration::from_millis(10), &mut asking).await.is_err());
        }
        assert!(alive(&folder));
    }
    ends(&folder).await;
}

#[tokio::test]
async fn more_than_the_press_has_room_for_are_told_to_come_again() {
    let (stage, _) = stage_with("exec sleep 1000").await;
    let id = drafted(&stage, "mx.test.editor", "MX-SRE", "Plan", "GREEN").await;
    let path = format!("/plans/{id}/plan.pdf");
    let person = stage.person("mx.test.editor");
    let asking = (0..20).map(|_| person.asking().gets(&path));
    let answers = futures::future::join_all(asking).await;
    assert!(answers.iter().all(|answer| answer.status == 503 && answer.code() == "LIMITED"));
    let turned_away = answers.iter().filter(|answer| answer.message().contains("enough")).count();
    assert_eq!(turned_away, 4, "sixteen wait and four are turned away");
}

#[tokio::test]
async fn a_document_larger_than_the_press_takes_is_not_handed_to_it() {
    let press = Press::new(Some(Path::new("/nowhere")), Duration::from_secs(5));
    assert!(matches!(press.print(&vec![b' '; 9 << 20]).await, Err(Jam::TooLarge)));
    assert!(matches!(press.print(b"{}").await, Err(Jam::Missing)));
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
