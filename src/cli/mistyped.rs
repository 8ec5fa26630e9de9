//! `impute trian text`: a mistyped command would pass for the INPUT of `impute INPUT`.

use std::ffi::OsString;
use std::path::Path;

/// What is wrong with the first argument, if it names no file and is not a command but close to one;
/// likewise for the command that `help` is asked about. Options that may precede a command are skipped with
/// their values.
pub fn command(
    mut arguments: impl Iterator<Item = OsString>,
    program: &clap::Command,
) -> Option<String> {
    let mut first = arguments.next()?;
    while let Some(value_follows) = first.to_str().and_then(|first| global(first, program)) {
        if value_follows {
            arguments.next()?;
        }
        first = arguments.next()?;
    }
    let mut typed = first.into_string().ok()?;
    let mut what = "no such file";
    if typed == "help" {
        typed = arguments.next()?.into_string().ok()?;
        what = "no such command";
    } else if Path::new(&typed).exists() {
        return None;
    }
    let distance = |command: &str| strsim::damerau_levenshtein(&typed, command);
    let commands = program.get_subcommands().map(clap::Command::get_name);
    let nearest = commands.min_by_key(|command| distance(command))?;
    // One slip in a short word, two in one of six letters.
    let slips = 1..=nearest.len() / 3;
    let is_slip = slips.contains(&distance(nearest));
    is_slip.then(|| format!("{typed}: {what}; did you mean the command `{nearest}`?"))
}

/// Whether the value of an option follows as a separate argument; `None` if this is not an option that
/// every command has. `-qv` is two.
fn global(argument: &str, program: &clap::Command) -> Option<bool> {
    let find = |is: &dyn Fn(&clap::Arg) -> bool| {
        let option = program.get_arguments().find(|option| option.is_global_set() && is(option))?;
        Some(option.get_action().takes_values())
    };
    if let Some(long) = argument.strip_prefix("--") {
        let (name, value) = long.split_once('=').map_or((long, None), |(n, v)| (n, Some(v)));
        return Some(find(&|option| option.get_long() == Some(name))? && value.is_none());
    }
    let letters = argument.strip_prefix('-').filter(|letters| !letters.is_empty())?;
    for (at, letter) in letters.char_indices() {
        if find(&|option| option.get_short() == Some(letter))? {
            // What follows it is its value.
            return Some(at + letter.len_utf8() == letters.len());
        }
    }
    Some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(line: &str) -> Option<String> {
        let mut program = super::super::args::definitions();
        program.build();
        let what = command(line.split(' ').map(OsString::from), &program)?;
        what.split('`').nth(1).map(str::to_owned)
    }

    #[test]
    fn a_slip_is_told_from_another_name() {
        assert_eq!(nearest("trian text -o m"), Some("train".into()));
        assert_eq!(nearest("-q --verbose expalin x"), Some("explain".into()));
        assert_eq!(nearest("evalutae held-out.txt"), Some("evaluate".into()));
        assert_eq!(nearest("hlep"), Some("help".into()));
        assert_eq!(nearest("help trian"), Some("train".into()));
        assert_eq!(nearest("help train"), None);
        for line in ["train text", "rain.txt", "test.csv", "film.txt", "-", "-o trian"] {
            assert_eq!(nearest(line), None, "{line}");
        }
    }

    #[test]
    fn options_of_every_command_are_skipped_with_their_values() {
        for options in ["--threads 2", "--threads=2", "--color always -q", "-qv", "-v --threads 1"]
        {
            assert_eq!(nearest(&format!("{options} trian x")), Some("train".into()), "{options}");
            assert_eq!(nearest(&format!("{options} train x")), None, "{options}");
        }
        assert_eq!(nearest("--threads 2 help trian"), Some("train".into()));
        // A value is not a command.
        for line in ["--threads trian", "--color trian train", "--threads", "-q", "-qx trian"] {
            assert_eq!(nearest(line), None, "{line}");
        }
    }

    #[test]
    fn short_options_may_be_followed_by_their_value() {
        let short = |name: &'static str, letter| clap::Arg::new(name).short(letter).global(true);
        let program = clap::Command::new("program")
            .args([short("flag", 'f').action(clap::ArgAction::SetTrue), short("value", 'v')]);
        let of = |argument| global(argument, &program);
        assert_eq!([of("-f"), of("-v"), of("-fv")], [Some(false), Some(true), Some(true)]);
        assert_eq!([of("-v1"), of("-fvf"), of("-vf")], [Some(false); 3]);
        assert_eq!([of("-x"), of("-fx"), of("-"), of("--"), of("--f"), of("f")], [None; 6]);
    }

    #[test]
    fn a_file_is_not_a_mistyped_command() {
        // Tests run in the folder of the package, which has `src`.
        let program = clap::Command::new("program").subcommand(clap::Command::new("srcs"));
        let of = |typed: &str| command([OsString::from(typed)].into_iter(), &program);
        assert_eq!(of("src"), None);
        assert!(of("srcz").is_some());
    }
}
