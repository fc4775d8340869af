#![no_main]

#[path = "../bodies.rs"]
#[expect(dead_code, reason = "the other targets' bodies")]
mod bodies;

libfuzzer_sys::fuzz_target!(|data: &[u8]| bodies::saved(data));
