//! The page of one request. While there is no answer it loads itself again every second, without a script too.

use maud::Markup;

use super::answer::{answer, title};
use super::document::{Again, Frame, document};
use super::view::Request;

/// The page.
pub fn page(request: &Request) -> Markup {
    let again = if request.state.is_final() { Again::Never } else { Again::After(1) };
    document(&Frame { title: title(request), here: "", again }, &answer(request))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{STATES, assert_sound, request};
    use super::*;

    #[test]
    fn only_what_is_not_finished_is_loaded_again() {
        for state in STATES {
            let html = page(&request("the new can", state)).into_string();
            assert_sound(&html);
            assert_eq!(html.contains("http-equiv=\"refresh\" content=\"1\""), !state.is_final());
            assert_eq!(html.matches("<h1").count(), 1);
        }
    }
}
