//! Tokens say who is calling, never what they may do: roles are read from the directory at each
//! request.

use std::sync::Arc;

use aws_lc_rs::digest;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as B64};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};

use crate::{
    access::{Keys, keys::Key},
    clock::Clock,
    ids::AccountId,
};

/// The longest a token may live, and the longest a superseded key verifies.
pub const LONGEST: i64 = 12 * 3600;
/// Seconds that clocks may differ.
const LEEWAY: i64 = 10;
/// A token of ours is some 350 bytes; nothing longer is looked at.
const LONGEST_TEXT: usize = 2048;

/// The claims of a token (RFC 7519): seconds since the epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    /// The account, as its global id.
    pub sub: String,
    pub iat: i64,
    pub nbf: i64,
    pub exp: i64,
}

/// Tokens whose signature is remembered; more are checked anew.
const REMEMBERED: usize = 4096;

/// Issues tokens and tells whose a token is.
#[derive(Clone)]
pub struct Tokens {
    keys: Keys,
    clock: Clock,
    /// What tokens with a good signature say, by the SHA-256 of key and token. That a signature is
    /// good never changes; whether its key still stands, and the times, are asked each time.
    signed: Arc<Cache<[u8; 32], Arc<Claims>>>,
    /// The node's public address: issuer of its tokens, and the audience they are for.
    issuer: String,
}

impl Tokens {
    pub fn new(keys: Keys, clock: Clock, issuer: String) -> Self {
        Self { keys, clock, signed: Arc::new(Cache::new(REMEMBERED)), issuer }
    }

    /// A token for the account, good for `seconds` (at most [`LONGEST`]).
    pub fn issue(&self, account: AccountId, seconds: i64) -> anyhow::Result<String> {
        let now = self.clock.now().0.timestamp();
        self.sign(&Claims {
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            sub: account.global(),
            iat: now,
            nbf: now,
            exp: now + seconds.clamp(1, LONGEST),
        })
    }

    pub fn sign(&self, claims: &Claims) -> anyhow::Result<String> {
        let key = self.keys.signing()?;
        let header = Header { kid: Some(key.kid.clone()), ..Header::new(Algorithm::EdDSA) };
        Ok(encode(&header, claims, &EncodingKey::from_ed_der(&key.pkcs8()?))?)
    }

    /// The account the token speaks for, if the token is good in every respect. Why it is not is
    /// nobody's business but the log's.
    pub fn verify(&self, token: &str) -> Result<AccountId, &'static str> {
        if token.len() > LONGEST_TEXT {
            return Err("too long");
        }
        let kid = decode_header(token).map_err(|_| "no header")?.kid.ok_or("no key id")?;
        let key = self.keys.find(&kid).ok_or("unknown key")?;
        let now = self.clock.now().0.timestamp();
        if key.superseded.is_some_and(|at| at.0.timestamp() + LONGEST + LEEWAY < now) {
            return Err("superseded key");
        }

        let claims = self.signed(token, &key)?;
        let Claims { iat, nbf, exp, .. } = *claims;

        if exp.saturating_add(LEEWAY) <= now {
            return Err("expired");
        }
        if nbf.saturating_sub(LEEWAY) > now || iat.saturating_sub(LEEWAY) > now {
            return Err("not yet valid");
        }
        if exp.checked_sub(iat).is_none_or(|lifetime| lifetime > LONGEST) {
            return Err("lives too long");
        }
        AccountId::parse_global(&claims.sub).ok_or("names no account")
    }

    /// What the token says, if this key signed it and it is meant for this node.
    fn signed(&self, token: &str, key: &Key) -> Result<Arc<Claims>, &'static str> {
        let mut text = digest::Context::new(&digest::SHA256);
        text.update(key.public.as_bytes());
        text.update(b".");
        text.update(token.as_bytes());
        let mut hash = [0; 32];
        hash.copy_from_slice(text.finish().as_ref());
        if let Some(claims) = self.signed.get(&hash) {
            return Ok(claims);
        }
        // The algorithm is the key's, whatever the header says. Times are checked by whoever asks,
        // by the node's clock; jsonwebtoken would ask the system's.
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.issuer]);
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let public = B64.decode(&key.public).map_err(|_| "bad key")?;
        let decoded = decode(token, &DecodingKey::from_ed_der(&public), &validation);
        let claims: Arc<Claims> = Arc::new(decoded.map_err(|_| "forged or foreign")?.claims);
        self.signed.insert(hash, claims.clone());
        Ok(claims)
    }
}
