//! The style and the script, inside the program: their names contain a hash of their content, so that browsers may
//! keep them for ever and still get the new ones after an update.

use std::sync::LazyLock;

use twox_hash::XxHash3_64;

/// A file that pages refer to.
pub struct File {
    /// Where it is.
    pub path: String,
    /// What it is.
    pub kind: &'static str,
    /// What is in it.
    pub content: &'static str,
}

impl File {
    fn new(name: &str, ending: &str, kind: &'static str, content: &'static str) -> Self {
        let hash = XxHash3_64::oneshot(content.as_bytes());
        File { path: format!("/static/{name}-{hash:016x}.{ending}"), kind, content }
    }
}

/// How every page looks.
pub static STYLE: LazyLock<File> =
    LazyLock::new(|| File::new("page", "css", "text/css; charset=utf-8", include_str!("page.css")));

/// What pages do by themselves.
pub static SCRIPT: LazyLock<File> = LazyLock::new(|| {
    File::new("page", "js", "text/javascript; charset=utf-8", include_str!("page.js"))
});

/// The file of this name under `/static/`.
pub fn find(name: &str) -> Option<&'static File> {
    let files: [&'static File; 2] = [&STYLE, &SCRIPT];
    files.into_iter().find(|file| file.path.strip_prefix("/static/") == Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_their_whole_name_only() {
        let name = STYLE.path.strip_prefix("/static/").unwrap();
        assert_eq!(find(name).unwrap().content, STYLE.content);
        assert!(find("page.css").is_none() && find("").is_none() && find("../page.css").is_none());
        assert_ne!(STYLE.path, SCRIPT.path);
    }

    #[test]
    fn nothing_is_fetched_from_elsewhere() {
        for file in [&*STYLE, &*SCRIPT] {
            assert!(!file.content.contains("://"), "{}", file.path);
        }
    }
}
