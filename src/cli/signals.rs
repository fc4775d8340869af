//! A signal ends the looking, not the program: what was found is told, marked as partial. A second one ends the program.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// What a shell says of a program that a signal ended: 128 and its number.
const BY_SIGNAL: i32 = 128;

/// A flag that is set by the first signal. Where none can be caught, a signal ends the program as ever.
pub(super) fn stop() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // In this order: the first signal finds the flag unset, the second one set.
        let caught = flag::register_conditional_shutdown(signal, BY_SIGNAL + signal, Arc::clone(&stop));
        if caught.is_ok() {
            let _ = flag::register(signal, Arc::clone(&stop));
        }
    }
    stop
}
