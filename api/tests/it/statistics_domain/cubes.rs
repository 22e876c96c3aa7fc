//! Cubes are kept under a bound, and what is larger is read from its file.

use api::{
    statistics::{
        Cubes,
        cube::{ByPeriod, Question},
        gathering::Gathering,
        status::Status,
    },
    vault::{Scratch, Vault},
};

use super::invented::{layout, period};

/// A vintage of 12 months for each of so many areas; each value is the vintage's number.
async fn stored(vault: &Vault, areas: u32, number: i64) -> String {
    let mut gathering = Gathering::new(layout(), Scratch::clone(vault.scratch()));
    for line in 0..areas * 12 {
        let area = format!("MX-{}", line / 12);
        let codes = ["M", "_T", &area, "EVENT"];
        let codes: Vec<u32> = codes.iter().enumerate().map(|(at, code)| gathering.code(at, code)).collect();
        let month = period(&format!("2024-{:02}", line % 12 + 1));
        gathering.push(&codes, month, Some(number), Status::NORMAL, line).unwrap();
    }
    vault.put_file(gathering.settle(0).unwrap().file).await.unwrap()
}

fn by_year() -> Question {
    Question { by_period: Some(ByPeriod::Year), ..Question::default() }
}

#[tokio::test]
async fn cubes_stay_under_their_bound_and_answer_alike_whether_held_built_or_read() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::in_folder(folder.path()).unwrap();
    let (small, areas) = (stored(&vault, 300, 1).await, 40_000);
    let other = stored(&vault, 300, 2).await;
    let large = stored(&vault, areas, 3).await;
    let one = Cubes::new(vault.clone(), 1 << 30).get(&small).await.unwrap().bytes() as u64;
    // One fits with its name, two do not.
    let bound = one * 3 / 2;
    let cubes = Cubes::new(vault, bound);
    let counts = cubes.counts().clone();
    let seen = || (counts.hits.get(), counts.built.get(), counts.scans.get(), counts.evictions.get());
    let sum = async |file: &str| {
        let answer = cubes.get(file).await.unwrap().ask(&by_year()).unwrap();
        assert!(cubes.bytes() <= bound);
        answer.rows[0].sum.unwrap()
    };
    assert_eq!((sum(&small).await, seen()), (3_600, (0, 1, 0, 0)));
    assert_eq!((sum(&small).await, seen()), (3_600, (1, 1, 0, 0)));
    assert_eq!((sum(&other).await, seen()), (7_200, (1, 2, 0, 1)));
    assert_eq!((sum(&small).await, seen()), (3_600, (1, 3, 0, 2)));
    let read = cubes.get(&large).await.unwrap();
    assert!(read.is_read());
    let whole = i64::from(areas) * 36;
    assert_eq!(read.ask(&by_year()).unwrap().rows[0].sum, Some(whole));
    assert_eq!(counts.scans.get(), 1);
    assert!(cubes.bytes() <= bound);
    // What is read in one piece says the same.
    let held = Cubes::new(Vault::in_folder(folder.path()).unwrap(), 1 << 30).get(&large).await.unwrap();
    assert!(!held.is_read());
    assert_eq!(held.ask(&by_year()).unwrap(), read.ask(&by_year()).unwrap());
}

#[tokio::test]
async fn who_asks_at_once_for_the_same_waits_for_one_reading() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::in_folder(folder.path()).unwrap();
    let file = stored(&vault, 300, 1).await;
    let cubes = Cubes::new(vault, 1 << 30);
    let asked = futures::future::join_all((0..16).map(|_| cubes.get(&file))).await;
    assert!(asked.iter().all(|cube| !cube.as_ref().unwrap().is_empty()));
    assert_eq!(cubes.counts().built.get(), 1);
}
