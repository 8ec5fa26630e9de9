//! The limits in force, beside what they would be if nobody had set them.

use super::spell::count;
use super::view::Limit;
use crate::settings::Settings;
use crate::settings::duration::print;
use crate::settings::key::Key;

/// All limits that a client may meet.
pub fn limits(settings: &Settings) -> Vec<Limit> {
    let bytes = |number: usize| count(number as u64);
    let rate = match settings.rate {
        0 => "none".to_owned(),
        rate => rate.to_string(),
    };
    let all = [
        (Key::MaxText, "bytes of one text", bytes(settings.max_text)),
        (Key::MaxUpload, "bytes of one file", count(settings.max_upload)),
        (Key::MaxBacklog, "requests that wait at the same time", count(settings.max_backlog)),
        (Key::MaxRows, "rows of files that wait at the same time", count(settings.max_rows)),
        (Key::Rate, "requests a second of one client", rate),
        (Key::Burst, "requests that one client may send at once", settings.burst.to_string()),
        (Key::Timeout, "for how long one call may take", print(settings.timeout)),
        (
            Key::Ttl,
            "how long a request waits before it expires, unless it says less",
            print(settings.ttl),
        ),
        (Key::Retention, "how long texts and answers are kept", print(settings.retention)),
        (
            Key::KeepFeedback,
            "how long feedback is kept, with its text",
            print(settings.keep_feedback),
        ),
    ];
    let limit = |(key, about, in_force): (Key, _, _)| {
        let default = match key {
            Key::Rate => "none; 50 with tokens",
            key => key.default().unwrap_or("–"),
        };
        Limit { setting: key.name(), about, default, in_force }
    };
    all.into_iter().map(limit).collect()
}
