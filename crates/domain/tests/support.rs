//! What the contract stands on. Rule: a case begins with as little as it needs, on a database of its own.

pub mod ear;
mod postgres;
pub mod scene;
pub mod talk;
pub mod world;

/// A contract, once on each database.
macro_rules! on_both {
    ($contract:path) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn the_contract_holds_on_sqlite() {
            $contract(&$crate::support::world::Place::sqlite()).await;
        }

        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn the_contract_holds_on_postgres() {
            $contract(&$crate::support::world::Place::postgres()).await;
        }
    };
}
pub(crate) use on_both;
