//! `impute man` and `impute completions`: made from the declarations in [`super::args`], so that they
//! always match the options.

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use impute::text::output::Output;

use super::args::{self, Completions};
use super::print;

/// The command that needs no page.
const WITHOUT: &str = "help";

/// Variables that the program reads, for the page of every command.
const ENVIRONMENT: [(&str, &str); 7] = [
    (
        "IMPUTE_MODEL",
        "The model file if no --model is given; empty or `shipped` for the one that ships.",
    ),
    (
        "IMPUTE_CACHE",
        "An absolute path: the folder where the model that ships is kept unpacked, 25 MB a version, in place of the \
         user's cache; empty to keep nothing.",
    ),
    ("IMPUTE_THREADS", "Number of threads if no --threads is given."),
    ("NO_COLOR", "No colours, unless --color always is given."),
    ("CLICOLOR_FORCE", "Colours even where the output is not a terminal."),
    ("SOURCE_DATE_EPOCH", "The date to record in a model, in seconds since 1970."),
    ("TMPDIR", "Where temporary files go without --temp-dir."),
];

const EXIT_STATUS: [(&str, &str); 3] =
    [("0", "Success."), ("1", "An error, or something found wrong."), ("2", "A mistyped command.")];

pub fn completions(args: &Completions) -> anyhow::Result<()> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut args::definitions(), "impute", &mut text);
    print(&text)
}

/// Prints a man page, or writes all of them into a folder.
pub fn man(args: &args::Man) -> anyhow::Result<()> {
    let pages = pages()?;
    if let Some(folder) = &args.dir {
        let fail = |e| anyhow::anyhow!("{}: {e}; name a folder", folder.display());
        std::fs::create_dir_all(folder).map_err(fail)?;
        for (name, page) in pages {
            let mut out = Output::create(Some(&folder.join(format!("{name}.1"))))?;
            out.write(&page)?;
            out.finish()?;
        }
        return Ok(());
    }
    let name = match &args.command {
        Some(command) => format!("impute-{command}"),
        None => "impute".to_owned(),
    };
    match pages.iter().find(|(page, _)| *page == name) {
        Some((_, page)) => print(page),
        None => anyhow::bail!(
            "{}: no such command; `impute --help` lists them",
            args.command.as_deref().unwrap_or_default()
        ),
    }
}

fn pages() -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut program = args::definitions();
    program.build();
    let commands = program.get_subcommands().filter(|command| command.get_name() != WITHOUT);
    let commands: Vec<Command> = commands.cloned().collect();
    let mut pages = vec![("impute".to_owned(), page(&program, "impute", &commands)?)];
    for command in &commands {
        let name = format!("impute-{}", command.get_name());
        let own = command.get_subcommands().filter(|command| command.get_name() != WITHOUT);
        let own: Vec<Command> = own.cloned().collect();
        pages.push((name.clone(), page(command, &name, &own)?));
        for command in &own {
            let name = format!("{name}-{}", command.get_name());
            pages.push((name.clone(), page(command, &name, &[])?));
        }
    }
    Ok(pages)
}

/// A page: what it does, examples first, then options, commands, environment and citation.
fn page(command: &Command, name: &str, commands: &[Command]) -> anyhow::Result<Vec<u8>> {
    let own = command.clone().display_name(name.to_owned()).version(env!("CARGO_PKG_VERSION"));
    let man = Man::new(own.clone().disable_help_subcommand(true))
        .title(name.to_uppercase())
        .section("1")
        .date("")
        .source(concat!("impute ", env!("CARGO_PKG_VERSION")))
        .manual("impute");
    let mut out = Vec::new();
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    if let Some(examples) = own.get_before_help() {
        let examples = examples.to_string();
        let lines = examples.lines().filter(|line| !line.starts_with("Example"));
        lines_section("EXAMPLES", lines).to_writer(&mut out)?;
    }
    man.render_description_section(&mut out)?;
    man.render_options_section(&mut out)?;
    if !commands.is_empty() {
        let about = |command: &Command| {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            (format!("{name}-{}(1)", command.get_name()), about)
        };
        list_section("COMMANDS", commands.iter().map(about)).to_writer(&mut out)?;
    }
    let owned = |&(name, text): &(&str, &str)| (name.to_owned(), text.to_owned());
    list_section("ENVIRONMENT", ENVIRONMENT.iter().map(owned)).to_writer(&mut out)?;
    list_section("EXIT STATUS", EXIT_STATUS.iter().map(owned)).to_writer(&mut out)?;
    match own.get_after_help() {
        Some(citation) => {
            let citation = citation.to_string();
            let lines = citation.lines().filter(|line| !line.starts_with("Citation"));
            lines_section("CITATION", lines).to_writer(&mut out)?;
        }
        None => {
            let mut roff = Roff::new();
            roff.control("SH", ["SEE ALSO"]).text([bold("impute"), roman("(1)")]);
            roff.to_writer(&mut out)?;
        }
    }
    Ok(out)
}

/// A section of lines that are printed as they are.
fn lines_section<'l>(title: &str, lines: impl Iterator<Item = &'l str>) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", [title]).control("nf", []);
    for line in lines {
        roff.text([roman(line.trim())]);
    }
    roff.control("fi", []);
    roff
}

/// A section of names and their descriptions.
fn list_section(title: &str, items: impl Iterator<Item = (String, String)>) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", [title]);
    for (name, text) in items {
        roff.control("TP", []).text([bold(name)]).text([roman(text)]);
    }
    roff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_every_command_names_its_options_and_the_environment() {
        let pages = pages().unwrap();
        let mut program = args::definitions();
        program.build();
        let commands = program.get_subcommands().filter(|command| command.get_name() != WITHOUT);
        for command in commands {
            let name = format!("impute-{}", command.get_name());
            let (_, page) = pages.iter().find(|(page, _)| *page == name).unwrap();
            let page = String::from_utf8(page.clone()).unwrap().replace("\\-", "-");
            for option in command.get_arguments().filter_map(|arg| arg.get_long()) {
                assert!(page.contains(&format!("--{option}")), "{name}: {option}");
            }
            for (variable, _) in ENVIRONMENT {
                assert!(page.contains(variable), "{name}: {variable}");
            }
            assert!(page.contains(".SH EXAMPLES"), "{name}");
            // The page of the program lists the command with its description.
            let front = String::from_utf8_lossy(&pages[0].1).replace("\\-", "-");
            let list = front.split(".SH COMMANDS").nth(1).unwrap();
            let list = list.split(".SH ").next().unwrap();
            let about = command.get_about().unwrap().to_string();
            assert!(list.contains(&format!("{name}(1)")), "{name}: {list}");
            assert!(list.contains(&about), "{name}: {about}: {list}");
            for own in command.get_subcommands().filter(|own| own.get_name() != WITHOUT) {
                let own = format!("{name}-{}", own.get_name());
                assert!(page.contains(&format!("{own}(1)")), "{own}");
                assert!(pages.iter().any(|(page, _)| *page == own), "{own}");
            }
        }
    }
}
