//! A text that ends the worker: it alone fails, after three tries, with a reason; its neighbours in the same messages
//! are done, and the broker is never made to give one up.

#![cfg(debug_assertions)]

use std::time::Duration;

use crate::ground::{Place, figure, front_end, worker};
use crate::support::{
    Running, failed_after_its_tries, finished, in_many_languages, posted, supervised,
};

/// The word that does it.
const WORD: &str = "zyzzyva";

#[test]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test -p impute-serve --features scale-out --test scale -- --ignored"]
fn what_ends_a_worker_fails_alone() {
    let place = Place::new();
    let mut front = Running::with(front_end(&place, &[]));
    let mut client = front.client();
    let mut texts = in_many_languages(64);
    texts[31] = format!("The old {WORD} was seen on Tuesday in garden .");
    // All wait before there is a worker, so that it has them at once.
    let ids: Vec<String> = texts.iter().map(|text| posted(&mut client, "language", text)).collect();
    let setup = worker(&place, &[]).fault(&format!("fatal:{WORD}"));
    let folder = tempfile::tempdir().unwrap();
    let working = Running::within(setup, folder);
    let follow = || ids.iter().map(|id| finished(&mut client, &format!("jobs/{id}"))).collect();
    let (mut working, views, restarts): (_, Vec<_>, _) = supervised(working, follow);
    println!("{restarts} restarts");
    for (text, view) in texts.iter().zip(&views) {
        if text.contains(WORD) {
            failed_after_its_tries(view);
        } else {
            assert_eq!(view["state"], "done", "{text}: {view}");
        }
    }
    // Once among its neighbours, three times alone.
    assert!((3..=4).contains(&restarts), "{restarts} restarts");
    assert_eq!(place.messages_in("impute.dead"), 0);
    assert_eq!(figure(&front, "impute_dead_letters_total"), 0.0);
    for process in [&mut working, &mut front] {
        assert!(process.terminate(Duration::from_secs(40)).success(), "{}", process.said());
    }
}
