//! What becomes of jobs, turn by turn.

use uuid::Uuid;

use crate::store::sqlite::jobs::*;
use crate::store::sqlite::schema;
use crate::store::{NewJob, State, TRIES};
use crate::task::Task;

#[test]
fn what_was_tried_before_is_claimed_by_itself_and_only_alone() {
    let folder = tempfile::tempdir().unwrap();
    let connection = schema::open(&folder.path().join("x")).unwrap();
    for id in 1..=4 {
        let (task, model, text) = (Task::Impute, "m".to_owned(), "a b c".to_owned());
        let (id, asked, expires) = (Uuid::from_u128(id), String::new(), 100);
        let job = NewJob { id, task, model, asked, text, created: 0, expires, repeat: None };
        accept(&connection, &job).unwrap();
    }
    let seqs = |most, alone| {
        let claim = claim(&connection, "m", most, 1, alone).unwrap();
        let seqs: Vec<i64> = claim.jobs.iter().map(|job| job.seq).collect();
        (seqs, claim.wants_alone)
    };
    assert_eq!(seqs(2, false), (vec![1, 2], false));
    assert_eq!(recover(&connection, 1).unwrap(), 4); // as after a crash
    assert_eq!(seqs(9, false), (vec![], true));
    assert_eq!(seqs(9, true), (vec![1], false));
    assert_eq!(seqs(9, true), (vec![2], false));
    assert_eq!(seqs(9, true), (vec![], false), "the others were not tried");
    assert_eq!(seqs(9, false), (vec![3, 4], false));
    assert_eq!(oldest(&connection, "m").unwrap(), None);
    release(&connection, &[3]).unwrap();
    assert_eq!(oldest(&connection, "m").unwrap(), Some(0));
    assert_eq!(
        expire_all(&connection, &late(&connection, 100).unwrap(), 100).unwrap(),
        [Uuid::from_u128(3)]
    );
    for _ in 0..2 {
        recover(&connection, 2).unwrap();
        claim(&connection, "m", 1, 2, true).unwrap();
    }
    recover(&connection, 3).unwrap();
    let first = job(&connection, Uuid::from_u128(1), 3).unwrap().unwrap();
    assert_eq!((first.state, first.tries), (State::Failed, TRIES));
}
