//! Recognises web applications by the file in which each keeps its own version. The table says which file, and where in it;
//! the upstream sources of each are its documentation. Plug-ins and what is built from sources without such a file are left out.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::{Component, Evidence, Location, ProductHint, Purl, Role};

use super::{Claim, Detector, Findings, Opened};

/// One way to recognise an application.
struct Marker {
    /// Id of the product in the catalog.
    product: &'static str,
    /// End of the path of its file.
    path: &'static str,
    /// What else the file must hold, so that the same name in another application is not taken for it; empty if the pattern
    /// is telling enough.
    holds: &'static str,
    /// Its groups, joined by dots, are the version.
    version: &'static str,
}

const fn marker(product: &'static str, path: &'static str, holds: &'static str, version: &'static str) -> Marker {
    Marker { product, path, holds, version }
}

/// Sorted by product, then by path.
const MARKERS: &[Marker] = &[
    marker("discourse", "lib/version.rb", "module Discourse", r#"STRING\s*=\s*"(\d[^"]*)""#),
    marker("discourse", "lib/version.rb", "module Discourse", r"(?s)MAJOR\s*=\s*(\d+).*?MINOR\s*=\s*(\d+).*?TINY\s*=\s*(\d+)"),
    marker("drupal", "core/lib/Drupal.php", "class Drupal", r"const VERSION = '(\d[^']*)'"),
    marker("drupal", "includes/bootstrap.inc", "Drupal", r"define\('VERSION', '(\d[^']*)'\)"),
    marker("gitlab", "opt/gitlab/version-manifest.json", "", r#""build_version":\s*"(\d+\.\d+\.\d+)"#),
    marker("glpi", "inc/define.php", "", r"'GLPI_VERSION',\s*'(\d[^']*)'"),
    marker("glpi", "src/autoload/constants.php", "", r"'GLPI_VERSION',\s*'(\d[^']*)'"),
    marker("icinga-web", "Icinga/Application/Version.php", "", r"const VERSION = '(\d[^']*)'"),
    marker("joomla", "administrator/manifests/files/joomla.xml", "", r"<version>(\d[^<]*)</version>"),
    marker(
        "joomla",
        "libraries/src/Version.php",
        "Joomla",
        r"(?s)const MAJOR_VERSION = (\d+);.*?const MINOR_VERSION = (\d+);.*?const PATCH_VERSION = (\d+);",
    ),
    marker("magento", "magento/magento2-base/composer.json", "", r#""version":\s*"(\d[^"]*)""#),
    marker("mastodon", "lib/mastodon/version.rb", "", r"(?s)def major\s+(\d+).*?def minor\s+(\d+).*?def patch\s+(\d+)"),
    marker("matomo", "core/Version.php", "namespace Piwik", r"const VERSION = '(\d[^']*)'"),
    marker("mediawiki", "includes/DefaultSettings.php", "", r"\$wgVersion = '(\d[^']*)'"),
    marker("mediawiki", "includes/Defines.php", "", r"'MW_VERSION', '(\d[^']*)'"),
    marker("moodle", "version.php", "$branch", r"(?m)^\s*\$release\s*=\s*'(\d+(?:\.\d+)+)['+ ]"),
    marker("nextcloud", "version.php", "'nextcloud'", r"\$OC_VersionString = '(\d[^']*)'"),
    marker("odoo", "odoo/release.py", "", r"version_info\s*=\s*\((\d+),\s*(\d+),"),
    marker("openproject", "lib/open_project/version.rb", "", r"(?s)MAJOR\s*=\s*(\d+).*?MINOR\s*=\s*(\d+).*?PATCH\s*=\s*(\d+)"),
    marker("owncloud", "version.php", "", r"\$OC_VersionString = '(\d[^']*)'"),
    marker("phpbb", "includes/constants.php", "", r"'PHPBB_VERSION', '(\d[^']*)'"),
    marker("phpmyadmin", "libraries/Config.class.php", "", r"'PMA_VERSION', '(\d[^']*)'"),
    marker("phpmyadmin", "libraries/classes/Config.php", "", r"'PMA_VERSION', '(\d[^']*)'"),
    marker("phpmyadmin", "libraries/classes/Version.php", "PhpMyAdmin", r"const VERSION = '(\d[^']*)'"),
    marker("phpmyadmin", "src/Version.php", "PhpMyAdmin", r"const VERSION = '(\d[^']*)'"),
    marker("prestashop", "config/autoload.php", "", r"'_PS_VERSION_', '(\d[^']*)'"),
    marker("redmine", "lib/redmine/version.rb", "", r"(?s)MAJOR\s*=\s*(\d+).*?MINOR\s*=\s*(\d+).*?TINY\s*=\s*(\d+)"),
    marker("roundcube", "program/include/iniset.php", "", r"'RCMAIL_VERSION', '(\d[^']*)'"),
    marker("snipe-it", "config/version.php", "'app_version'", r"'app_version'\s*=>\s*'v(\d[^' ]*)"),
    marker("suitecrm", "suitecrm_version.php", "", r"\$suitecrm_version\s*=\s*'(\d[^']*)'"),
    marker("typo3", "Classes/Information/Typo3Version.php", "", r"const VERSION = '(\d[^']*)'"),
    marker("wordpress", "wp-includes/version.php", "", r"\$wp_version\s*=\s*'(\d[^']*)'"),
    marker("zabbix", "include/defines.inc.php", "", r"'ZABBIX_VERSION',\s*'(\d[^']*)'"),
    marker("zammad", "zammad/VERSION", "", r"^\s*(\d+\.\d+\.\d+\S*)\s*$"),
];

static CLAIMS: LazyLock<Vec<Claim>> = LazyLock::new(|| {
    let mut paths: Vec<&'static str> = MARKERS.iter().map(|marker| marker.path).collect();
    paths.sort_unstable();
    paths.dedup();
    paths.into_iter().map(Claim::Path).collect()
});

static PATTERNS: LazyLock<Vec<Option<Regex>>> =
    LazyLock::new(|| MARKERS.iter().map(|marker| Regex::new(marker.version).ok()).collect());

/// The version files of web applications.
pub(super) struct WebApplication;

impl Detector for WebApplication {
    fn id(&self) -> &'static str {
        "web-application"
    }

    fn claims(&self) -> &'static [Claim] {
        &CLAIMS
    }

    fn detect(&self, file: &Opened<'_>, out: &mut Findings) {
        let Some(bytes) = out.bytes(file) else { return };
        let text = String::from_utf8_lossy(bytes);
        let markers = MARKERS.iter().zip(PATTERNS.iter()).filter(|(marker, _)| file.path().ends_with(marker.path));
        let mut matching = markers.filter(|(marker, _)| text.contains(marker.holds)).filter_map(|(marker, pattern)| {
            let found = pattern.as_ref()?.captures(&text)?;
            let parts: Vec<&str> = found.iter().skip(1).flatten().map(|part| part.as_str().trim()).collect();
            Some((marker.product, parts.join(".")))
        });
        // The same name in something else says nothing, hence no problem.
        let Some((product, version)) = matching.next() else { return };
        let purl = Purl::new("generic", product).with_version(&version);
        let mut component = Component::new(purl, Evidence::Installed, self.id(), Location::file(file.shown()));
        component.product = Some(ProductHint { product: product.to_owned(), role: Role::Server });
        out.component(component);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;

    #[test]
    fn every_application_is_recognised_by_its_file() {
        for (path, text, expected) in [
            ("var/discourse/lib/version.rb", "module Discourse\n  module VERSION\n    STRING = \"3.2.0\"\n", "discourse@3.2.0"),
            ("lib/version.rb", "module Discourse\n MAJOR = 2\n MINOR = 8\n TINY  = 14\n", "discourse@2.8.14"),
            ("web/core/lib/Drupal.php", "class Drupal {\r\n  const VERSION = '10.1.6';\r\n", "drupal@10.1.6"),
            ("includes/bootstrap.inc", "// Drupal\ndefine('VERSION', '7.98');", "drupal@7.98"),
            ("opt/gitlab/version-manifest.json", "{\"build_version\": \"16.7.2-ee.0\"}", "gitlab@16.7.2"),
            ("inc/define.php", "define('GLPI_VERSION', '10.0.12');", "glpi@10.0.12"),
            ("usr/share/php/Icinga/Application/Version.php", "class Version { const VERSION = '2.11.4';", "icinga-web@2.11.4"),
            ("administrator/manifests/files/joomla.xml", "<extension>\n<version>4.4.1</version>", "joomla@4.4.1"),
            (
                "libraries/src/Version.php",
                "namespace Joomla\\CMS;\npublic const MAJOR_VERSION = 5;\npublic const MINOR_VERSION = 0;\npublic const PATCH_VERSION = 2;",
                "joomla@5.0.2",
            ),
            ("vendor/magento/magento2-base/composer.json", "{\"version\": \"2.4.6-p3\"}", "magento@2.4.6-p3"),
            ("lib/mastodon/version.rb", "def major\n 4\n end\n def minor\n 2\n end\n def patch\n 3\n end", "mastodon@4.2.3"),
            ("core/Version.php", "namespace Piwik;\nfinal class Version {\n const VERSION = '4.16.0';", "matomo@4.16.0"),
            ("includes/Defines.php", "define( 'MW_VERSION', '1.39.5' );", "mediawiki@1.39.5"),
            ("moodle/version.php", "$release  = '4.3.2+ (Build: 20240105)';\n$branch = '403';", "moodle@4.3.2"),
            ("version.php", "$OC_VersionString = '28.0.1';\n$vendor = 'nextcloud';", "nextcloud@28.0.1"),
            ("version.php", "$OC_VersionString = '10.13.2';", "owncloud@10.13.2"),
            ("odoo/release.py", "version_info = (16, 0, 0, FINAL, 0, '')", "odoo@16.0"),
            ("lib/open_project/version.rb", "MAJOR = 13\nMINOR = 2\nPATCH = 0", "openproject@13.2.0"),
            ("includes/constants.php", "@define('PHPBB_VERSION', '3.3.11');", "phpbb@3.3.11"),
            ("libraries/classes/Version.php", "namespace PhpMyAdmin;\n public const VERSION = '5.2.1' . X;", "phpmyadmin@5.2.1"),
            ("libraries/classes/Config.php", "$this->set('PMA_VERSION', '4.9.5');", "phpmyadmin@4.9.5"),
            ("config/autoload.php", "define('_PS_VERSION_', '1.7.8.9');", "prestashop@1.7.8.9"),
            ("lib/redmine/version.rb", "MAJOR = 5\nMINOR = 1\nTINY  = 1", "redmine@5.1.1"),
            ("program/include/iniset.php", "define('RCMAIL_VERSION', '1.6.5');", "roundcube@1.6.5"),
            ("config/version.php", "'app_version' => 'v6.2.2',", "snipe-it@6.2.2"),
            ("suitecrm_version.php", "$suitecrm_version = '7.14.2';", "suitecrm@7.14.2"),
            ("typo3/sysext/core/Classes/Information/Typo3Version.php", "protected const VERSION = '12.4.9';", "typo3@12.4.9"),
            ("wp-includes/version.php", "$wp_version = '6.4.2';", "wordpress@6.4.2"),
            ("include/defines.inc.php", "define('ZABBIX_VERSION',\t\t'6.0.25');", "zabbix@6.0.25"),
            ("opt/zammad/VERSION", "6.2.0\n", "zammad@6.2.0"),
        ] {
            assert_eq!(found(&WebApplication, &[(path, text.as_bytes())]), format!("pkg:generic/{expected} installed"), "{path}");
        }
    }

    #[test]
    fn the_same_name_elsewhere_says_nothing() {
        for (path, text) in [
            ("lib/version.rb", "module Other\n STRING = \"1.0\""),
            ("mod/quiz/version.php", "$plugin->release = '4.1'; $branch = 1;"),
            ("core/Version.php", "const VERSION = '1.0';"),
            ("wp-includes/version.php", ""),
            ("wp-includes/version.php", "\u{fffd}$wp_version = "),
        ] {
            assert_eq!(found(&WebApplication, &[(path, text.as_bytes())]), "", "{path}");
        }
    }

    #[test]
    fn the_table_is_sorted_valid_and_known_to_the_catalog() {
        assert!(MARKERS.is_sorted_by_key(|marker| (marker.product, marker.path)));
        assert_eq!(PATTERNS.iter().filter(|pattern| pattern.is_none()).count(), 0);
        for marker in MARKERS {
            let file = format!("{}/signatures/products/{}.toml", env!("CARGO_MANIFEST_DIR"), marker.product);
            assert!(std::path::Path::new(&file).exists(), "{file}");
        }
    }
}
