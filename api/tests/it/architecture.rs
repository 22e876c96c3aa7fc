//! The order of the house. A module may name what stands on a lower floor, or before it on its own
//! where the floor says so; never what stands above.

use std::{fs, path::Path};

use async_graphql::{ContainerType, Context};

/// Floors, lowest first. On a floor marked `true` a room may name those before it.
const FLOORS: &[(bool, &[&str])] = &[
    (true, &["plain", "text", "error", "clock", "day", "ids", "bounds", "config"]),
    (false, &["access"]),
    (false, &["ledger"]),
    (false, &["vault", "page", "ask", "paper"]),
    (false, &["directory"]),
    (false, &["records"]),
    (true, &["statistics", "plans", "meetings"]),
    (false, &["audit"]),
    (false, &["schema"]),
    (true, &["gate", "node"]),
    (true, &["http", "backup", "demo", "cli"]),
];

#[test]
fn every_arrow_points_down() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let place_of = |name: &str| {
        FLOORS.iter().enumerate().find_map(|(floor, (_, rooms))| {
            rooms.iter().position(|room| *room == name).map(|room| (floor, room))
        })
    };
    let mut wrong = Vec::new();
    for (floor, (ordered, rooms)) in FLOORS.iter().enumerate() {
        for (at, room) in rooms.iter().enumerate() {
            let sources = sources(&root, room);
            assert!(!sources.is_empty(), "no source of `{room}`");
            for (file, text) in sources {
                for named in text.split("crate::").skip(1).flat_map(modules_named) {
                    if named == *room || named == "say" {
                        continue;
                    }
                    let Some((below, place)) = place_of(&named) else {
                        wrong.push(format!("{file}: `{named}` stands on no floor"));
                        continue;
                    };
                    if below > floor || (below == floor && !(*ordered && place < at)) {
                        wrong.push(format!("{file}: `{room}` must not name `{named}`"));
                    }
                }
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_room_stands_on_a_floor() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let rooms: Vec<&str> = FLOORS.iter().flat_map(|(_, rooms)| rooms.iter().copied()).collect();
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_string();
        assert!(
            ["lib", "main", "press"].contains(&name.as_str()) || rooms.contains(&name.as_str()),
            "`{name}` stands on no floor"
        );
    }
}

/// The second program stands outside the house, and typesetting inside the second program only: the node
/// must neither grow by it nor fall with it.
#[test]
fn the_press_knows_no_room_and_no_room_sets_type() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let press = sources(&root, "press");
    assert!(press.iter().any(|(_, text)| text.contains("typst::")), "the press sets type");
    for (file, text) in &press {
        assert!(!text.contains("api::"), "{file} names the house");
    }
    let rooms = FLOORS.iter().flat_map(|(_, rooms)| rooms.iter().copied());
    for (file, text) in rooms.chain(["lib", "main"]).flat_map(|room| sources(&root, room)) {
        assert!(!["typst::", "typst_", "krilla"].iter().any(|name| text.contains(name)), "{file} sets type");
    }
}

#[test]
fn no_file_is_too_long_to_be_read_in_one_sitting() {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            assert!(lines <= 400, "{}: {lines} lines; cut it by subject", path.display());
        }
    }
}

/// A field takes as much room as the largest of its type, and a page of a hundred rows makes and moves
/// thousands of them: what is long to wait for stands in a box (see `ask`).
#[test]
fn what_is_resolved_for_every_row_is_small() {
    fn room<A, B, R>(_: impl FnOnce(A, B) -> R) -> usize {
        size_of::<R>()
    }
    macro_rules! small {
        ($($row:ty),+) => {$(
            let bytes = room(|row: &'static $row, ctx: &'static Context<'static>| {
                <$row as ContainerType>::resolve_field(row, ctx)
            });
            assert!(bytes <= 1024, "a field of {} takes {bytes} bytes", stringify!($row));
        )+};
    }
    small!(
        api::plans::Plan,
        api::meetings::Meeting,
        api::statistics::Dataset,
        api::records::RecordFields<'static>,
        api::directory::Institution,
        api::directory::ReceptionPoint,
        api::directory::Consulate,
        api::page::Connection<api::plans::Plan>
    );
}

/// The top-level modules named after one `crate::`, which may open a brace group.
fn modules_named(after: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(group) = after.strip_prefix('{') else { return vec![word(after)] };
    let (mut depth, mut names, mut fresh) = (0, Vec::new(), true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            c if fresh && depth == 0 && c.is_alphabetic() => {
                names.push(word(&group[at..]));
                fresh = false;
            }
            _ => {}
        }
    }
    names
}

fn sources(root: &Path, module: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![root.join(module), root.join(format!("{module}.rs"))];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if let Ok(text) = fs::read_to_string(&path) {
            found.push((path.display().to_string(), text));
        }
    }
    found
}
