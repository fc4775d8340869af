//! Product kinds (the rows of the default table of the score) and the roles a component can play.

/// A word that is no member of the vocabulary it was parsed for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} `{word}`; known: {known}")]
pub struct UnknownWord {
    what: &'static str,
    word: String,
    known: String,
}

impl UnknownWord {
    /// `word` is none of the `known` members of `what`.
    pub(crate) fn new(what: &'static str, word: &str, known: &[&str]) -> Self {
        Self { what, word: word.to_owned(), known: known.join(", ") }
    }
}

/// Declares a closed vocabulary: one enum, its words, its parser and its complete list.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident, $what:literal { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every member, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used in files and outputs.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::model::UnknownWord;
            fn from_str(word: &str) -> Result<Self, Self::Err> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|member| member.word() == word)
                    .ok_or_else(|| $crate::model::UnknownWord::new($what, word, &[$($word),+]))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }
    };
}

pub(crate) use vocabulary;

vocabulary! {
    /// What sort of product it is; decides the default hours, incidents and price anchors of the score.
    Kind, "kind" {
        Os = "os",
        Database = "database",
        /// Proxies, load balancers and Java servers too.
        WebServer = "web-server",
        MessageBroker = "message-broker",
        SearchAnalytics = "search-analytics",
        CacheKv = "cache-kv",
        LanguageRuntime = "language-runtime",
        Framework = "framework",
        Library = "library",
        CmsBusinessApp = "cms-business-app",
        DeveloperTool = "developer-tool",
        ContainerPlatform = "container-platform",
        VirtualisationCloud = "virtualisation-cloud",
        Monitoring = "monitoring",
        MailDnsDirectory = "mail-dns-directory",
        StorageBackup = "storage-backup",
        IdentitySecurity = "identity-security",
        /// Telephony too.
        NetworkVpn = "network-vpn",
        /// Life cycle and authors are shown, no case is made without logged hours.
        Other = "other",
    }
}

vocabulary! {
    /// The part a component plays for its product; support is bought for servers, not for their clients.
    Role, "role" {
        Os = "os",
        Server = "server",
        Runtime = "runtime",
        Framework = "framework",
        Library = "library",
        Tool = "tool",
        Client = "client",
        PlugIn = "plug-in",
        /// A package that only depends on others; never a deployment of its own.
        Metapackage = "metapackage",
        /// Manuals, examples, locales; never a deployment of its own.
        Documentation = "documentation",
    }
}

impl Role {
    /// Whether a component in this role can make a deployment at all.
    #[must_use]
    pub fn deploys(self) -> bool {
        !matches!(self, Self::Metapackage | Self::Documentation)
    }
}
