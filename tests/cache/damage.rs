//! Caches that are cut off, altered, empty, of another target, or no file at all.

use std::fs;

use crate::{Case, assert_same};

/// A file that is damaged is no cache: the scan is that of the first time, and leaves a whole one.
#[test]
fn a_damaged_cache_is_none_and_is_replaced() {
    let case = Case::remembered();
    let (cold, file) = (case.cold(), case.file());
    let whole = fs::read(&file).expect("the cache");
    assert!(whole.len() > 1000);
    let cut = [0, 1, 16, 17, 48, 49, 60, whole.len() / 2, whole.len() - 33, whole.len() - 32, whole.len() - 1];
    let mut damaged: Vec<(String, Vec<u8>)> = cut.iter().map(|len| (format!("cut to {len}"), whole[..*len].to_vec())).collect();
    let mut place = 12_345_usize;
    for _ in 0..12 {
        // A linear congruential generator: the same places in every run.
        place = place.wrapping_mul(1_103_515_245).wrapping_add(12_345) % whole.len();
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (place % 8);
        damaged.push((format!("bit at {place}"), bytes));
    }
    damaged.push(("more at the end".to_owned(), [whole.as_slice(), b"x"].concat()));
    damaged.push(("something else".to_owned(), b"#!/bin/sh\n".repeat(500)));
    for (what, bytes) in damaged {
        fs::write(&file, bytes).expect("a damaged cache");
        let warm = case.warm();
        assert_eq!(warm.counts().map(|(remembered, _)| remembered), Some(0), "{what}: {}", warm.errors);
        assert_same(&warm, &cold, &what);
        assert!(fs::read(&file).expect("the cache").len() == whole.len(), "{what}: not replaced");
    }
}

#[test]
fn the_cache_of_another_target_is_not_believed() {
    let (case, other) = (Case::remembered(), Case::remembered());
    fs::copy(other.file(), case.file()).expect("a foreign cache");
    let warm = case.warm();
    assert_eq!(warm.counts().map(|(remembered, _)| remembered), Some(0), "{}", warm.errors);
    assert_same(&warm, &case.cold(), "foreign");
}

#[test]
fn a_folder_or_a_link_in_the_place_of_the_file_stops_nothing() {
    let case = Case::remembered();
    let (cold, file) = (case.cold(), case.file());
    let moved = case.path("moved");
    fs::copy(&file, &moved).expect("a copy");
    fs::remove_file(&file).expect("removed");
    std::os::unix::fs::symlink(&moved, &file).expect("a link");
    fs::remove_file(case.path("moved")).expect("removed");
    assert_same(&case.warm(), &cold, "a link");
    fs::remove_file(&file).expect("removed");
    fs::create_dir(&file).expect("a folder");
    let warm = case.warm();
    assert_same(&warm, &cold, "a folder");
    assert!(warm.errors.contains("cache not kept: "), "{}", warm.errors);
}
