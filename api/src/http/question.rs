//! What a client asks, taken out of a body or of an address.

use axum::{extract::Query, http::Uri};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::refused::Refused;
use crate::say;

/// Questions in one batch, at most.
pub(super) const BATCH: usize = 10;

/// One request of GraphQL over HTTP. Its `extensions` must be well formed and mean nothing here.
#[derive(Debug)]
pub(super) struct Question {
    pub query: String,
    pub operation_name: Option<String>,
    pub variables: Map<String, Value>,
}

pub(super) enum Questions {
    One(Question),
    Batch(Vec<Question>),
}

impl Questions {
    pub fn from_body(body: &[u8]) -> Result<Self, Refused> {
        let read: Value = serde_json::from_slice(body).map_err(|wrong| {
            let (line, column) = (wrong.line(), wrong.column());
            Refused::request(say!(
                "el cuerpo no es JSON válido: línea {line}, columna {column}",
                "the body is not valid JSON: line {line}, column {column}"
            ))
        })?;
        match read {
            Value::Array(several) if several.is_empty() || several.len() > BATCH => {
                let count = several.len();
                Err(Refused::request(say!(
                    "un lote contiene de 1 a {BATCH} peticiones, no {count}",
                    "a batch holds 1 to {BATCH} requests, not {count}"
                )))
            }
            Value::Array(several) => {
                several.into_iter().map(Question::from_json).collect::<Result<_, _>>().map(Questions::Batch)
            }
            one => Question::from_json(one).map(Questions::One),
        }
    }
}

impl Question {
    fn from_json(json: Value) -> Result<Self, Refused> {
        let Value::Object(mut given) = json else {
            return Err(Refused::request(say!(
                "la petición debe ser un objeto JSON con `query`",
                "the request must be a JSON object with `query`"
            )));
        };
        let query = text(&mut given, "query")?.ok_or_else(no_query)?;
        let operation_name = text(&mut given, "operationName")?;
        let variables = object(given.remove("variables"), "variables")?;
        object(given.remove("extensions"), "extensions")?;
        Ok(Self { query, operation_name, variables })
    }

    pub fn from_address(uri: &Uri) -> Result<Self, Refused> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Given {
            query: Option<String>,
            operation_name: Option<String>,
            variables: Option<String>,
            extensions: Option<String>,
        }
        let Query(given) = Query::<Given>::try_from_uri(uri).map_err(|_| {
            Refused::request(say!(
                "los parámetros de la dirección no se entienden",
                "the parameters of the address cannot be understood"
            ))
        })?;
        object(json(given.extensions, "extensions")?, "extensions")?;
        Ok(Self {
            query: given.query.ok_or_else(no_query)?,
            operation_name: given.operation_name.filter(|name| !name.is_empty()),
            variables: object(json(given.variables, "variables")?, "variables")?,
        })
    }
}

fn no_query() -> Refused {
    Refused::request(say!("falta `query`, el documento GraphQL", "`query` is missing: the GraphQL document"))
}

fn text(given: &mut Map<String, Value>, name: &str) -> Result<Option<String>, Refused> {
    match given.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Refused::request(say!("`{name}` debe ser un texto", "`{name}` must be a string"))),
    }
}

fn object(given: Option<Value>, name: &str) -> Result<Map<String, Value>, Refused> {
    match given {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object),
        Some(_) => {
            Err(Refused::request(say!("`{name}` debe ser un objeto JSON", "`{name}` must be a JSON object")))
        }
    }
}

fn json(given: Option<String>, name: &str) -> Result<Option<Value>, Refused> {
    let Some(text) = given.filter(|text| !text.is_empty()) else { return Ok(None) };
    serde_json::from_str(&text)
        .map(Some)
        .map_err(|_| Refused::request(say!("`{name}` no es JSON válido", "`{name}` is not valid JSON")))
}
