//! Finds which programs a command starts, by its text alone: units' `ExecStart=` lines, crontab lines, scripts' `#!`.
//! Runs nothing, keeps no arguments; a program that it cannot be sure of is left out.

use super::interpreter::{self, Family, Program};
use super::tree::{Tree, base_name, join};
use std::collections::BTreeSet;

/// Where a bare name is looked for, as systemd.exec(5) and cron do; folders below the root.
const SEARCH: &[&str] = &["usr/local/sbin", "usr/local/bin", "usr/sbin", "usr/bin", "sbin", "bin"];
/// How often a command may stand inside another (`sh -c "env nice …"`) before the search ends.
const MAX_DEPTH: u8 = 6;
/// Programs that only start the one named after their own options.
const WRAPPERS: &[&str] = &[
    "chpst",
    "chronic",
    "chroot",
    "chrt",
    "command",
    "env",
    "exec",
    "flock",
    "gosu",
    "ionice",
    "nice",
    "nohup",
    "numactl",
    "runuser",
    "setpriv",
    "setsid",
    "stdbuf",
    "su",
    "su-exec",
    "sudo",
    "taskset",
    "time",
    "timeout",
    "tini",
    "unbuffer",
    "dumb-init",
];
/// Words of the shell's grammar that stand before a command.
const KEYWORDS: &[&str] = &["if", "then", "else", "elif", "do", "while", "until", "!", "{", "}", "fi", "done"];
/// Commands of the shell that start no program, whatever follows.
const BUILTINS: &[&str] = &[
    "test", "[", "[[", "cd", "echo", "printf", "export", "set", "unset", "exit", "return", ":", "true", "false", "for", "case",
    "esac", "umask", "ulimit", "read", "sleep", "local", "trap", "wait",
];

/// Gathers the programs that commands start.
pub(super) struct Starts<'a> {
    tree: Tree<'a>,
    search: Vec<String>,
    found: BTreeSet<String>,
}

impl<'a> Starts<'a> {
    /// Nothing yet, on the usual search path.
    pub(super) fn new(tree: Tree<'a>) -> Self {
        Self { tree, search: SEARCH.iter().map(|&folder| folder.to_owned()).collect(), found: BTreeSet::new() }
    }

    /// Takes another search path, as a `PATH=` line of a crontab gives it.
    pub(super) fn search_in(&mut self, path: &str) {
        self.search =
            path.split(':').filter(|folder| folder.starts_with('/')).map(|it| it.trim_matches('/').to_owned()).collect();
    }

    /// The programs: paths below the root, sorted. A program behind a link is there under both of its names.
    pub(super) fn into_paths(self) -> Vec<String> {
        self.found.into_iter().collect()
    }

    /// Whether nothing was found.
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Adds a file that is started as it is, with the interpreter of its `#!` line.
    pub(super) fn file(&mut self, path: &str) {
        self.add(path, 0);
    }

    /// Adds what a command starts, whose words are known; `folder` is its working directory below the root.
    pub(super) fn words(&mut self, words: &[String], folder: &str) {
        self.command(words, folder, 0);
    }

    /// Adds what a text starts that a shell would run.
    pub(super) fn shell(&mut self, text: &str) {
        self.script(text, 0);
    }

    fn add(&mut self, path: &str, depth: u8) {
        let Ok(real) = self.tree.resolve(path) else {
            // A unit may name a program whose package went away; the name is all there is.
            self.found.insert(self.tree.resolve_folder(path).unwrap_or_else(|_| path.trim_matches('/').to_owned()));
            return;
        };
        if let Some(line) = self.tree.shebang(&real) {
            self.shebang(&line, depth + 1);
        }
        self.found.extend(self.tree.resolve_folder(path).ok());
        self.found.insert(real);
    }

    /// The interpreter is a program of its own; its script is known already.
    fn shebang(&mut self, line: &str, depth: u8) {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let Some(first) = words.first() else { return };
        if base_name(first) == "env" {
            self.wrapped(words.get(1..).unwrap_or_default(), "", depth);
        } else if depth < MAX_DEPTH {
            self.add(first, depth);
        }
    }

    fn command(&mut self, words: &[String], folder: &str, depth: u8) {
        let Some((first, args)) = words.split_first() else { return };
        let Some(path) = self.locate(first, folder) else { return };
        if depth >= MAX_DEPTH {
            return;
        }
        let name = base_name(&path);
        if WRAPPERS.contains(&name) {
            self.wrapped(args, folder, depth + 1);
        } else if let Some(family) = Family::of(name) {
            self.interpreted(family, args, folder, depth + 1);
        }
        self.add(&path, depth);
    }

    /// The command behind a wrapper's own options and their values: the first word that is a program here.
    fn wrapped(&mut self, words: &[String], folder: &str, depth: u8) {
        let is_program = |word: &String| self.locate(word, folder).is_some_and(|path| self.tree.is_executable(&path));
        if let Some(at) = words.iter().position(|word| !word.starts_with('-') && is_program(word)) {
            self.command(words.get(at..).unwrap_or_default(), folder, depth);
        }
        // `su -c TEXT`, `flock FILE -c TEXT`.
        let text = words.iter().position(|word| word == "-c" || word == "--command").and_then(|at| words.get(at + 1));
        if let Some(text) = text.filter(|text| text.contains(|c: char| c == '/' || c.is_whitespace())) {
            self.script(text, depth);
        }
    }

    fn interpreted(&mut self, family: Family, args: &[String], folder: &str, depth: u8) {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        match interpreter::program(family, &args) {
            Some(Program::Text(text)) => self.script(text, depth),
            Some(Program::File(file)) => {
                let path = if file.starts_with('/') { file.to_owned() } else { join(folder, file) };
                if self.tree.is_file(&path) {
                    self.add(&path, depth);
                }
            }
            Some(Program::Name(_)) | None => {}
        }
    }

    /// The path of a command's first word; a bare name only where the search path has it.
    fn locate(&self, word: &str, folder: &str) -> Option<String> {
        if word.is_empty() || word.contains(['$', '`', '*', '?', '=']) {
            None
        } else if word.starts_with('/') {
            Some(word.to_owned())
        } else if word.contains('/') {
            Some(join(folder, word)).filter(|path| self.tree.is_executable(path))
        } else {
            self.search.iter().map(|place| join(place, word)).find(|path| self.tree.is_executable(path))
        }
    }

    fn script(&mut self, text: &str, depth: u8) {
        if depth >= MAX_DEPTH {
            return;
        }
        let mut folder = String::new();
        for words in simple_commands(text) {
            let skip = words.iter().take_while(|word| KEYWORDS.contains(&word.as_str()) || is_assignment(word)).count();
            let Some((first, rest)) = words.get(skip..).and_then(|words| words.split_first()) else { continue };
            if first == "cd" {
                folder =
                    rest.first().filter(|it| it.starts_with('/')).map(|it| it.trim_matches('/').to_owned()).unwrap_or_default();
            } else if matches!(first.as_str(), "exec" | "command") {
                self.wrapped(rest, &folder, depth + 1);
            } else if !BUILTINS.contains(&first.as_str()) {
                self.command(words.get(skip..).unwrap_or_default(), &folder, depth);
            }
        }
    }
}

/// Whether a word is `NAME=value`.
pub(super) fn is_assignment(word: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    word.split_once('=').is_some_and(|(name, _)| is_name(name))
}

/// Splits a shell's text into simple commands of words (POSIX shell, 2.10), without expanding anything; redirections go.
fn simple_commands(text: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some('\''), _) => word.get_or_insert_default().push(c),
            (_, '\\') => {
                if let Some(next) = chars.next().filter(|next| *next != '\n') {
                    word.get_or_insert_default().push(next);
                }
            }
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            // A comment reaches to the end of its line.
            (None, '#') if word.is_none() => while chars.next_if(|next| *next != '\n').is_some() {},
            // Not a separator in `2>&1` and `&>file`.
            (None, '&') if word.as_deref().is_some_and(|it| it.ends_with(['<', '>'])) || chars.peek() == Some(&'>') => {
                word.get_or_insert_default().push(c);
            }
            (None, ';' | '&' | '|' | '\n' | '(' | ')' | '`') => {
                finish(&mut commands, &mut word);
                commands.push(Vec::new());
            }
            (None, _) if c.is_whitespace() => finish(&mut commands, &mut word),
            _ => word.get_or_insert_default().push(c),
        }
    }
    finish(&mut commands, &mut word);
    commands.into_iter().map(without_redirections).filter(|words| !words.is_empty()).collect()
}

fn finish(commands: &mut [Vec<String>], word: &mut Option<String>) {
    if let (Some(command), Some(word)) = (commands.last_mut(), word.take()) {
        // What stands before `(` in `$(…)` is no command.
        if word != "$" {
            command.push(word);
        }
    }
}

fn without_redirections(words: Vec<String>) -> Vec<String> {
    let mut kept = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let operator = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '&');
        if !operator.starts_with(['<', '>']) {
            kept.push(word);
        } else if operator.trim_start_matches(['<', '>', '&', '|']).is_empty() {
            words.next();
        }
    }
    kept
}

/// Splits an `ExecStart=` line into commands of words, as systemd.service(5) quotes them.
pub(super) fn exec_commands(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut quoted = false;
    let mut chars = line.chars().chain([' ']);
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                quoted = true;
                word.get_or_insert_default();
            }
            (_, '\\') => word.get_or_insert_default().push(unescape(chars.next().unwrap_or('\\'), &mut chars)),
            (None, _) if c.is_whitespace() => {
                match word.take() {
                    Some(separator) if separator == ";" && !quoted => commands.push(Vec::new()),
                    Some(word) => commands.last_mut().into_iter().for_each(|command| command.push(word.clone())),
                    None => {}
                }
                quoted = false;
            }
            _ => word.get_or_insert_default().push(c),
        }
    }
    commands.retain(|words| !words.is_empty());
    commands
}

/// The character of an escape; `\x20` is a blank, every other letter stands for itself.
fn unescape(letter: char, rest: &mut impl Iterator<Item = char>) -> char {
    match letter {
        's' => ' ',
        't' => '\t',
        'n' => '\n',
        'x' => {
            let digits: String = rest.take(2).collect();
            u8::from_str_radix(&digits, 16).map_or(char::REPLACEMENT_CHARACTER, char::from)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn system() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let programs = [
            ("usr/bin/dash", ""),
            ("usr/bin/env", ""),
            ("usr/bin/php8.2", ""),
            ("usr/bin/python3.11", ""),
            ("usr/bin/flock", ""),
            ("usr/bin/nice", ""),
            ("usr/sbin/nginx", ""),
            ("usr/bin/certbot", "#!/usr/bin/python3\n"),
            ("opt/app/run", "#!/usr/bin/env php\n"),
            ("var/www/cron.php", ""),
        ];
        for (path, text) in programs {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        for (link, target) in
            [("bin", "usr/bin"), ("usr/bin/sh", "dash"), ("usr/bin/php", "php8.2"), ("usr/bin/python3", "python3.11")]
        {
            symlink(target, dir.path().join(link)).unwrap();
        }
        dir
    }

    fn shell(text: &str) -> String {
        let dir = system();
        let mut starts = Starts::new(Tree::new(dir.path()));
        starts.shell(text);
        starts.into_paths().join(" ")
    }

    #[test]
    fn a_shell_text_names_the_programs_it_would_start() {
        let cases = [
            ("/usr/sbin/nginx -s reload", "usr/sbin/nginx"),
            ("test -x /usr/sbin/nginx && /opt/gone --all", "opt/gone"),
            ("[ -x /usr/sbin/nginx ] || exit 0; KEY=hunter2 nginx", "usr/sbin/nginx"),
            ("php /var/www/cron.php >/dev/null 2>&1", "usr/bin/php usr/bin/php8.2 var/www/cron.php"),
            ("cd /var/www && php -f cron.php", "usr/bin/php usr/bin/php8.2 var/www/cron.php"),
            ("flock -n /var/lock/x nice -n 19 nginx", "usr/bin/flock usr/bin/nice usr/sbin/nginx"),
            ("flock /var/lock/x -c 'cd / && nginx'", "usr/bin/flock usr/sbin/nginx"),
            ("if [ ! -d /run/systemd/system ]; then certbot -q renew; fi", "usr/bin/certbot usr/bin/python3 usr/bin/python3.11"),
            ("/opt/app/run", "opt/app/run usr/bin/php usr/bin/php8.2"),
            ("echo /usr/sbin/nginx # /usr/sbin/nginx", ""),
            ("X=$(nginx -v) ; $HOME/bin/tool", "usr/sbin/nginx"),
            ("exec /usr/sbin/nginx", "usr/sbin/nginx"),
            ("unknown-name -x", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(shell(text), expected, "{text}");
        }
    }

    #[test]
    fn commands_inside_commands_end() {
        let mut text = "nginx".to_owned();
        for _ in 0..12 {
            text = format!("sh -c {text:?}");
        }
        assert!(!shell(&text).contains("nginx"));
    }

    #[test]
    fn exec_lines_are_split_as_systemd_splits_them() {
        let cases = [
            ("/usr/bin/a 'b c' \"d\\x20e\"", vec![vec!["/usr/bin/a", "b c", "d e"]]),
            ("/usr/bin/a ; /usr/bin/b", vec![vec!["/usr/bin/a"], vec!["/usr/bin/b"]]),
            ("/usr/bin/find . -exec x ';'", vec![vec!["/usr/bin/find", ".", "-exec", "x", ";"]]),
            ("\"/opt/my app/run\"", vec![vec!["/opt/my app/run"]]),
            ("", vec![]),
        ];
        for (line, expected) in cases {
            assert_eq!(exec_commands(line), expected, "{line}");
        }
    }
}
