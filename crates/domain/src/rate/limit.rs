//! Limits of how often (SPEC 10). Rule: however many servers there are on one database, they count together; a server that cannot reach
//! the others' count counts by itself, so that a limit is never lifted by a fault.

use super::{Rate, counts::Wanted};
use crate::{Chat, Error, Settings, networks::network_of};
use std::{fmt::Display, net::IpAddr};
use wire::{
    Refusal,
    limits::{API_WINDOW_MS, HOST_WINDOW_MS, LOGIN_WINDOW_MS, REGISTRATION_WINDOW_MS},
};

/// At most so many times in so long, for each of those who are counted.
#[derive(Debug)]
pub(crate) struct Limit {
    name: &'static str,
    times_max: u32,
    window_ms: i64,
    here: Rate<String>,
}

impl Limit {
    /// `name` tells it from the others, in the database as well.
    pub(crate) fn new(name: &'static str, times_max: u32, window_ms: i64) -> Self {
        Self { name, times_max: times_max.max(1), window_ms, here: Rate::new(times_max, window_ms) }
    }
}

/// Those that no part of the domain has to itself.
#[derive(Debug)]
pub(crate) struct Limits {
    /// Login attempts per account and address.
    pub(crate) logins: Limit,
    registrations: Limit,
    /// Calls of host applications.
    pub(crate) host_calls: Limit,
    requests_of_address: Limit,
    requests_of_caller: Limit,
    requests_of_route: Limit,
}

impl Limits {
    /// As the operator has it.
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            logins: Limit::new("login", settings.logins_per_window_max, LOGIN_WINDOW_MS),
            registrations: Limit::new("register", settings.registrations_per_hour_max, REGISTRATION_WINDOW_MS),
            host_calls: Limit::new("host", settings.host_calls_per_window_max, HOST_WINDOW_MS),
            requests_of_address: Limit::new("from", settings.api_requests_per_address_max, API_WINDOW_MS),
            requests_of_caller: Limit::new("by", settings.api_requests_per_user_max, API_WINDOW_MS),
            requests_of_route: Limit::new("to", settings.api_requests_per_route_max, API_WINDOW_MS),
        }
    }
}

impl Chat {
    /// Counts a request to the API from there.
    ///
    /// # Errors
    /// `slow_down` with the time to wait.
    pub async fn admit_address(&self, address: IpAddr) -> Result<(), Error> {
        self.take_or_refuse(&self.inner.limits.requests_of_address, network_of(address)).await
    }

    /// Counts a request of `who`, a user or whoever else calls, in all and to this route.
    ///
    /// # Errors
    /// `slow_down` with the time to wait.
    pub async fn admit_request(&self, who: impl Display + Send + Sync, route: &str) -> Result<(), Error> {
        let limits = &self.inner.limits;
        let of_route = self.take_or_refuse(&limits.requests_of_route, format!("{route} {who}"));
        let (in_all, of_route) = tokio::join!(self.take_or_refuse(&limits.requests_of_caller, &who), of_route);
        in_all.and(of_route)
    }

    /// Counts a new account from there.
    ///
    /// # Errors
    /// `slow_down` with the time to wait.
    pub async fn admit_registration(&self, address: IpAddr) -> Result<(), Error> {
        self.take_or_refuse(&self.inner.limits.registrations, network_of(address)).await
    }

    /// Takes one for `who`, or says after how many milliseconds there is one to take.
    pub(crate) async fn take(&self, limit: &Limit, who: impl Display + Send) -> Result<(), i64> {
        let inner = &*self.inner;
        let who = who.to_string();
        if inner.store.is_shared() {
            let key = format!("{} {who}", limit.name);
            let (until_ms, times_max) = (inner.clock.now_ms() + limit.window_ms, i64::from(limit.times_max));
            let wanted = Wanted { key, until_ms, times_max };
            match inner.counts.take(&inner.store, &inner.clock, wanted).await {
                Some(taken) => return taken,
                None => tracing::warn!(limit = limit.name, "the servers do not count together"),
            }
        }
        limit.here.take(who, inner.clock.steady_ms())
    }

    /// The same, as a refusal.
    pub(crate) async fn take_or_refuse(&self, limit: &Limit, who: impl Display + Send) -> Result<(), Error> {
        self.take(limit, who).await.map_err(|wait_ms| Refusal::slow_down(wait_ms).into())
    }
}
