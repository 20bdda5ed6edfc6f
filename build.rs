//! With `embed`, the binary is as new as the site. Rule: it only watches; the site is built by scripts/site.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_EMBED").is_some() {
        println!("cargo::rerun-if-changed=target/site");
    }
}
