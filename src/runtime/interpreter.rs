//! Finds, in the words of a command, what an interpreter runs: a script, a module, a jar, a main class, a shell command.
//! Every other word may be a secret, so nothing else leaves this file.

/// Interpreters whose program matters more than they do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// `CPython` and `PyPy`.
    Python,
    /// Node.js.
    Node,
    /// Perl.
    Perl,
    /// Ruby.
    Ruby,
    /// PHP's command line.
    Php,
    /// Bourne shells.
    Shell,
    /// The `java` launcher.
    Java,
}

impl Family {
    /// The family of an executable's base name, version numbers aside: `python3.11`, `php8.2`, `nodejs`.
    pub(super) fn of(base_name: &str) -> Option<Self> {
        // A login shell is called `-bash`.
        let name = base_name.trim_start_matches('-').trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
        Some(match name {
            "python" | "pypy" => Self::Python,
            "node" | "nodejs" => Self::Node,
            "perl" => Self::Perl,
            "ruby" => Self::Ruby,
            "php" | "php-cli" => Self::Php,
            "sh" | "ash" | "bash" | "dash" | "ksh" | "mksh" | "zsh" => Self::Shell,
            "java" => Self::Java,
            _ => return None,
        })
    }
}

/// What an interpreter is told to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Program<'a> {
    /// A script or a jar, as it was written: possibly relative to the working directory.
    File(&'a str),
    /// A Python module, or a Java main class with or without its module.
    Name(&'a str),
    /// The text that a shell was given; never kept, only searched.
    Text(&'a str),
}

/// How an interpreter reads its options. Letters stand for short options, which may be joined (`-wle`).
struct Syntax {
    /// Program text follows.
    code: &'static str,
    /// A module's name follows.
    module: &'static str,
    /// The program file follows.
    file: &'static str,
    /// A value follows, in the same word or the next.
    value: &'static str,
    /// A value may follow in the same word only.
    attached: &'static str,
    /// Long options with program text or without any program.
    long_code: &'static [&'static str],
    /// Long options whose value is the next word.
    long_value: &'static [&'static str],
}

const PYTHON: Syntax = Syntax {
    code: "c",
    module: "m",
    file: "",
    value: "WX",
    attached: "",
    long_code: &[],
    long_value: &["--check-hash-based-pycs"],
};
const NODE: Syntax = Syntax {
    code: "ep",
    module: "",
    file: "",
    value: "rC",
    attached: "",
    long_code: &["--eval", "--print"],
    long_value: &["--require", "--import", "--loader", "--experimental-loader", "--conditions", "--title", "--env-file"],
};
const PERL: Syntax =
    Syntax { code: "eE", module: "", file: "", value: "I", attached: "MmxiCFDdV", long_code: &[], long_value: &[] };
const RUBY: Syntax =
    Syntax { code: "e", module: "", file: "", value: "IrCXE", attached: "xFKWTi0", long_code: &[], long_value: &["--encoding"] };
const PHP: Syntax = Syntax {
    code: "rBRE",
    module: "",
    file: "f",
    value: "dczSt",
    attached: "",
    long_code: &["--run"],
    long_value: &["--define"],
};
// `-s` reads the program from standard input, hence counts as code.
const SHELL: Syntax = Syntax {
    code: "cs",
    module: "",
    file: "",
    value: "oO",
    attached: "",
    long_code: &[],
    long_value: &["--rcfile", "--init-file"],
};

/// What an interpreter of this family runs, given the words after its own name.
pub(super) fn program<'a>(family: Family, args: &[&'a str]) -> Option<Program<'a>> {
    let syntax = match family {
        Family::Java => return java(args),
        Family::Python => &PYTHON,
        Family::Node => &NODE,
        Family::Perl => &PERL,
        Family::Ruby => &RUBY,
        Family::Php => &PHP,
        Family::Shell => &SHELL,
    };
    let mut words = args.iter().copied();
    while let Some(word) = words.next() {
        if word == "--" {
            return words.next().map(Program::File);
        } else if word.starts_with("--") {
            let name = word.split('=').next().unwrap_or(word);
            if syntax.long_code.contains(&name) {
                return None;
            }
            if syntax.long_value.contains(&word) {
                words.next();
            }
        } else if let Some(letters) = word.strip_prefix('-').or_else(|| word.strip_prefix('+')) {
            match cluster(syntax, letters) {
                Cluster::Flags => {}
                Cluster::TakesNext => drop(words.next()),
                Cluster::Stop if family == Family::Shell && letters.contains('c') => return words.next().map(Program::Text),
                Cluster::Stop => return None,
                Cluster::Module(rest) => return non_empty(rest).or_else(|| words.next()).and_then(name).map(Program::Name),
                Cluster::File(rest) => return non_empty(rest).or_else(|| words.next()).map(Program::File),
            }
        } else {
            return Some(Program::File(word));
        }
    }
    None
}

/// What one word of joined short options means for the words after it.
enum Cluster<'a> {
    Flags,
    TakesNext,
    Stop,
    Module(&'a str),
    File(&'a str),
}

fn cluster<'a>(syntax: &Syntax, letters: &'a str) -> Cluster<'a> {
    if letters.is_empty() {
        return Cluster::Stop;
    }
    let mut rest = letters.chars();
    while let Some(letter) = rest.next() {
        if syntax.code.contains(letter) {
            return Cluster::Stop;
        } else if syntax.module.contains(letter) {
            return Cluster::Module(rest.as_str());
        } else if syntax.file.contains(letter) {
            return Cluster::File(rest.as_str());
        } else if syntax.value.contains(letter) {
            return if rest.as_str().is_empty() { Cluster::TakesNext } else { Cluster::Flags };
        } else if syntax.attached.contains(letter) {
            return Cluster::Flags;
        }
    }
    Cluster::Flags
}

/// The launcher's options with a value in the next word (java(1)).
const JAVA_VALUE: &[&str] = &[
    "-cp",
    "-classpath",
    "--class-path",
    "-p",
    "--module-path",
    "--upgrade-module-path",
    "--add-modules",
    "--add-opens",
    "--add-exports",
    "--add-reads",
    "--patch-module",
    "--limit-modules",
    "--enable-native-access",
    "--source",
    "-d",
    "--describe-module",
];

fn java<'a>(args: &[&'a str]) -> Option<Program<'a>> {
    let mut words = args.iter().copied();
    while let Some(word) = words.next() {
        match word {
            "-jar" => return words.next().map(Program::File),
            "-m" | "--module" => return words.next().and_then(name).map(Program::Name),
            _ if word.starts_with("--module=") => return word.split_once('=').and_then(|(_, it)| name(it)).map(Program::Name),
            _ if JAVA_VALUE.contains(&word) => drop(words.next()),
            // An argument file may hold the main class, and then the next word is the program's own argument.
            _ if word.starts_with('@') => return None,
            _ if word.starts_with('-') => {}
            _ if word.strip_suffix(".java").is_some() => return Some(Program::File(word)),
            _ => return name(word).map(Program::Name),
        }
    }
    None
}

fn non_empty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// A name of a module or class; anything else that stands in its place is not kept.
fn name(word: &str) -> Option<&str> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '$' | '-' | '/');
    (word.len() <= 255 && word.starts_with(|c: char| c.is_alphabetic() || c == '_') && word.chars().all(fits)).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_login_marks_do_not_hide_the_family() {
        let cases = [
            ("python3.11", Some(Family::Python)),
            ("pypy3", Some(Family::Python)),
            ("nodejs", Some(Family::Node)),
            ("perl5.36.0", Some(Family::Perl)),
            ("ruby3.1", Some(Family::Ruby)),
            ("php8.2", Some(Family::Php)),
            ("-bash", Some(Family::Shell)),
            ("java", Some(Family::Java)),
            ("php-fpm8.2", None),
            ("python3-config", None),
            ("javac", None),
            ("nginx", None),
        ];
        for (base_name, expected) in cases {
            assert_eq!(Family::of(base_name), expected, "{base_name}");
        }
    }

    fn of(command: &str) -> Option<Program<'_>> {
        let words: Vec<&str> = command.split(' ').collect();
        program(Family::of(words[0]).unwrap(), &words[1..])
    }

    #[test]
    fn the_program_stands_after_the_options_and_their_values() {
        let files = [
            ("python3 /usr/bin/gunicorn app:app", "/usr/bin/gunicorn"),
            ("python3 -W ignore -X dev -u app.py --token hunter2", "app.py"),
            ("node --require ./hook.js --max-old-space-size=4096 server.js", "server.js"),
            ("node -r dotenv/config dist/main.js", "dist/main.js"),
            ("perl -wT -I /opt/lib -MPOSIX /usr/sbin/spamd", "/usr/sbin/spamd"),
            ("ruby3.1 -I lib -rbundler/setup bin/rails server", "bin/rails"),
            ("php8.2 -d memory_limit=1G -f cron.php", "cron.php"),
            ("php -c /etc/php.ini occ background:cron", "occ"),
            ("bash -o pipefail -e /opt/run.sh", "/opt/run.sh"),
            ("sh -- run.sh", "run.sh"),
            ("java -Xmx2g -Dkey=hunter2 -cp /a:/b -jar /usr/share/jenkins.war --httpPort=80", "/usr/share/jenkins.war"),
        ];
        for (command, expected) in files {
            assert_eq!(of(command), Some(Program::File(expected)), "{command}");
        }
    }

    #[test]
    fn modules_and_main_classes_are_names() {
        let names = [
            ("python3 -m uvicorn app:app", "uvicorn"),
            ("python3 -Im http.server", "http.server"),
            (
                "java -classpath /opt/tomcat/bin/bootstrap.jar org.apache.catalina.startup.Bootstrap start",
                "org.apache.catalina.startup.Bootstrap",
            ),
            ("java -Xms1g kafka.Kafka config/server.properties", "kafka.Kafka"),
            (
                "java --module-path lib --add-modules=jdk.net -m org.elasticsearch.server/org.elasticsearch.bootstrap.Elasticsearch",
                "org.elasticsearch.server/org.elasticsearch.bootstrap.Elasticsearch",
            ),
        ];
        for (command, expected) in names {
            assert_eq!(of(command), Some(Program::Name(expected)), "{command}");
        }
    }

    #[test]
    fn program_text_and_what_follows_an_argument_file_is_never_a_name() {
        for command in [
            "python3 -c import",
            "perl -lne print",
            "node -e hunter2 x",
            "node --eval=hunter2",
            "php -r hunter2",
            "java @args hunter2",
            "java hunter2:secret",
            "sh -s hunter2",
            "python3 -",
            "python3",
        ] {
            assert_eq!(of(command).filter(|it| !matches!(it, Program::Text(_))), None, "{command}");
        }
        assert_eq!(of("sh -ec text"), Some(Program::Text("text")));
    }
}
