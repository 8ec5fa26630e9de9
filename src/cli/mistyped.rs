//! `impute trian text`: a mistyped command would be taken for the INPUT of `impute INPUT`.

use std::ffi::OsString;
use std::path::Path;

/// Flags that may stand before a command.
const FLAGS: [&str; 4] = ["-q", "--quiet", "-v", "--verbose"];

/// What is wrong with the first argument, if it names no file, and is no command, but hardly differs from
/// one; the same of the command that `help` is asked about.
pub fn command<'c>(
    arguments: impl Iterator<Item = OsString>,
    commands: impl Iterator<Item = &'c str>,
) -> Option<String> {
    let is_flag = |argument: &OsString| FLAGS.iter().any(|flag| argument == flag);
    let mut arguments = arguments.skip_while(is_flag);
    let mut typed = arguments.next()?.into_string().ok()?;
    let mut what = "no such file";
    if typed == "help" {
        typed = arguments.next()?.into_string().ok()?;
        what = "no such command";
    } else if Path::new(&typed).exists() {
        return None;
    }
    let distance = |command: &str| strsim::damerau_levenshtein(&typed, command);
    let nearest = commands.min_by_key(|command| distance(command))?;
    // One slip in a short word, two in one of six letters.
    let slips = 1..=nearest.len() / 3;
    let is_slip = slips.contains(&distance(nearest));
    is_slip.then(|| format!("{typed}: {what}; did you mean the command `{nearest}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(line: &str) -> Option<String> {
        let commands = ["train", "fill", "explain", "evaluate", "help", "man"];
        let what = command(line.split(' ').map(OsString::from), commands.into_iter())?;
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
        for line in
            ["train text", "rain.txt", "test.csv", "film.txt", "-", "--threads 2 trian", "-o trian"]
        {
            assert_eq!(nearest(line), None, "{line}");
        }
    }

    #[test]
    fn a_file_is_no_mistyped_command() {
        // Tests run in the folder of the package, which has `src`.
        let of =
            |command_name| command([OsString::from("src")].into_iter(), [command_name].into_iter());
        assert_eq!(of("srcs"), None);
    }
}
