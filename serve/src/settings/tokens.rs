//! Who may come in: names and tokens, read from a file or from a variable.
//!
//! In: lines `name token` or `name token admin` (blank lines and lines that begin with `#` are passed over), or
//! `name:token,name:token:admin`. Out: the tokens, each with the name under which its client is known. A name may
//! have several tokens, so that an old and a new one can hold at the same time.
//!
//! Invariants: no token is ever printed, not by `Debug` either; comparing takes the same time for every token
//! that is presented, whether it is right, nearly right or of another length.

use std::fmt;

use subtle::{Choice, ConstantTimeEq};

use super::values::is_name;
use super::wrong::Cause;

/// The shortest token that is taken: below, somebody could try them all.
pub const SHORTEST: usize = 16;

/// The longest token that is taken.
pub const LONGEST: usize = 128;

/// One token, and whom it stands for.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// The client's name.
    pub name: String,
    /// Whether the client may publish models.
    pub admin: bool,
    secret: Secret,
}

/// All tokens there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens(Vec<Token>);

/// A token in a room of one size, so that lengths are compared like everything else.
#[derive(Clone)]
struct Secret {
    bytes: [u8; LONGEST],
    length: u64,
}

impl Secret {
    fn new(token: &[u8]) -> Option<Self> {
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..token.len())?.copy_from_slice(token);
        Some(Secret { bytes, length: token.len() as u64 })
    }

    fn same(&self, other: &Secret) -> Choice {
        self.bytes.ct_eq(&other.bytes) & self.length.ct_eq(&other.length)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.same(other).into()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Token { name, admin, secret: _ } = self;
        formatter
            .debug_struct("Token")
            .field("name", name)
            .field("admin", admin)
            .finish_non_exhaustive()
    }
}

impl Tokens {
    /// Reads the lines of a file.
    ///
    /// # Errors
    ///
    /// If a line is not `name token` or `name token admin`, or there is none.
    pub fn of_lines(text: &str) -> Result<Self, Cause> {
        let mut tokens = Tokens::default();
        for (line, number) in text.lines().zip(1..) {
            let words: Vec<&str> = line.split_whitespace().collect();
            if words.is_empty() || words[0].starts_with('#') {
                continue;
            }
            tokens.add(&words, &format!("line {number}"), "name token")?;
        }
        tokens.any("write a line `name token`")
    }

    /// Reads the list of a variable.
    ///
    /// # Errors
    ///
    /// If an entry is not `name:token` or `name:token:admin`, or there is none.
    pub fn of_list(text: &str) -> Result<Self, Cause> {
        let mut tokens = Tokens::default();
        for (entry, number) in
            text.split(',').map(str::trim).filter(|entry| !entry.is_empty()).zip(1..)
        {
            let words: Vec<&str> = entry.split(':').collect();
            tokens.add(&words, &format!("entry {number}"), "name:token")?;
        }
        tokens.any("write name:token,name:token, or unset it")
    }

    fn add(&mut self, words: &[&str], place: &str, form: &str) -> Result<(), Cause> {
        let joint = if form.contains(':') { ':' } else { ' ' };
        let (name, token, admin) = match *words {
            [name, token] => (name, token, false),
            [name, token, "admin"] => (name, token, true),
            _ => {
                let remedy = format!("write `{form}` or `{form}{joint}admin`");
                return Err(Cause::new(format!("{place} is not a name and a token"), remedy));
            }
        };
        if !is_name(name) {
            // Who swaps the two would find his token in the message: so the name is not quoted.
            let remedy =
                "write at most 64 letters of English, digits, '-', '_' and '.' before the token";
            return Err(Cause::new(format!("the name in {place} cannot name a client"), remedy));
        }
        let remedy = "use one of 16 to 128 letters of English, digits and -._~+/= , like `openssl rand -hex 24` \
             writes";
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        if token.len() < SHORTEST || !token.bytes().all(allowed) {
            return Err(Cause::new(
                format!("the token in {place} is too short or has other signs"),
                remedy,
            ));
        }
        let Some(secret) = Secret::new(token.as_bytes()) else {
            return Err(Cause::new(format!("the token in {place} is too long"), remedy));
        };
        if self.0.iter().any(|known| known.secret == secret) {
            let remedy = "give each client its own";
            return Err(Cause::new(format!("the token in {place} is there twice"), remedy));
        }
        self.0.push(Token { name: name.to_owned(), admin, secret });
        Ok(())
    }

    fn any(self, remedy: &str) -> Result<Self, Cause> {
        if self.is_empty() { Err(Cause::new("holds no token", remedy)) } else { Ok(self) }
    }

    /// Whether nobody needs a token.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whose token this is. Every token is compared in full, so that time tells nothing about any of them.
    pub fn find(&self, presented: &[u8]) -> Option<&Token> {
        let presented = Secret::new(presented)?;
        let mut found = None;
        for token in &self.0 {
            if token.secret.same(&presented).into() {
                found = Some(token);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "0123456789abcdef";
    const TWO: &str = "fedcba9876543210";

    #[test]
    fn reads_lines_and_lists_alike() {
        let lines = format!("# who\n\none {ONE}\n two\t{TWO} admin\r\n");
        let tokens = Tokens::of_lines(&lines).unwrap();
        assert_eq!(tokens, Tokens::of_list(&format!("one:{ONE}, two:{TWO}:admin,")).unwrap());
        assert_eq!(tokens.len(), 2);
        let two = tokens.find(TWO.as_bytes()).unwrap();
        assert_eq!((two.name.as_str(), two.admin), ("two", true));
        assert!(!tokens.find(ONE.as_bytes()).unwrap().admin);
    }

    #[test]
    fn finds_nothing_that_only_resembles() {
        let tokens = Tokens::of_list(&format!("one:{ONE}")).unwrap();
        for presented in ["", "0", "0123456789abcde", "0123456789abcdef0", "0123456789abcdeF", TWO]
        {
            assert!(tokens.find(presented.as_bytes()).is_none(), "{presented}");
        }
        assert!(tokens.find(format!("{ONE}\0").as_bytes()).is_none());
        assert!(tokens.find(&[b'a'; 1000]).is_none());
    }

    #[test]
    fn refuses_what_would_not_protect_and_quotes_no_token() {
        let lists = [
            String::new(),
            ",".to_owned(),
            "one".to_owned(),
            "one:short".to_owned(),
            format!("one:{ONE}:root"),
            format!("one:{ONE}:admin:x"),
            format!("o ne:{ONE}"),
            format!(":{ONE}"),
            format!("one:{ONE}é"),
            format!("one:{}", "a".repeat(129)),
            format!("one:{ONE},two:{ONE}"),
        ];
        for list in lists {
            let cause = Tokens::of_list(&list).expect_err(&list);
            assert!(!format!("{cause:?}").contains(ONE), "{cause:?}");
        }
        assert!(Tokens::of_lines("# none\n").is_err());
        assert!(Tokens::of_lines(&format!("a {ONE}\nb")).unwrap_err().what.contains("line 2"));
    }

    #[test]
    fn is_never_shown() {
        let tokens = Tokens::of_list(&format!("one:{ONE}")).unwrap();
        let shown = format!("{tokens:?}");
        assert!(shown.contains("one") && !shown.contains(ONE) && !shown.contains("48"), "{shown}");
    }
}
