//! Hashing passwords with argon2id. Rule: never more hashes at once than cores, and an unknown name costs the same time as
//! a wrong password.

use crate::Error;
use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use rand::RngCore as _;
use std::{sync::Arc, thread::available_parallelism};
use tokio::sync::Semaphore;
use wire::Code;

/// Requests that may wait for their hash; at some 20 ms each the last one waits a few seconds.
const WAITING_MAX: usize = 256;

/// A hash that no password has, with the parameters that [`Argon2::default`] gives to new ones.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LW5vYm9keQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The place where hashes are computed: each takes 19 MiB and a core.
pub(crate) struct Passwords {
    places: Arc<Semaphore>,
    cores: Arc<Semaphore>,
}

impl Passwords {
    /// As many at once as this machine has cores.
    pub(crate) fn new() -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self { places: Arc::new(Semaphore::new(WAITING_MAX)), cores: Arc::new(Semaphore::new(cores)) }
    }

    /// The PHC string under which a new password is kept.
    pub(crate) async fn hash(&self, password: String) -> Result<String, Error> {
        self.compute(move || {
            let mut salt = [0; 16];
            rand::rng().fill_bytes(&mut salt);
            let salt = SaltString::encode_b64(&salt).map_err(internal)?;
            Ok(Argon2::default().hash_password(password.as_bytes(), &salt).map_err(internal)?.to_string())
        })
        .await
    }

    /// Whether the password belongs to the hash. Without one: no, after the same work.
    pub(crate) async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Error> {
        self.compute(move || {
            let parsed = PasswordHash::new(hash.as_deref().unwrap_or(NOBODY)).map_err(internal)?;
            let fits = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
            Ok(fits && hash.is_some())
        })
        .await
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Code::Overloaded)?;
        let core = Arc::clone(&self.cores).acquire_owned().await.map_err(|error| Error::Internal(error.into()))?;
        // The permits go along: a caller who hangs up does not end the work.
        let task = tokio::task::spawn_blocking(move || {
            let _held = (place, core);
            work()
        });
        task.await.map_err(|error| Error::Internal(error.into()))?
    }
}

fn internal(error: argon2::password_hash::Error) -> Error {
    Error::Internal(error.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::Params;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let passwords = Passwords::new();
        let hash = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(passwords.verify("correct horse".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("wrong horse".to_owned(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("correct horse".to_owned(), None).await.unwrap());
    }

    #[test]
    fn an_unknown_name_costs_as_much_as_a_known_one() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let params = Params::try_from(&nobody).unwrap();
        assert_eq!(
            (params.m_cost(), params.t_cost(), params.p_cost()),
            (Params::DEFAULT_M_COST, Params::DEFAULT_T_COST, Params::DEFAULT_P_COST)
        );
        assert_eq!(nobody.hash.map(|hash| hash.len()), Some(Params::DEFAULT_OUTPUT_LEN));
    }
}
