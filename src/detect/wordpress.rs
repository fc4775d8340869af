//! Reads the headers of WordPress's plugins (<https://developer.wordpress.org/plugins/plugin-basics/header-requirements/>) and themes
//! (<https://developer.wordpress.org/themes/basics/main-stylesheet-style-css/>): of `wp-content/plugins/<folder>/*.php`,
//! `wp-content/plugins/*.php` and `wp-content/themes/<folder>/style.css`. WordPress itself is `web-application`'s.

use std::io::Read;

use crate::model::{Component, Evidence, Location, Purl};
use crate::problem::Code;

use super::{Claim, Detector, FileFacts, Findings, Opened};

/// WordPress itself reads as much of a file.
const HEADER: u64 = 8 << 10;

/// Plugins and themes of WordPress.
pub(super) struct Wordpress;

impl Detector for Wordpress {
    fn id(&self) -> &'static str {
        "wordpress"
    }

    fn claims(&self) -> &'static [Claim] {
        &[Claim::Suffix(".php"), Claim::Name("style.css")]
    }

    fn wants(&self, facts: &FileFacts<'_>) -> bool {
        let of = |level: usize, name: &str| facts.folder(level) == name && facts.folder(level + 1) == "wp-content";
        if facts.name() == "style.css" {
            return of(1, "themes");
        }
        of(1, "plugins") || of(0, "plugins") || of(0, "mu-plugins")
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some((reader, _)) = out.noted(file.reader()) else { return };
        let mut head = Vec::new();
        if let Err(error) = reader.take(HEADER).read_to_end(&mut head) {
            return out.problem(Code::Unreadable, file, format!("cannot read file: {error}"));
        }
        file.count(head.len() as u64);
        // WordPress, too, takes a carriage return for the end of a line.
        let head = String::from_utf8_lossy(&head).replace('\r', "\n");
        let facts = file.facts();
        let is_theme = facts.name() == "style.css";
        let Some(name) = field(&head, if is_theme { "Theme Name" } else { "Plugin Name" }) else { return };
        // The folder is the name under which wordpress.org keeps it; a plugin of one file has none.
        let alone = matches!(facts.folder(0), "plugins" | "mu-plugins");
        let slug = if alone { facts.name().trim_end_matches(".php") } else { facts.folder(0) };
        let purl = Purl::new("generic", name)
            .with_version(field(&head, "Version").unwrap_or_default())
            .with_qualifier(if is_theme { "wordpress_theme" } else { "wordpress_plugin" }, slug);
        let mut component = Component::new(purl, Evidence::Installed, self.id(), Location::file(file.shown()));
        component.license = field(&head, "License").map(str::to_owned);
        out.component(component);
    }
}

/// The value behind `key:` in a comment.
fn field<'t>(head: &'t str, key: &str) -> Option<&'t str> {
    head.lines().find_map(|line| {
        let line = line.trim_start().trim_start_matches("<?php");
        let line = line.trim_start_matches([' ', '\t', '/', '*', '#', '@']);
        let (name, value) = line.split_once(':')?;
        let value = value.split("*/").next()?.split("?>").next()?.trim();
        (name.eq_ignore_ascii_case(key) && !value.is_empty()).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::testing::found;
    use super::*;

    #[test]
    fn a_plugin_is_named_by_its_header_and_its_folder() {
        let header = b"<?php\r\n/**\r\n * @package Akismet\r\n */\r\n/*\r\nPlugin Name: Akismet Anti-spam\r\nPlugin URI: https://akismet.com/\r\nVersion: 5.3\r\nLicense: GPLv2 or later\r\n*/\r\n$version = 'Version: 9';";
        let path = "var/www/wp-content/plugins/akismet/akismet.php";
        let expected = "pkg:generic/Akismet%20Anti-spam@5.3?wordpress_plugin=akismet installed license=GPLv2 or later";
        assert_eq!(found(&Wordpress, &[(path, header)]), expected);
        let short = b"<?php /* Plugin Name: Hello Dolly */\n// version: 1.7.2 ?>\n";
        let expected = "pkg:generic/Hello%20Dolly@1.7.2?wordpress_plugin=hello installed";
        assert_eq!(found(&Wordpress, &[("wp-content/plugins/hello.php", short)]), expected);
    }

    #[test]
    fn a_theme_is_named_by_its_style_sheet() {
        let sheet = b"/*\nTheme Name: Twenty Twenty-Four\nVersion: 1.0\n*/";
        let expected = "pkg:generic/Twenty%20Twenty-Four@1.0?wordpress_theme=twentytwentyfour installed";
        assert_eq!(found(&Wordpress, &[("wp-content/themes/twentytwentyfour/style.css", sheet)]), expected);
    }

    #[test]
    fn a_file_without_a_header_says_nothing() {
        let far = [&[b' '; 8192][..], b"\nPlugin Name: Late\n"].concat();
        for bytes in [&b""[..], b"<?php // silence is golden", b"\xff\xfe", b"Plugin Name:", &far] {
            assert_eq!(found(&Wordpress, &[("wp-content/plugins/a/index.php", bytes)]), "");
        }
    }

    #[test]
    fn only_the_top_of_a_plugin_is_wanted() {
        for (path, wanted) in [
            ("wp-content/plugins/akismet/akismet.php", true),
            ("wp-content/plugins/akismet/lib/a.php", false),
            ("wp-content/mu-plugins/a.php", true),
            ("wp-content/themes/x/style.css", true),
            ("wp-content/themes/x/css/style.css", false),
            ("src/plugins/a/a.php", false),
        ] {
            assert_eq!(Wordpress.wants(&FileFacts::new(Path::new(path))), wanted, "{path}");
        }
    }
}
