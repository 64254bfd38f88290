//! What a server counts, and the page that shows it.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

/// The names of the counters, what they count, and whether they are gauges.
macro_rules! counters {
    ($($(#[doc = $help:literal])+ $name:ident: $kind:ident),+ $(,)?) => {
        /// The counters of one worker. They have cache lines of their own: two workers
        /// that count in one would take it from each other with every request.
        #[derive(Debug, Default)]
        #[repr(align(128))]
        pub struct Counters {
            $($(#[doc = $help])+ pub $name: AtomicU64,)+
        }

        /// The sums over all workers.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Snapshot {
            $($(#[doc = $help])+ pub $name: u64,)+
        }

        impl Metrics {
            /// What was counted so far. The counters are read one after another.
            pub fn snapshot(&self) -> Snapshot {
                let mut sum = Snapshot::default();
                let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                for counters in all.iter() {
                    // A gauge may go down in another worker than it went up in.
                    $(sum.$name = sum.$name.wrapping_add(counters.$name.load(Relaxed));)+
                }
                sum
            }
        }

        impl Snapshot {
            /// The page, in the text format of Prometheus.
            pub fn page(&self) -> String {
                let mut page = String::new();
                $({
                    let kind = stringify!($kind);
                    let name = format!("http_{}", stringify!($name));
                    let help = [$($help),+].concat();
                    let _ = write!(
                        page,
                        "# HELP {name}{help}\n# TYPE {name} {kind}\n{name} {}\n",
                        self.$name
                    );
                })+
                page
            }
        }
    };
}

counters! {
    /// Connections that were accepted.
    connections_total: counter,
    /// Connections that are open.
    connections_open: gauge,
    /// Connections hung up on because there were too many in all.
    refused_total: counter,
    /// Connections hung up on because one address had too many.
    refused_address_total: counter,
    /// Times that a connection could not be accepted.
    accept_errors_total: counter,
    /// Requests whose head was read.
    requests_total: counter,
    /// Answers with a status of 1xx to 3xx.
    answers_ok_total: counter,
    /// Answers with a status of 4xx.
    answers_4xx_total: counter,
    /// Answers with a status of 5xx.
    answers_5xx_total: counter,
    /// Requests that were no HTTP or beyond a limit, in their head or in their content.
    malformed_total: counter,
    /// Heads that did not come in time.
    timeouts_head_total: counter,
    /// Connections closed because no request came.
    timeouts_idle_total: counter,
    /// Bodies that did not come in time.
    timeouts_body_total: counter,
    /// Answers that were not taken in time.
    timeouts_write_total: counter,
    /// Peers that were gone before they had their answer.
    gone_total: counter,
    /// Handlers that panicked.
    panics_total: counter,
    /// Bytes that were read.
    bytes_in_total: counter,
    /// Bytes that were written.
    bytes_out_total: counter,
    /// Bytes that wait in memory, read or to be written. What a handler has taken is not
    /// among them.
    buffered_bytes: gauge,
    /// Lines of the access log that were dropped because the disk is slow.
    log_dropped_total: counter,
}

/// The counters of all workers.
#[derive(Clone, Debug, Default)]
pub struct Metrics(Arc<Mutex<Vec<Arc<Counters>>>>);

impl Metrics {
    /// Counters for one more worker.
    pub fn worker(&self) -> Arc<Counters> {
        let counters = Arc::new(Counters::default());
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(Arc::clone(&counters));
        counters
    }

    /// Counters that are there already, if any are: for connections without a worker.
    pub(crate) fn any(&self) -> Arc<Counters> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = all.first().cloned();
        drop(all);
        first.unwrap_or_else(|| self.worker())
    }
}

/// One more.
pub fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}

/// So many more.
pub fn add(counter: &AtomicU64, number: usize) {
    counter.fetch_add(number as u64, Relaxed);
}

/// A gauge changes from one value to another.
pub fn change(gauge: &AtomicU64, from: usize, to: usize) {
    if from != to {
        gauge.fetch_add((to as u64).wrapping_sub(from as u64), Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_are_summed_and_a_gauge_may_go_down_elsewhere() {
        let metrics = Metrics::default();
        let (one, other) = (metrics.worker(), metrics.worker());
        count(&one.requests_total);
        add(&other.requests_total, 2);
        change(&one.buffered_bytes, 0, 10);
        change(&other.buffered_bytes, 10, 3);
        let snapshot = metrics.snapshot();
        assert_eq!(snapshot.requests_total, 3);
        assert_eq!(snapshot.buffered_bytes, 3);
    }

    #[tokio::test]
    async fn connections_without_a_worker_share_their_counters() {
        let config = crate::Config::default();
        let peer = std::net::SocketAddr::from(([127, 0, 0, 1], 1));
        for _ in 0..3 {
            // The client has hung up already.
            let (_, stream) = tokio::io::duplex(64);
            crate::serve_stream(stream, peer, &config, &crate::App::default()).await;
        }
        assert_eq!(config.metrics.0.lock().unwrap().len(), 1);
    }

    #[test]
    fn the_page_has_a_help_a_type_and_a_value_for_each() {
        let metrics = Metrics::default();
        count(&metrics.worker().connections_open);
        let page = metrics.snapshot().page();
        let lines: Vec<&str> = page.lines().collect();
        assert_eq!(lines.len() % 3, 0);
        for three in lines.chunks(3) {
            let name = three[2].split(' ').next().unwrap();
            assert!(
                three[0].starts_with(&format!("# HELP {name} ")),
                "{three:?}"
            );
            assert!(
                three[1].starts_with(&format!("# TYPE {name} ")),
                "{three:?}"
            );
        }
        assert!(page.contains("\nhttp_connections_open 1\n"), "{page}");
    }
}
