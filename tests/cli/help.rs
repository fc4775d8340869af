//! What `--help` says, word by word. `SNAPSHOTS=overwrite` writes the files anew; read the difference before you commit it.

use snapbox::{Assert, Data};

use crate::program::{stdout, underpin};

const COMMANDS: &[&str] = &[
    "",
    "report",
    "scan",
    "explain",
    "fund",
    "decide",
    "effort",
    "effort add",
    "effort import",
    "effort list",
    "refer",
    "refer draft",
    "refer ledger",
    "refer record",
    "init",
    "catalog",
    "catalog list",
    "catalog show",
    "catalog new",
    "catalog lint",
    "catalog test",
    "catalog preview",
    "catalog schema",
    "catalog update",
    "catalog pack",
    "completions",
    "man",
];

#[test]
fn every_subcommand_explains_itself_as_recorded() {
    for command in COMMANDS {
        let file = if command.is_empty() { "underpin".to_owned() } else { command.replace(' ', "-") };
        let path = format!("{}/tests/cli/help/{file}.txt", env!("CARGO_MANIFEST_DIR"));
        let text = stdout(underpin(command.split_whitespace()).arg("--help"));
        Assert::new().action_env("SNAPSHOTS").eq(text, Data::read_from(path.as_ref(), None));
    }
}

#[test]
fn the_list_of_subcommands_is_complete() {
    let text = stdout(&mut underpin(["--help"]));
    let listed = text.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| line.starts_with("  "));
    let listed: Vec<&str> = listed.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect();
    let recorded: Vec<&str> = COMMANDS.iter().copied().filter(|name| !name.is_empty() && !name.contains([' ', '-'])).collect();
    assert_eq!(listed, recorded);
}

#[test]
fn the_manual_and_the_completions_know_every_subcommand() {
    let manual = stdout(&mut underpin(["man"]));
    for command in COMMANDS.iter().filter(|name| !name.is_empty() && !name.contains([' ', '-'])) {
        assert!(manual.contains(&format!("underpin\\-{command}")), "{command} is not in the manual");
        for shell in ["bash", "fish", "zsh"] {
            assert!(stdout(&mut underpin(["completions", shell])).contains(command), "{command} is not completed in {shell}");
        }
    }
}
