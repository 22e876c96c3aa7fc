//! One binary for all tests: it links once. The modules mirror the capabilities.

mod gate;
mod http;
mod stage;
