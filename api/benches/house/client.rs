//! A client that costs as little as a client can, since it shares the processor with what it measures:
//! the bytes of each request are made beforehand, of the answer only the length is read.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// One connection, made at the first request and kept open.
pub struct Client {
    address: String,
    stream: Option<TcpStream>,
    read: Vec<u8>,
}

/// The bytes of a request to `/graphql`.
pub fn request(token: &str, query: &str, variables: &Value) -> Vec<u8> {
    let body = json!({ "query": query, "variables": variables }).to_string();
    format!(
        "POST /graphql HTTP/1.1\r\nhost: bench\r\naccept: application/graphql-response+json\r\n\
         content-type: application/json\r\nauthorization: Bearer {token}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

impl Client {
    pub fn of(address: &str) -> Self {
        Self { address: address.into(), stream: None, read: Vec::with_capacity(64 * 1024) }
    }

    /// The body of the answer; an error if it is not 200 or holds errors.
    pub async fn ask(&mut self, request: &[u8]) -> Result<&[u8]> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            none => {
                let stream = TcpStream::connect(&self.address).await?;
                stream.set_nodelay(true)?;
                none.insert(stream)
            }
        };
        stream.write_all(request).await?;
        self.read.clear();
        let head = loop {
            if stream.read_buf(&mut self.read).await? == 0 {
                bail!("the node hung up");
            }
            if let Some(end) = self.read.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let text = std::str::from_utf8(&self.read[..head])?;
        let length: usize = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .context("an answer without a length")?
            .parse()?;
        let good = text.starts_with("HTTP/1.1 200");
        while self.read.len() < head + length {
            if stream.read_buf(&mut self.read).await? == 0 {
                bail!("the node hung up");
            }
        }
        let body = &self.read[head..];
        if !good || body.starts_with(b"{\"errors\"") {
            bail!("refused: {}", String::from_utf8_lossy(body));
        }
        Ok(body)
    }

    pub async fn ask_json(&mut self, request: &[u8]) -> Result<Value> {
        Ok(serde_json::from_slice(self.ask(request).await?)?)
    }
}
