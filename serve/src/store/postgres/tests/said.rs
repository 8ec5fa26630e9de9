//! What was said about answers, and the versions of models; read beside the service.

use uuid::Uuid;

use super::trial::{Trial, claim, finished, job};
use crate::store::postgres::{Postgres, PostgresReading};
use crate::store::{Feedback, Jobs, NewFeedback, NewJob, Reading, Reports, Versions};
use crate::task::{Source, Task, Verdict};

async fn done(store: &Postgres, task: Task, text: &str) -> Uuid {
    let id = store.accept(NewJob { task, ..job(text) }).await.unwrap().0;
    let claimed = claim(store, id).await;
    store.finish_jobs(&[finished(&claimed, "{}")]).await.unwrap();
    id
}

async fn all(trial: &Trial) -> Vec<Feedback> {
    let url = trial.url();
    let reading = std::thread::spawn(move || {
        let mut all = Vec::new();
        let mut reading = PostgresReading::open(&url).unwrap();
        let take = &mut |one| {
            all.push(one);
            Ok(())
        };
        reading.each_feedback(take).unwrap();
        all
    });
    tokio::task::spawn_blocking(move || reading.join().unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn the_last_word_of_a_client_counts_and_its_number_stays() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    let id = done(&store, Task::Impute, "a\0 c").await;
    for client in ["one", "two"] {
        assert!(
            store
                .put_feedback(NewFeedback::sample(id, client, Source::Report, Verdict::Right))
                .await
                .unwrap()
        );
    }
    let mut again = NewFeedback::sample(id, "one", Source::Report, Verdict::Wrong);
    (again.word, again.gap) = (Some("b\0".into()), Some(1));
    assert!(store.put_feedback(again).await.unwrap());
    assert_eq!(
        store.last_feedback(id).await.unwrap(),
        Some((Verdict::Wrong, Some("b\0".to_owned())))
    );
    // A label of a sample is no report, and does not replace one.
    assert!(
        store
            .put_feedback(NewFeedback::sample(id, "one", Source::Sample, Verdict::Right))
            .await
            .unwrap()
    );
    let all = all(&trial).await;
    let told: Vec<_> = all.iter().map(|one| (one.source, one.verdict)).collect();
    let expected = [
        (Source::Report, Verdict::Wrong),
        (Source::Report, Verdict::Right),
        (Source::Sample, Verdict::Right),
    ];
    assert_eq!(told, expected);
    assert!(all[0].seq < all[1].seq && all[0].created > 1_700_000_000_000);
    assert_eq!((all[0].word.as_deref(), all[0].gap), (Some("b\0"), Some(1)));
    let of_job = (all[0].text.as_str(), all[0].version, all[0].model.as_str(), all[0].task);
    assert_eq!(of_job, ("a\0 c", Some(3), "m", Task::Impute));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn only_of_what_is_done_and_gone_with_its_job_however_old() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    let open = store.accept(job("a c")).await.unwrap().0;
    let [old, new] =
        [done(&store, Task::Impute, "a c").await, done(&store, Task::Impute, "d").await];
    let put = async |id| {
        store
            .put_feedback(NewFeedback::sample(id, "one", Source::Report, Verdict::Right))
            .await
            .unwrap()
    };
    let mut given = Vec::new();
    for id in [open, old, new, Uuid::new_v4()] {
        given.push(put(id).await);
    }
    assert_eq!(given, [false, true, true, false]);
    trial.say(&format!("DELETE FROM jobs WHERE id = '{old}'")).await;
    assert_eq!(all(&trial).await.len(), 2);
    assert!(store.delete_job(old).await.unwrap());
    assert!(!store.delete_job(old).await.unwrap());
    // At the same moment: what is said about a job that is removed is not kept.
    let (removed, _) = tokio::join!(store.delete_job(new), put(new));
    assert!(removed.unwrap());
    assert!(!put(new).await);
    assert!(all(&trial).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn recent_texts_are_the_newest_that_are_done_and_no_languages() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    done(&store, Task::Impute, "one").await;
    done(&store, Task::Language, "two").await;
    done(&store, Task::Repair, "three").await;
    store.accept(job("four")).await.unwrap();
    done(&store, Task::Impute, "five").await;
    assert_eq!(store.recent_texts(2).await.unwrap(), ["five", "three"]);
    assert_eq!(store.recent_texts(9).await.unwrap().len(), 3);
    let counted = (store.count_recent(2).await.unwrap(), store.count_recent(9).await.unwrap());
    assert_eq!(counted, (2, 3));
    let url = trial.url();
    let read = move || {
        let mut reading = PostgresReading::open(&url).unwrap();
        let mut places = Vec::new();
        reading.each_done(Some(Task::Repair), &mut |seq, _| places.push(seq)).unwrap();
        assert_eq!(places, [3]);
        reading.each_done(None, &mut |seq, _| places.push(seq)).unwrap();
        assert_eq!(places, [3, 1, 2, 3, 5]);
        assert_eq!(reading.done(3).unwrap().unwrap().text, "three");
        assert_eq!(reading.done(4).unwrap(), None);
    };
    tokio::task::spawn_blocking(read).await.unwrap();
    // Old feedback goes, and newer stays.
    let id = done(&store, Task::Impute, "six").await;
    for client in ["one", "two"] {
        store
            .put_feedback(NewFeedback::sample(id, client, Source::Report, Verdict::Right))
            .await
            .unwrap();
    }
    trial.say("UPDATE feedback SET created = created - 7200000 WHERE client = 'one'").await;
    crate::store::Store::retire(&store, 3_600_000, 3_600_000).await.unwrap();
    assert_eq!(all(&trial).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn versions_have_numbers_in_order_and_the_same_model_keeps_its_own() {
    let trial = Trial::new().await;
    let (one, two) = (trial.open().await, trial.work().await);
    let of = async |store: &Postgres, hash: &str| {
        store.version_of("m".into(), hash.into()).await.unwrap()
    };
    // Processes that start together.
    let numbers = tokio::join!(of(&one, "first"), of(&two, "first"), of(&one, "first"));
    assert_eq!(numbers, (1, 1, 1));
    let compare = Some(serde_json::json!({ "better": 0.5 }));
    let added = one.add_version("m".into(), "second".into(), "more news".into(), compare.clone());
    assert_eq!(added.await.unwrap(), 2);
    let again = one.add_version("m".into(), "second".into(), "the same".into(), None);
    assert_eq!(again.await.unwrap(), 3);
    assert_eq!(of(&two, "second").await, 3);
    assert_eq!(of(&two, "third").await, 4);
    assert_eq!(two.version_of("n".into(), "first".into()).await.unwrap(), 1);
    let versions = two.versions("m".into()).await.unwrap();
    let told: Vec<_> = versions.iter().map(|one| (one.version, one.change.as_str())).collect();
    let replaced = "put in its place while the service was not running";
    assert_eq!(told, [(4, replaced), (3, "the same"), (2, "more news"), (1, "the first")]);
    assert_eq!(versions[2].compare, compare);
    assert!(versions[0].published > 1_700_000_000_000);
}
