//! How long the press takes, and how much memory: a plan of 40 points, 300 actions and 200 services, at once, four and
//! sixteen times, and an agenda of 60 items. Made as the node makes them, and set by the program as the node runs it.

use std::{
    fs,
    io::{Read, Write},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use api::{
    ids::{InstitutionId, ReceptionPointId},
    meetings::{
        AgendaItem, DecisionRule, Delegation, ItemKind, Level, MeetingContent, Mode, Phase, Session,
        paper as meetings,
    },
    paper::{Hash, Paper, Press, Words},
    plans::{
        Action, Money, PlanContent, Point, Service,
        paper::blocks,
        terms::{ActionStatus, Sector, ServiceKind},
    },
    text::{Lang, Text},
};
use chrono::NaiveDate;
use uuid::Uuid;

/// Longest that one paper may take here.
const PATIENCE: Duration = Duration::from_secs(300);

pub async fn measure(program: &Path) -> Result<()> {
    println!(
        "\n## Paper\n\n| what | languages | document, KB | PDF, KB | pages | p50 ms | p99 ms | press, MB |"
    );
    println!("|---|---|---:|---:|---:|---:|---:|---:|");
    let press = Press::new(Some(program), PATIENCE);
    for (times, runs) in [(1, 40), (4, 12), (16, 5)] {
        let plan = plan(times);
        for langs in [vec![Lang::Es], vec![Lang::Es, Lang::En]] {
            let blocks = blocks(&plan, Vec::new(), false, &named);
            row(&press, program, &format!("plan, {times}x"), paper(langs, blocks), runs).await?;
        }
    }
    let known = |code: &str| Words::from(code);
    let blocks = meetings::of_agenda(
        &agenda(),
        (Phase::Convoked, Vec::new()),
        false,
        &known,
        &meetings::Linked::default(),
    );
    row(&press, program, "agenda of 60 items", paper(vec![Lang::Es, Lang::En], blocks), 40).await
}

async fn row(press: &Press, program: &Path, what: &str, paper: Paper, runs: usize) -> Result<()> {
    let document = paper.written()?;
    let (mut took, mut pdf) = (Vec::new(), Vec::new());
    let langs = if paper.langs.len() > 1 { "both" } else { "es" };
    for _ in 0..runs {
        let begun = Instant::now();
        pdf = match press.print(&document).await {
            Ok(pdf) => pdf,
            Err(jam) => {
                eprintln!("{what}: {jam:?}");
                println!("| {what} | {langs} | {} | not printed |", document.len() / 1024);
                return Ok(());
            }
        };
        took.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    took.sort_by(f64::total_cmp);
    let within = |share: f64| took[((took.len() as f64 * share).ceil() as usize).clamp(1, took.len()) - 1];
    println!(
        "| {what} | {langs} | {} | {} | {} | {:.0} | {:.0} | {:.0} |",
        document.len() / 1024,
        pdf.len() / 1024,
        pages(&pdf)?,
        within(0.5),
        within(0.99),
        most_memory(program, &document)?,
    );
    Ok(())
}

fn pages(pdf: &[u8]) -> Result<usize> {
    Ok(lopdf::Document::load_mem(pdf)?.get_pages().len())
}

/// The most memory that the press held, megabytes.
fn most_memory(program: &Path, document: &[u8]) -> Result<f64> {
    let mut child = Command::new(program)
        .env("RAYON_NUM_THREADS", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut to = child.stdin.take().context("a pipe")?;
    let mut from = child.stdout.take().context("a pipe")?;
    let document = document.to_vec();
    let handing = std::thread::spawn(move || to.write_all(&document));
    let taking = std::thread::spawn(move || from.read_to_end(&mut Vec::new()));
    let mut most = 0.0_f64;
    while child.try_wait()?.is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let held = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        most = most.max(held.unwrap_or_default() / 1024.0);
        std::thread::sleep(Duration::from_millis(5));
    }
    let _ = (handing.join(), taking.join());
    Ok(most)
}

fn paper(langs: Vec<Lang>, blocks: Vec<api::paper::Block>) -> Paper {
    Paper {
        langs,
        kind: Words::both("Plan de contingencia", "Contingency plan"),
        title: Words::both("Plan", "Plan"),
        owner: Words::both(
            "México – Secretaría de Gobernación (SEGOB)",
            "Mexico – Ministry of the Interior (SEGOB)",
        ),
        legend: Vec::new(),
        mark: "TLP:AMBER",
        stamps: vec![Words::both("BORRADOR", "DRAFT")],
        revision: Some(Words::both("Revisión 3", "Revision 3")),
        hashes: vec![Hash { label: "SHA-256:".into(), value: "0".repeat(64) }],
        dated: [2025, 1, 16, 15, 0, 0],
        blocks,
    }
}

fn named(id: &str) -> Words {
    let last = id.chars().last().unwrap_or('0');
    Words::both(format!("Secretaría de Relaciones Exteriores {last} (SRE)"), format!("Ministry {last} (SRE)"))
}

fn plan(times: usize) -> PlanContent {
    let id = |number: usize| Uuid::from_u128(number as u128);
    let institution = |number: usize| InstitutionId(id(number % 20));
    let point = |number: usize| ReceptionPointId(id(number));
    let mut plan = PlanContent::named(Text::both("Plan", "Plan"), institution(1));
    plan.reception_points = (0..40 * times)
        .map(|number| Point {
            note: Some(Text::both("Se amplía de noche", "Grows at night")),
            hours: Some(Text::both("De 8 a 20 h", "8 a.m. to 8 p.m.")),
            operator: Some(institution(number)),
            surge_capacity: Some(2_500),
            ..Point::of(point(number), Some(1_200))
        })
        .collect();
    plan.actions = (0..300 * times)
        .map(|number| Action {
            key: format!("A{number}"),
            phase: None,
            sector: Sector::Health,
            description: Text::both(
                "Recibir, identificar y documentar a las personas retornadas; canalizar según necesidad.",
                "Receive, identify and document returned persons; refer them as needed.",
            ),
            responsible: Some(institution(number)),
            supporting: vec![institution(number + 1)],
            point: Some(point(number % 40)),
            place: None,
            resources: Some(Text::both("Dos módulos y un intérprete", "Two desks and an interpreter")),
            start_hours: Some(24),
            status: ActionStatus::Planned,
        })
        .collect();
    plan.services = (0..200 * times)
        .map(|number| Service {
            key: format!("S{number}"),
            kind: ServiceKind::Food,
            description: Some(Text::both("Comida caliente al llegar", "A hot meal on arrival")),
            provider: Some(institution(number)),
            unit_cost: Some(Money { amount: "1250.50".into(), currency: "MXN".into() }),
            eligibility: Some(Text::both("Persona retornada", "Returned person")),
            points: vec![point(number % 40)],
            phase: None,
        })
        .collect();
    plan
}

fn agenda() -> MeetingContent {
    let day = NaiveDate::from_ymd_opt(2025, 1, 16).unwrap_or_default();
    let session = Session {
        title: None,
        time_zone: "America/Mexico_City".into(),
        starts_at: day.and_time(chrono::NaiveTime::MIN),
        minutes: 24 * 60,
        place: None,
    };
    let item = |number: usize| AgendaItem {
        key: format!("p{number}"),
        under: None,
        kind: ItemKind::Discussion,
        closed: false,
        title: Text::both("Buenas prácticas consulares", "Good consular practice"),
        session: 1,
        minutes: 20,
        proponent: Some("GT".into()),
        speaker: Some(Text::both("Titular del ramo", "Minister")),
        outcome: Some(Text::both("Decisión", "Decision")),
        annotation: Some(Text::both(
            "Cada delegación presenta lo hecho. ".repeat(8),
            "Each presents what was done. ".repeat(8),
        )),
        documents: (0..6).map(|_| Text::both("Nota conceptual", "Concept note")).collect(),
        plans: Vec::new(),
        datasets: Vec::new(),
    };
    let country = |number: u8| format!("{}{}", char::from(b'A' + number), 'X');
    MeetingContent {
        title: Text::both("Reunión ministerial", "Ministerial meeting"),
        series: None,
        number: None,
        frame: None,
        level: Level::Ministerial,
        mode: Mode::InPerson,
        place: Text::both("Ciudad de México", "Mexico City"),
        host: "MX".into(),
        chair: None,
        presidencies: Vec::new(),
        sessions: vec![session],
        languages: vec!["es".into()],
        quorum: None,
        decision: DecisionRule::Consensus,
        delegations: (0..12)
            .map(|number| Delegation { country: country(number), observing: false })
            .collect(),
        items: (0..60).map(item).collect(),
        note: None,
    }
}
