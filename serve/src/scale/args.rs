//! What can be typed after `impute-serve scale-hint`.

use std::time::Duration;

use super::hint::Aim;
use crate::settings::duration;

/// Print how many workers the load asks for, for whatever starts and stops them
///
/// As many that texts are done as fast as they arrive, and those that are open within --within. Fewer than there are
/// are asked for only when those that are left would be busy for no more than 70 % of their time; none, when nothing
/// is open and nothing arrives.
///
/// The exit code is 0 if there are as many as that, 3 if more are needed, 4 if fewer would do; 1 is an error, 2 a
/// command line that is none.
#[derive(clap::Args, Debug, Clone)]
#[command(before_help = "\
Examples:
  impute-serve scale-hint --database postgres://…
  kubectl scale deployment impute-work --replicas \"$(impute-serve scale-hint)\"")]
pub struct Args {
    /// Have what is open done in this time
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = within)]
    pub within: Duration,
    /// Ask for at most this many workers
    #[arg(long, value_name = "WORKERS", default_value = "100", value_parser = clap::value_parser!(u64).range(1..))]
    pub most: u64,
    /// Print a JSON object, with what the number was computed from
    #[arg(long)]
    pub json: bool,
}

impl Args {
    /// What is aimed at.
    pub fn aim(&self) -> Aim {
        Aim { within: self.within, most: self.most }
    }
}

fn within(text: &str) -> Result<Duration, String> {
    let span =
        duration::parse(text).map_err(|cause| format!("{}; {}", cause.what, cause.remedy))?;
    if span.is_zero() {
        Err("nothing is done in no time; write 1s or more".to_owned())
    } else {
        Ok(span)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser, Debug)]
    struct Program {
        #[command(flatten)]
        args: Args,
    }

    fn typed(words: &str) -> Result<Args, clap::Error> {
        let words = ["scale-hint"].into_iter().chain(words.split_whitespace());
        Program::try_parse_from(words).map(|program| program.args)
    }

    #[test]
    fn what_is_typed_is_aimed_at() {
        let aim = |words| typed(words).unwrap().aim();
        assert_eq!(aim(""), Aim { within: Duration::from_secs(60), most: 100 });
        assert_eq!(aim("--within 5m --most 3"), Aim { within: Duration::from_secs(300), most: 3 });
        for wrong in ["--within 0s", "--within 5", "--most 0", "--most many"] {
            let message = typed(wrong).unwrap_err().to_string();
            assert!(message.contains(wrong.split(' ').next().unwrap()), "{message}");
        }
    }
}
