//! How many requests one client may send: a rate that holds in the long run, and a burst that may go before it.
//!
//! In: the client's name. Out: nothing, or 429 with the seconds after which the next request is taken. The
//! burst fills up again at the rate (the generic cell rate algorithm). What is open to everybody is not
//! counted.
//!
//! Memory: one entry for each client that was seen since [`Rate::forget_idle`] was last called; call it now and
//! then.

use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::client::Client;
use super::open::is_open;
use crate::refusal::{Code, Refusal};

/// The requests of every client, counted.
pub struct Rate {
    limiter: RateLimiter<String, HashMapStateStore<String>, DefaultClock>,
    clock: DefaultClock,
}

impl Rate {
    /// A count for `rate` requests a second and `burst` at once; none if either is 0.
    pub fn new(rate: u32, burst: u32) -> Option<Self> {
        let quota = Quota::per_second(NonZeroU32::new(rate)?);
        Some(Rate::of_quota(quota.allow_burst(NonZeroU32::new(burst)?)))
    }

    fn of_quota(quota: Quota) -> Self {
        Rate { limiter: RateLimiter::hashmap(quota), clock: DefaultClock::default() }
    }

    /// Counts one request of `client`.
    ///
    /// # Errors
    ///
    /// The refusal, if it is one too many.
    pub fn admit(&self, client: &str) -> Result<(), Refusal> {
        // A name that is not there yet is copied by the limiter, and so it wants it owned.
        let Err(early) = self.limiter.check_key(&client.to_owned()) else { return Ok(()) };
        let wait = early.wait_time_from(self.clock.now());
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        let seconds = seconds.max(1);
        let message = format!(
            "You sent more requests than one client may; go on in {seconds} s, and slower."
        );
        Err(Refusal::new(Code::TooManyRequests, message).retry_after(seconds))
    }

    /// Forgets the clients whose burst is full again: they are as good as new.
    pub fn forget_idle(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }

    /// How many clients are remembered.
    #[cfg(test)]
    fn clients(&self) -> usize {
        self.limiter.len()
    }
}

/// The middleware; it stands behind the one that says who the client is.
pub async fn check(State(rate): State<Arc<Rate>>, request: Request, next: Next) -> Response {
    if !is_open(request.uri().path()) {
        let client = request.extensions().get::<Client>();
        let name = client.map_or("unknown", |client| client.name.as_str());
        if let Err(refusal) = rate.admit(name) {
            return refusal.into_response();
        }
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::body::Body;
    use axum::routing::get;
    use axum::{Router, middleware};
    use tower::ServiceExt;

    use super::*;

    /// Two at once, then one an hour: no test is slow enough to see it.
    fn slow() -> Rate {
        let quota = Quota::with_period(Duration::from_secs(3600)).unwrap();
        Rate::of_quota(quota.allow_burst(NonZeroU32::new(2).unwrap()))
    }

    #[test]
    fn a_burst_is_taken_and_what_follows_is_told_when() {
        let rate = slow();
        assert_eq!(rate.admit("a"), Ok(()));
        assert_eq!(rate.admit("a"), Ok(()));
        let refusal = rate.admit("a").unwrap_err();
        assert_eq!(refusal.code, Code::TooManyRequests);
        assert!((1800..=3600).contains(&refusal.retry_after.unwrap()), "{refusal:?}");
        assert_eq!(rate.admit("b"), Ok(()), "another client has a burst of its own");
    }

    #[test]
    fn the_burst_fills_up_again_and_the_idle_are_forgotten() {
        let quota = Quota::with_period(Duration::from_millis(1)).unwrap();
        let rate = Rate::of_quota(quota);
        let _ = rate.admit("a");
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(rate.admit("a"), Ok(()));
        assert_eq!(rate.clients(), 1);
        std::thread::sleep(Duration::from_millis(50));
        rate.forget_idle();
        assert_eq!(rate.clients(), 0);
        let rate = slow();
        let _ = rate.admit("a");
        rate.forget_idle();
        assert_eq!(rate.clients(), 1, "who is still limited is remembered");
    }

    #[test]
    fn no_rate_is_no_count() {
        assert!(Rate::new(0, 200).is_none());
        assert!(Rate::new(50, 200).is_some());
    }

    #[tokio::test]
    async fn health_is_not_counted() {
        let router = Router::new()
            .route("/healthz", get(|| async {}))
            .route("/v1/jobs", get(|| async {}))
            .layer(middleware::from_fn_with_state(Arc::new(slow()), check));
        let ask = async |path: &str| {
            let request = Request::get(path).body(Body::empty()).unwrap();
            router.clone().oneshot(request).await.unwrap()
        };
        for _ in 0..5 {
            assert_eq!(ask("/healthz").await.status(), 200);
        }
        assert_eq!(ask("/v1/jobs").await.status(), 200);
        assert_eq!(ask("/v1/jobs").await.status(), 200);
        let refused = ask("/v1/jobs").await;
        assert_eq!(refused.status(), 429);
        assert!(refused.headers().contains_key("retry-after"));
        assert_eq!(ask("/healthz").await.status(), 200);
    }
}
