//! The words of meetings, as paper has them.

use super::super::{
    phase::Phase,
    terms::{DecisionRule, ItemKind, Level, Mode},
};
use crate::paper::Words;

pub fn level(level: Level) -> Words {
    match level {
        Level::Technical => Words::both("técnico", "technical"),
        Level::ViceMinisterial => Words::both("viceministerial", "vice-ministerial"),
        Level::Ministerial => Words::both("ministerial", "ministerial"),
        Level::Summit => Words::both("cumbre", "summit"),
    }
}

pub fn mode(mode: Mode) -> Words {
    match mode {
        Mode::InPerson => Words::both("presencial", "in person"),
        Mode::Virtual => Words::both("virtual", "by video"),
        Mode::Hybrid => Words::both("híbrida", "hybrid"),
    }
}

pub fn decision(rule: DecisionRule) -> Words {
    match rule {
        DecisionRule::Consensus => Words::both("consenso", "consensus"),
        DecisionRule::SimpleMajority => Words::both("mayoría simple", "simple majority"),
        DecisionRule::TwoThirds => Words::both("dos tercios", "two thirds"),
    }
}

pub fn kind(kind: ItemKind) -> Option<Words> {
    match kind {
        ItemKind::Adoption => Some(Words::both("adopción", "adoption")),
        ItemKind::Information => Some(Words::both("informativo", "information")),
        ItemKind::Discussion => Some(Words::both("discusión", "discussion")),
        ItemKind::Decision => Some(Words::both("decisión", "decision")),
        ItemKind::Other => Some(Words::both("otros asuntos", "other business")),
        ItemKind::Break => Some(Words::both("receso", "break")),
        ItemKind::Closed => None,
    }
}

pub fn phase(phase: Phase) -> Words {
    match phase {
        Phase::Convoked => Words::both("convocada", "convoked"),
        Phase::OpenToComment => Words::both("agenda abierta a comentarios", "agenda open to comments"),
        Phase::AgendaAdopted => Words::both("agenda adoptada", "agenda adopted"),
        Phase::InSession => Words::both("en sesión", "in session"),
        Phase::Closed => Words::both("clausurada", "closed"),
        Phase::Cancelled => Words::both("cancelada", "cancelled"),
        Phase::Postponed => Words::both("aplazada", "postponed"),
    }
}
