//! The command line, as an operator meets it: the binary itself, its words and its exit codes.

use std::process::{Command, Output};

use sea_orm::{ConnectionTrait, DbBackend};

use crate::{plans::drafted, stage::Stage};

pub fn enlace(stage: &Stage, arguments: &[&str]) -> Output {
    command(stage, arguments).output().unwrap()
}

fn command(stage: &Stage, arguments: &[&str]) -> Command {
    let config = &stage.node.config;
    let mut command = Command::new(env!("CARGO_BIN_EXE_enlace"));
    command
        .args(arguments)
        .env("ENLACE_FOLDER", &config.folder)
        .env("ENLACE_DATABASE_URL", config.database_url())
        .env("ENLACE_PUBLIC_URL", config.public_url());
    command
}

pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test]
async fn verify_is_green_then_red_after_one_byte_was_changed() {
    let stage = Stage::set().await;
    drafted(&stage, "mx.test.editor", "MX-SRE", "Plan", "GREEN").await;
    let sound = enlace(&stage, &["ledger", "verify"]);
    assert!(sound.status.success(), "{}", said(&sound));
    assert!(said(&sound).contains("entries checked"));

    let db = stage.node.ledger.groundwork();
    db.execute_unprepared(match db.get_database_backend() {
        DbBackend::Postgres => "DROP TRIGGER entry_only_grows ON entry",
        _ => "DROP TRIGGER entry_no_UPDATE",
    })
    .await
    .unwrap();
    let last = stage.entries().await.len();
    db.execute_unprepared(&format!("UPDATE entry SET body = replace(body, '1', '2') WHERE number = {last}"))
        .await
        .unwrap();
    let broken = enlace(&stage, &["ledger", "verify"]);
    assert_eq!(broken.status.code(), Some(1));
    assert!(said(&broken).contains(&format!("BROKEN at entry {last}")), "{}", said(&broken));
}

#[tokio::test]
async fn a_setting_that_is_not_right_is_named_with_its_mend() {
    let stage = Stage::set().await;
    for (name, value, words) in [
        ("ENLACE_READERS", "0", "set ENLACE_READERS to 1 .. 64"),
        ("ENLACE_LISTEN", "somewhere", "listen"),
        ("ENLACE_DATABASE_URL", "mysql://x", "set ENLACE_DATABASE_URL to"),
        ("ENLACE_METRICS_TOKEN", "short", "16 characters"),
        ("ENLACE_LOG_FORMAT", "xml", "log_format"),
    ] {
        let refused = command(&stage, &["keys", "list"]).env(name, value).output().unwrap();
        assert_eq!(refused.status.code(), Some(1), "{name}");
        assert!(said(&refused).contains(words), "{name}: {}", said(&refused));
    }
    let refused = command(&stage, &["--config", "/nowhere.toml", "serve"]).output().unwrap();
    assert!(said(&refused).contains("there is no settings file"), "{}", said(&refused));
}

#[tokio::test]
async fn a_fourth_country_is_admitted_and_its_administrator_goes_on_from_there() {
    let stage = Stage::set_now().await;
    let admit = [
        "admit",
        "SV",
        "--name-es",
        "El Salvador",
        "--name-en",
        "El Salvador",
        "--ministry",
        "RREE",
        "--ministry-es",
        "Ministerio de Relaciones Exteriores",
        "--ministry-en",
        "Ministry of Foreign Affairs",
    ];
    let admitted = enlace(&stage, &admit);
    assert!(admitted.status.success(), "{}", said(&admitted));
    assert!(!enlace(&stage, &admit).status.success(), "a country is admitted once");

    let token = said(&enlace(&stage, &["token", "sv.admin"])).trim().to_string();
    let seen = stage
        .stranger()
        .with("authorization", format!("Bearer {token}"))
        .asks(
            "{ viewer { country roles } countries(text: \"salvador\") { nodes { member } } }",
            serde_json::json!({}),
        )
        .await
        .well();
    assert_eq!(seen.at("viewer.country"), "SV");
    assert_eq!(seen.at("countries.nodes.0.member"), true);
}

#[tokio::test]
async fn keys_are_rotated_and_what_they_signed_before_stays_good() {
    let stage = Stage::set_now().await;
    let before = said(&enlace(&stage, &["token", "mx.test.focal"])).trim().to_string();
    let rotated = enlace(&stage, &["keys", "rotate"]);
    assert!(rotated.status.success(), "{}", said(&rotated));
    let after = said(&enlace(&stage, &["token", "mx.test.focal"])).trim().to_string();
    assert!(enlace(&stage, &["ledger", "verify"]).status.success());
    let header = |token: &str| token.split('.').next().unwrap().to_string();
    assert_ne!(header(&before), header(&after), "another key signs now");
    for file in stage.node.config.folder.join("keys").read_dir().unwrap() {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(file.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(said(&enlace(&stage, &["keys", "list"])).contains("superseded"));
}

#[tokio::test]
async fn what_cannot_be_undone_asks_first() {
    let stage = Stage::set().await;
    let warned = enlace(&stage, &["migrate", "--down", "1"]);
    assert_eq!(warned.status.code(), Some(1));
    assert!(said(&warned).contains("--confirm"), "{}", said(&warned));
    assert!(!enlace(&stage, &["token", "mx.nobody"]).status.success());
}

#[tokio::test]
async fn what_was_exported_changes_nothing_when_it_is_imported() {
    let stage = Stage::set_now().await;
    crate::statistics::declared(&stage, "MX-RETORNOS").await;
    let folder = &stage.node.config.folder;
    let (first, again) = (folder.join("first.csv"), folder.join("again.csv"));
    let mut rows = "FROM_AREA,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n".to_owned();
    // Drawn by a rule that repeats itself: every area, odd periods, figures that are not known or withheld.
    let mut drawn = 7_u64;
    let mut draw = |most: u64| {
        drawn = drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (drawn >> 33) % most
    };
    for area in ["US", "MX", "GT", "MX-PUE"] {
        for sex in ["F", "M", "_T"] {
            for period in ["2024", "2024-03", "2024-W35", "2024-Q2", "2024-01-01/P347D", "2024-09-13"] {
                let (value, status) = match draw(5) {
                    0 => (String::new(), "O"),
                    1 => (String::new(), "Q"),
                    status => (draw(1_000_000).to_string(), if status == 2 { "P" } else { "A" }),
                };
                rows += &format!("{area},{sex},{period},{value},{status}\n");
            }
        }
    }
    std::fs::write(&first, rows).unwrap();
    let who = ["--as", "mx.agency.statistics", "--dataset", "MX-RETORNOS"];
    let import = |file: &std::path::Path, more: &[&str]| {
        enlace(&stage, &[&["import"], &who[..], &[file.to_str().unwrap()], more].concat())
    };
    let imported = import(&first, &[]);
    assert!(imported.status.success(), "{}", said(&imported));
    let exported = enlace(&stage, &[&["export"], &who[..]].concat());
    std::fs::write(&again, &exported.stdout).unwrap();
    let unchanged = said(&import(&again, &["--dry-run"]));
    assert!(unchanged.contains("added 0, removed 0, revised 0, unchanged 72"), "{unchanged}");
    // The very same file is known; the same figures in another form are told to change nothing.
    assert!(said(&import(&first, &[])).contains("vintage 1 already"));
    let mapping = folder.join("mapping.json");
    std::fs::write(&mapping, r#"{ "numbers": { "decimal": ",", "thousands": "." }, "dates": "MM/YYYY" }"#)
        .unwrap();
    std::fs::write(&again, "FROM_AREA;SEX;TIME_PERIOD;OBS_VALUE\nUS;F;09/2024;1.234\n").unwrap();
    let mapped = said(&import(&again, &["--dry-run", "--mapping-file", mapping.to_str().unwrap()]));
    assert!(mapped.contains("sum of all figures 1234") && mapped.contains("removed 72"), "{mapped}");
    assert!(said(&import(&again, &["--dry-run", "--mapping", "nobody"])).contains("no mapping `nobody`"));
}

#[tokio::test]
async fn a_saved_mapping_and_what_is_said_of_a_vintage_are_given_at_the_console_too() {
    let stage = Stage::set_now().await;
    let id = crate::statistics::declared(&stage, "MX-RETORNOS").await;
    let save =
        "mutation ($i: SaveMappingInput!) { saveMapping(input: $i) { mapping { id } userErrors { code } } }";
    let columns = serde_json::json!({ "constants": [{ "dimension": "FROM_AREA", "code": "US" }], "period": "año",
        "dimensions": [{ "dimension": "SEX", "header": "sexo" }], "across": [{ "header": "enero", "period": "-01" }],
        "translations": [{ "dimension": "SEX", "text": "mujeres", "code": "F" }], "numbers": { "decimal": ",", "thousands": "." } });
    let mapping = serde_json::json!({ "name": "Mensual", "columns": columns });
    stage.person("mx.agency.statistics").asks(save, serde_json::json!({ "i": mapping })).await.well();
    let file = stage.node.config.folder.join("enero.csv");
    std::fs::write(&file, "sexo;año;enero\nMujeres;2024;1.234\n").unwrap();
    let import = |account: &str, more: &[&str]| {
        let who = ["import", "--as", account, "--dataset", "MX-RETORNOS", "--mapping", "Mensual"];
        enlace(&stage, &[&who[..], &[file.to_str().unwrap()], more].concat())
    };
    let dry = import("mx.agency.statistics", &["--dry-run"]);
    assert!(dry.status.success() && said(&dry).contains("sum of all figures 1234"), "{}", said(&dry));
    // What is said besides goes before it; and it is the institution's own.
    let other =
        import("mx.agency.statistics", &["--dry-run", "--constant", "FROM_AREA=GT", "--numbers", ".,"]);
    assert!(said(&other).contains("NOT_A_NUMBER"), "{}", said(&other));
    assert!(!import("gt.agency.statistics", &["--dry-run"]).status.success());

    let entries = stage.entries().await.len();
    for (flag, wrong, words) in [
        ("--embargo-until", "2020-01-01T00:00:00Z", "yet to come, within two years"),
        ("--embargo-until", "2999-01-01T00:00:00Z", "yet to come, within two years"),
        ("--embargo-until", "mañana", "invalid value"),
        ("--extracted", "31/01/2024", "invalid value"),
    ] {
        let refused = import("mx.agency.statistics", &[flag, wrong]);
        assert!(!refused.status.success() && said(&refused).contains(words), "{}", said(&refused));
    }
    assert_eq!(stage.entries().await.len(), entries);
    let until = (stage.now() + chrono::TimeDelta::days(3)).format("%Y-%m-%dT%H:%M:%S-06:00").to_string();
    let told = [
        "--embargo-until",
        &until,
        "--extracted",
        "2024-01-31",
        "--provisional",
        "--source",
        "https://example.org/",
    ];
    let imported = import("mx.agency.statistics", &told);
    assert!(imported.status.success(), "{}", said(&imported));
    let query = "query ($id: ID!) { node(id: $id) { ... on Dataset { vintage { embargoUntil extracted provisional source } } } }";
    let seen = stage.person("mx.agency.statistics").asks(query, serde_json::json!({ "id": id })).await.well();
    let vintage = seen.at("node.vintage");
    let opens: chrono::DateTime<chrono::Utc> = vintage["embargoUntil"].as_str().unwrap().parse().unwrap();
    assert_eq!(opens, until.parse::<chrono::DateTime<chrono::Utc>>().unwrap());
    assert_eq!(
        (&vintage["extracted"], &vintage["provisional"]),
        (&serde_json::json!("2024-01-31"), &serde_json::json!(true))
    );
}

#[tokio::test]
async fn figures_go_in_and_come_out_the_same() {
    let stage = Stage::set_now().await;
    crate::statistics::declared(&stage, "MX-RETORNOS").await;
    let file = stage.node.config.folder.join("figures.csv");
    std::fs::write(
        &file,
        "pais,sexo,desde,hasta,n\nUS,M,2024-01-01,2024-01-31,100\nUS,F,2024-01-01,2024-01-31,40\n",
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let import = [
        "import",
        "--as",
        "mx.agency.statistics",
        "--dataset",
        "MX-RETORNOS",
        file,
        "--column",
        "FROM_AREA=pais",
        "--column",
        "SEX=sexo",
        "--first-day",
        "desde",
        "--last-day",
        "hasta",
        "--value",
        "n",
    ];
    let entries = stage.entries().await.len();
    let dry = enlace(&stage, &[&import[..], &["--dry-run"]].concat());
    assert!(dry.status.success() && said(&dry).contains("sum of all figures 140"), "{}", said(&dry));
    assert_eq!(stage.entries().await.len(), entries);
    let imported = enlace(&stage, &import);
    assert!(said(&imported).contains("imported as vintage 1"), "{}", said(&imported));
    let exported = enlace(&stage, &["export", "--as", "mx.agency.statistics", "--dataset", "MX-RETORNOS"]);
    let lines = String::from_utf8_lossy(&exported.stdout).into_owned();
    let expected = "FROM_AREA,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS\nUS,F,2024-01,40,A\nUS,M,2024-01,100,A\n";
    assert_eq!(lines.replace("\r\n", "\n"), expected);
    assert!(
        !enlace(&stage, &["export", "--as", "gt.test.analyst", "--dataset", "MX-RETORNOS"]).status.success()
    );
}
