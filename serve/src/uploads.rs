//! Files on their way in: so many at the same time, and not all of them one client's.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// How many files may be on their way in.
const MOST: usize = 8;
/// How many of them may be one client's. Those of this machine have one address, and are many.
const OF_ONE: usize = 2;

/// Room for files on their way in.
#[derive(Debug, Default)]
pub struct Uploads {
    clients: Mutex<HashMap<String, usize>>,
}

/// Room that has been taken, until it is dropped.
#[derive(Debug)]
pub struct Upload {
    uploads: Arc<Uploads>,
    client: String,
}

impl Uploads {
    /// Takes room for a file of a client, if there is some.
    pub fn take(self: &Arc<Self>, client: &str) -> Option<Upload> {
        let local = client.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        let most = if local { MOST } else { OF_ONE };
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if clients.values().sum::<usize>() >= MOST
            || clients.get(client).is_some_and(|&n| n >= most)
        {
            return None;
        }
        *clients.entry(client.to_owned()).or_default() += 1;
        Some(Upload { uploads: Arc::clone(self), client: client.to_owned() })
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let mut clients = self.uploads.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(files) = clients.get_mut(&self.client) {
            *files -= 1;
            if *files == 0 {
                clients.remove(&self.client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_client_leaves_room_for_others() {
        let uploads = Arc::new(Uploads::default());
        let mine: Vec<_> = std::iter::from_fn(|| uploads.take("me")).collect();
        assert_eq!(mine.len(), OF_ONE);
        let here: Vec<_> = std::iter::from_fn(|| uploads.take("127.0.0.1")).collect();
        assert_eq!(here.len(), MOST - OF_ONE);
        assert!(uploads.take("you").is_none());
        drop((mine, here));
        assert!(uploads.clients.lock().unwrap().is_empty());
    }
}
