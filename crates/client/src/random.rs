//! Randomness from a seed: SplitMix64. Rule: the same seed gives the same numbers on every machine.
//!
//! Not a crate: `rand` and `getrandom` bring entropy of their own (which would end reproducible runs) and kilobytes of
//! WASM for what takes ten lines. Nothing here is a secret; uniqueness over tabs and reloads comes from the seed, which
//! the page takes from `crypto.getRandomValues`.

/// A stream of numbers.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The stream of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `most`, both included.
    pub fn up_to(&mut self, most: u32) -> u32 {
        let range = u64::from(most).saturating_add(1);
        u32::try_from(self.next() % range).unwrap_or(most)
    }

    /// Ten random bytes, as a cid takes them.
    pub fn ten_bytes(&mut self) -> [u8; 10] {
        let [a, b, c, d, e, f, g, h] = self.next().to_be_bytes();
        let [i, j, ..] = self.next().to_be_bytes();
        [a, b, c, d, e, f, g, h, i, j]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_the_published_one() {
        let mut random = Random::new(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| random.next()).collect();
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn a_bounded_number_reaches_both_ends_and_not_more() {
        let mut random = Random::new(7);
        let drawn: std::collections::BTreeSet<u32> = (0..200).map(|_| random.up_to(3)).collect();
        assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3]);
    }
}
