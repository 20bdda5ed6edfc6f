//! `/`: every room of the viewer, the last active first. Rule: the figures come from the domain as they are.

use super::visit::{Answer, Member};
use app::Page;

/// `GET /`.
pub async fn open(member: Member) -> Answer {
    let (inbox, beside) = member.chat().inbox_beside(&member.viewer).await.map_err(|error| member.problem(error))?;
    Ok(member.page_beside(Page::Inbox { inbox }, beside))
}
