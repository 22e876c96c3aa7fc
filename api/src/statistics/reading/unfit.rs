//! What is wrong with a line before it is looked at field by field, and with a code on its own.

use super::{
    LONGEST_FIELD, Report, RowProblem,
    header::Places,
    row::{Taken, Wrong},
    source,
};
use crate::{
    error::Reason,
    say,
    statistics::{code, layout::Dimension},
};

/// A column that a row needs and the file does not have.
pub fn absent(line: u64, column: String) -> RowProblem {
    let say = say!(
        "falta la columna `{column}`: solo quien elimina puede omitirla",
        "the column `{column}` is missing: only a deletion can leave it out"
    );
    RowProblem { row: line, column, value: String::new(), reason: Reason::Required, say, suggestion: None }
}

/// What makes a line unfit to be looked at field by field.
pub fn unfit(record: &csv::ByteRecord, line: u64, places: &Places, report: &mut Report) -> Option<Taken> {
    if let Some(at) = record.iter().position(|field| field.len() > LONGEST_FIELD) {
        let column = places.headers.get(at).cloned().unwrap_or_default();
        let value = String::from_utf8_lossy(&record[at][..LONGEST_FIELD]).into_owned();
        let say = say!(
            "el campo pasa de {LONGEST_FIELD} bytes; ¿falta cerrar unas comillas?",
            "the field has more than {LONGEST_FIELD} bytes; is a quotation mark left open?"
        );
        report.tell(RowProblem { row: line, column, value, reason: Reason::TooLarge, say, suggestion: None });
        return Some(Taken::Refused);
    }
    let (has, wants) = (record.len(), places.headers.len());
    if has != wants {
        let say = say!(
            "la fila tiene {has} campos y el encabezado {wants}; ¿hay un separador sin comillas en un texto?",
            "the row has {has} fields and the header {wants}; is there a separator without quotes in a text?"
        );
        report.tell(RowProblem::of_line(line, Reason::Malformed, say));
        return Some(Taken::Refused);
    }
    let (at, say) =
        record.iter().enumerate().find_map(|(at, field)| Some((at, source::utf8(field).err()?)))?;
    let value = String::from_utf8_lossy(&record[at]).into_owned();
    let column = places.headers[at].clone();
    report.tell(RowProblem { row: line, column, value, reason: Reason::Malformed, say, suggestion: None });
    Some(Taken::Unreadable)
}

/// The code that a text is, in a dimension.
pub fn judge(declared: &Dimension, text: &str, suggest: bool) -> Result<String, Wrong> {
    let reason = if text.is_empty() { Reason::Required } else { Reason::Malformed };
    let code = code::tidy(text).map_err(|say| (reason, say, None))?;
    if !declared.takes(&code) {
        let near = suggest.then(|| declared.probably(&code)).flatten();
        let name = &declared.code;
        let say = say!("`{code}` no está en la lista de {name}", "`{code}` is not in the list of {name}");
        return Err((Reason::Unknown, say, near.map(str::to_owned)));
    }
    code::suits(declared.role, &code).map_err(|say| (Reason::Malformed, say, None))?;
    Ok(code)
}
