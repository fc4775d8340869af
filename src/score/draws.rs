//! The random numbers of `oss-score/1`: which rank each draw of an input takes, from nothing but two names.
//!
//! Knows no distribution. The same key and input give the same ranks on every machine and in every language,
//! so offers, what-if runs and hosts are compared on common draws.

use sha2::{Digest, Sha256};

/// The generator `SplitMix64` (Steele, Lea and Flood 2014).
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// The seed of an input's draws: the first eight bytes, big-endian, of SHA-256("oss-score/1|key|input").
#[must_use]
pub fn seed(key: &str, input: &str) -> u64 {
    let digest = Sha256::digest(format!("oss-score/1|{key}|{input}"));
    digest.iter().take(8).fold(0, |seed, byte| (seed << 8) | u64::from(*byte))
}

/// The ranks of one input: a permutation of `0..n`, where draw k lies at `u = (rank[k] + 0.5) / n`.
///
/// A Latin hypercube: each of the n equal slices of 0–1 is hit once. Shuffled after Fisher and Yates from the top.
pub(super) fn ranks(key: &str, input: &str, n: u32) -> Box<[u32]> {
    let mut random = SplitMix64(seed(key, input));
    let mut ranks: Box<[u32]> = (0..n).collect();
    for top in (1..ranks.len()).rev() {
        let bound = u64::try_from(top + 1).unwrap_or(u64::MAX);
        let other = usize::try_from(random.next() % bound).unwrap_or(top);
        ranks.swap(top, other);
    }
    ranks
}

/// The quantile level of a rank.
pub(super) fn level(rank: u32, n: u32) -> f64 {
    (f64::from(rank) + 0.5) / f64::from(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_gives_its_published_outputs() {
        let mut random = SplitMix64(0);
        assert_eq!([random.next(), random.next()], [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4]);
    }

    #[test]
    fn the_first_draws_of_the_check_key_are_as_specified() {
        let first: Vec<f64> = ranks("k", "h", 10_000).iter().take(3).map(|rank| level(*rank, 10_000)).collect();
        assert_eq!(first, [0.81355, 0.14115, 0.02215]);
    }

    #[test]
    fn every_slice_is_hit_once_whatever_the_number_of_draws() {
        for n in [0, 1, 2, 7, 500] {
            let mut all = ranks("any|server|1", "LM", n).into_vec();
            all.sort_unstable();
            assert_eq!(all, (0..n).collect::<Vec<_>>());
        }
    }

    #[test]
    fn inputs_and_keys_have_draws_of_their_own() {
        assert_ne!(ranks("k", "h", 50), ranks("k", "w", 50));
        assert_ne!(ranks("k", "h", 50), ranks("l", "h", 50));
    }
}
