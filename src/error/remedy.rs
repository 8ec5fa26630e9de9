//! What to do about an error, and which settings that takes.

use std::{fmt, io};

/// What to do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remedy {
    text: &'static str,
    settings: &'static [Setting],
}

impl Remedy {
    /// Something to do by changing these settings.
    pub const fn by(text: &'static str, settings: &'static [Setting]) -> Self {
        Remedy { text, settings }
    }

    /// The remedy in words.
    pub fn text(&self) -> &'static str {
        self.text
    }

    /// The settings involved. Each front end has its own names for them.
    pub fn settings(&self) -> &'static [Setting] {
        self.settings
    }
}

impl From<&'static str> for Remedy {
    fn from(text: &'static str) -> Self {
        Remedy { text, settings: &[] }
    }
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

macro_rules! settings {
    ($($(#[$doc:meta])* $setting:ident,)*) => {
        /// Something that can be set, and may have to be changed. It is exhaustive, so that the compiler tells
        /// every front end about a new one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Setting {
            $($(#[$doc])* $setting,)*
        }

        impl Setting {
            /// All of them.
            pub const ALL: &[Setting] = &[$(Setting::$setting,)*];
        }
    };
}

settings! {
    /// How much memory may be used.
    Memory,
    /// Where temporary files go.
    TemporaryFolder,
    /// The order of the n-grams.
    Order,
    /// How often words must occur to stay.
    MinCount,
    /// How many lines are left out of the counts.
    HeldOut,
    /// Whether to go on if a text is not UTF-8.
    Lossy,
    /// Which texts were counted before.
    Counts,
    /// Which texts are learned from and not counted.
    Learned,
    /// The file with the n-grams that another tool estimated.
    Arpa,
    /// Whether a net is trained.
    Net,
    /// How large the net is.
    NetSize,
    /// How long a net is trained.
    NetLength,
    /// Whether pairs of words with others between them are counted.
    Skip,
    /// Whether posting lists are made.
    Lists,
    /// Whether a model gets tables for look-ups.
    Tables,
    /// How many sentences a model is fitted to.
    Lines,
    /// What form the input has.
    Format,
    /// The prior share of missing words.
    Prior,
    /// How many false alarms are wanted.
    FalseAlarms,
    /// Which language the text is in.
    Language,
    /// How freely words are drawn.
    Temperature,
    /// The text whose lines are not generated.
    Novel,
    /// How many clusters there are.
    Clusters,
    /// How many lines clusters are learned from.
    Sample,
}

/// The next thing to do about what the operating system or a decompressor said.
pub(super) fn of_io(verb: &str, kind: io::ErrorKind) -> &'static str {
    use io::ErrorKind::*;
    match kind {
        NotFound | NotADirectory => "check the spelling and the folder",
        PermissionDenied | ReadOnlyFilesystem => "check who may read or write it",
        IsADirectory => "name a file, not a folder",
        StorageFull | QuotaExceeded => "free some space, or write elsewhere",
        FileTooLarge => "free some space, raise the limit on sizes, or write elsewhere",
        UnexpectedEof => "the file seems cut short, fetch it again",
        InvalidData | InvalidInput | Other if verb != "write" => {
            "the file seems damaged, fetch it again"
        }
        Unsupported if verb != "write" => {
            "unpack it with a program that can, and give the text itself"
        }
        OutOfMemory => "free some memory, or use a smaller model",
        _ => "check the device, and try again",
    }
}
