use axum::{
    body::Bytes,
    http::{HeaderMap, StatusCode},
};
use serde_json::Value;

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    pub bytes: Bytes,
    /// `null` if it was no JSON.
    pub json: Value,
}

impl Answer {
    pub fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        let binary = ["application/vnd.apache.parquet", "application/pdf"];
        let binary = headers.get("content-type").is_some_and(|kind| binary.iter().any(|known| kind == known));
        let text = match binary {
            true => String::new(),
            false => String::from_utf8(body.to_vec()).expect("an answer is UTF-8"),
        };
        let json = serde_json::from_str(&text).unwrap_or_default();
        Self { status, headers, text, bytes: body, json }
    }

    /// What stands in the data at a path such as `plans.edges.0.node.id`.
    #[track_caller]
    pub fn at(&self, path: &str) -> &Value {
        let pointer = format!("/data/{}", path.replace('.', "/"));
        self.json.pointer(&pointer).unwrap_or_else(|| panic!("no {path} in {}", self.text))
    }

    /// The string at a path.
    #[track_caller]
    pub fn text_at(&self, path: &str) -> String {
        self.at(path).as_str().unwrap_or_else(|| panic!("no string at {path} in {}", self.text)).to_owned()
    }

    /// The code of the first error.
    pub fn code(&self) -> &str {
        self.json.pointer("/errors/0/extensions/code").and_then(Value::as_str).unwrap_or("no error")
    }

    /// The sentence of the first error.
    pub fn message(&self) -> &str {
        self.json.pointer("/errors/0/message").and_then(Value::as_str).unwrap_or("no error")
    }

    /// The codes of what can be mended, in the first payload.
    pub fn mends(&self) -> Vec<&str> {
        let payload = self.json["data"].as_object().and_then(|data| data.values().next());
        let errors = payload.and_then(|payload| payload["userErrors"].as_array());
        errors.into_iter().flatten().filter_map(|error| error["code"].as_str()).collect()
    }

    /// The answer, if nothing went wrong and there was nothing to mend.
    #[track_caller]
    pub fn well(self) -> Self {
        assert!(self.json.get("errors").is_none() && self.json["data"].is_object(), "{}", self.text);
        assert!(self.mends().is_empty(), "{}", self.text);
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}
