//! A message by itself: what became of it, and what the viewer may do with it, as plain forms. Rule: only what the domain would do
//! now is offered; every form has an id of its own, so that sending it twice does it once.

use crate::{
    clock::Clock,
    page::{Meant, MessagePage},
    pages::account::{COMPLAINT, Complaint},
    ui::{
        bubble::{bid::card, files::files, place},
        text::text,
    },
};
use leptos::prelude::*;
use std::vec::IntoIter;
use wire::{Cid, Decision, Event, Message, Parts, Person, Quote, Refusal, RoomId, Seq, Time, UserId};

/// What people react with most, for a press.
const COMMON: [&str; 6] = ["👍", "❤️", "😂", "😮", "😢", "🎉"];

/// Where the forms of this page go, and an id for each.
#[derive(Clone)]
struct Forms {
    room: RoomId,
    seq: Seq,
    cids: IntoIter<Cid>,
    meant: Meant,
    error: Option<Refusal>,
}

impl Forms {
    /// The address of a form.
    fn action(&self, act: &str) -> String {
        format!("/r/{}/message/{}/{act}", self.room, self.seq)
    }

    /// The next id, for a hidden field; of a form that was refused its own.
    fn cid(&mut self, act: &str) -> Option<String> {
        let kept = self.meant.cid.filter(|_| self.meant.act == act);
        kept.or_else(|| self.cids.next()).map(|cid| cid.to_string())
    }

    /// What was typed in this form, or what stands there else.
    fn typed(&self, act: &str, otherwise: &str) -> String {
        if self.meant.act == act { self.meant.text.clone() } else { otherwise.to_owned() }
    }

    /// What was refused about it.
    fn refused(&self, act: &str) -> Option<Refusal> {
        self.error.clone().filter(|_| self.meant.act == act)
    }
}

/// `/r/{room}/message/{seq}`.
#[component]
pub fn MessageOf(
    /// What is on it.
    page: MessagePage,
    /// How times are read.
    clock: Clock,
) -> impl IntoView {
    let MessagePage { room, details, me, cids, meant, error } = page;
    let wire::MessageDetails { event, reactions, earlier, may_edit, may_delete, may_answer, decisions } = details;
    let Event { seq, author, at, message, .. } = event;
    let Some(message) = message else { return ().into_any() };
    let has_field = match meant.act.as_str() {
        "reply" | "react" => may_answer,
        "edit" => may_edit,
        _ => false,
    };
    let elsewhere = error.clone().filter(|_| !has_field);
    let mut forms = Forms { room, seq, cids: cids.into_iter(), meant, error };
    let back = format!("/r/{room}?at={seq}");
    let written = format!("{}, {}", author.display_name, when(&clock, at));
    let edited = message.edited_at.map(|at| format!(" · edited {}", when(&clock, at)));
    let title = if author.id == me { "Your message".to_owned() } else { format!("Message of {}", author.display_name) };
    let Parts { bid, location, .. } = if message.deleted { Parts::default() } else { Parts::of(&message.more) };
    let place = location.map(|location| place::card(&location)).into_any();
    let bid = bid.map(|bid| (card(&bid, clock), ways(&mut forms, decisions))).into_any();
    let edit = may_edit.then(|| edit(&mut forms, &message.content)).into_any();
    let reactions = reacted(&mut forms, reactions, me, may_answer).into_any();
    let answer = may_answer.then(|| answer(&mut forms)).into_any();
    let has_files = !Parts::of(&message.more).attachments.is_empty();
    let delete = may_delete.then(|| delete(&mut forms, author.id == me, has_files)).into_any();
    view! {
        <main class="card people receipts about-message" id="main" data-message=seq.to_string()>
            <p class="aside back-out"><a href=back>"Back to the conversation"</a></p>
            <h1 dir="auto">{title}</h1>
            <Complaint error=elsewhere/>
            <blockquote>{said(message)} <footer><bdi>{written}</bdi> {edited}</footer></blockquote>
            {place}
            {bid}
            {reactions}
            {answer}
            {edit}
            {(!earlier.is_empty()).then(|| before(&clock, earlier))}
            {delete}
            <p class="aside"><a href=format!("/r/{room}/receipts/{seq}") data-panel="">"Who has read it"</a></p>
        </main>
    }
    .into_any()
}

/// What it says now.
fn said(message: Message) -> impl IntoView {
    let quote = message.reply_to.map(|quote| {
        let Quote { author, content, deleted, .. } = *quote;
        let words = match author {
            None => "In answer to an earlier message".to_owned(),
            Some(author) if deleted => format!("In answer to {}, who said what is deleted now", author.display_name),
            Some(author) => format!("In answer to {}: “{content}”", author.display_name),
        };
        view! { <p class="hint" dir="auto">{words}</p> }
    });
    let said = match message.deleted {
        true => view! { <p class="hint" data-deleted="">"This message was deleted."</p> }.into_any(),
        false => view! {
            {files(&message.more)}
            <div class="text" dir="auto">{text(message.content, &message.more)}</div>
        }
        .into_any(),
    };
    (quote, said)
}

/// What the viewer may do about a bid.
fn ways(forms: &mut Forms, decisions: Vec<Decision>) -> impl IntoView + use<> {
    let counter = format!("/r/{}/bids/new?counter={}", forms.room, forms.seq);
    let mut way = |decision: Decision| {
        let (label, class) = match decision {
            Decision::Accept => ("Accept", "primary"),
            Decision::Decline => ("Decline", ""),
            Decision::Withdraw => ("Withdraw", ""),
            Decision::Counter => {
                let counter = counter.clone();
                return view! { <a class="button" href=counter data-panel="">"Make another bid instead"</a> }
                    .into_any();
            }
            Decision::Unknown => return ().into_any(),
        };
        let act = decision.as_str();
        view! {
            <form method="post" action=forms.action(act)>
                <input type="hidden" name="cid" value=forms.cid(act)/>
                <button type="submit" class=class>{label}</button>
            </form>
        }
        .into_any()
    };
    let ways: Vec<_> = decisions.into_iter().map(&mut way).collect();
    (!ways.is_empty()).then(|| view! { <div class="bid-ways">{ways}</div> })
}

/// Who reacted with what, and the forms for reacting.
fn reacted(
    forms: &mut Forms,
    reactions: Vec<(String, Vec<Person>)>,
    me: UserId,
    may_answer: bool,
) -> impl IntoView + use<> {
    let there: Vec<String> = reactions.iter().map(|(emoji, _)| emoji.clone()).collect();
    let mut rows = Vec::new();
    for (emoji, people) in reactions {
        let is_mine = people.iter().any(|person| person.id == me);
        let names: Vec<&str> = people.iter().map(|person| person.display_name.as_str()).collect();
        let (act, label) = if is_mine { ("unreact", "Take back") } else { ("react", "React so, too") };
        let form = may_answer.then(|| button(forms, act, &emoji, label.to_owned()));
        rows.push(view! {
            <li data-reaction=emoji.clone()>
                <span class="emoji">{emoji.clone()}</span>
                <span dir="auto">{names.join(", ")}</span>
                {form}
            </li>
        });
    }
    let list = (!rows.is_empty()).then(|| view! { <ul class="reactions">{rows}</ul> });
    let offered = may_answer.then(|| {
        let common = COMMON.iter().filter(|emoji| !there.iter().any(|there| there == *emoji));
        let common: Vec<_> = common.map(|emoji| button(forms, "react", emoji, (*emoji).to_owned())).collect();
        view! {
            <div class="common">{common}</div>
            {other(forms)}
        }
    });
    (list.is_some() || may_answer).then(|| {
        view! {
            <section>
                <h2>"Reactions"</h2>
                {list}
                {offered}
            </section>
        }
    })
}

/// A form that is one press.
fn button(forms: &mut Forms, act: &str, emoji: &str, label: String) -> impl IntoView + use<> {
    let cid = forms.cid("");
    let name = if act == "react" { "React with" } else { "Take back" };
    let name = format!("{name} {emoji}");
    view! {
        <form method="post" action=forms.action(act)>
            <input type="hidden" name="cid" value=cid/>
            <input type="hidden" name="emoji" value=emoji.to_owned()/>
            <button type="submit" aria-label=name>{label}</button>
        </form>
    }
}

/// Any emoji, typed or from the list of all.
fn other(forms: &mut Forms) -> impl IntoView + use<> {
    let (error, value) = (forms.refused("react"), forms.typed("react", ""));
    let is_wrong = error.is_some();
    view! {
        <form method="post" action=forms.action("react") class="other">
            <input type="hidden" name="cid" value=forms.cid("react")/>
            <label for="emoji">"Another emoji"</label>
            <input
                id="emoji"
                name="emoji"
                value=value
                autocomplete="off"
                required=true
                autofocus=is_wrong
                aria-invalid=is_wrong.then_some("true")
                aria-describedby=is_wrong.then_some(COMPLAINT)
            />
            <button type="submit">"React"</button>
            <Complaint error/>
        </form>
        <p class="hint"><a href="/emoji" target="_blank">"A list of all emoji to copy from"</a></p>
    }
}

fn answer(forms: &mut Forms) -> impl IntoView + use<> {
    let (value, error) = (forms.typed("reply", ""), forms.refused("reply"));
    view! {
        <section>
            <h2 id="reply-title">"Answer"</h2>
            <form method="post" action=forms.action("reply")>
                <input type="hidden" name="cid" value=forms.cid("reply")/>
                {area("reply", value, error)}
                <button type="submit" class="primary">"Send"</button>
            </form>
        </section>
    }
}

fn edit(forms: &mut Forms, content: &str) -> impl IntoView + use<> {
    let (value, error) = (forms.typed("edit", content), forms.refused("edit"));
    view! {
        <section>
            <h2 id="edit-title">"Change the text"</h2>
            <form method="post" action=forms.action("edit")>
                <input type="hidden" name="cid" value=forms.cid("edit")/>
                {area("edit", value, error)}
                <button type="submit">"Save"</button>
            </form>
        </section>
    }
}

/// A text to write, below a title.
fn area(id: &'static str, value: String, error: Option<Refusal>) -> impl IntoView {
    let is_wrong = error.is_some();
    view! {
        <textarea
            id=id
            name="content"
            rows="3"
            dir="auto"
            required=true
            autofocus=is_wrong
            aria-labelledby=format!("{id}-title")
            aria-invalid=is_wrong.then_some("true")
            aria-describedby=is_wrong.then_some(COMPLAINT)
        >
            {value}
        </textarea>
        <Complaint error/>
    }
}

/// What it said before it was edited.
fn before(clock: &Clock, earlier: Vec<(String, Time)>) -> impl IntoView + use<> {
    let row = |(text, at): (String, Time)| {
        view! {
            <li>
                <p dir="auto">{text}</p>
                <time datetime=at.to_string()>{when(clock, at)}</time>
            </li>
        }
    };
    view! {
        <section>
            <h2>"Earlier texts"</h2>
            <p class="hint">"Shown to who wrote it, and to admins of the room."</p>
            <ol class="earlier">{earlier.into_iter().map(row).collect_view()}</ol>
        </section>
    }
}

fn delete(forms: &mut Forms, is_own: bool, has_files: bool) -> impl IntoView + use<> {
    let hint = match (is_own, has_files) {
        (true, true) => "The text, its files, its reactions and its earlier texts go for good, for everybody.",
        (true, false) => "The text, its reactions and its earlier texts go for good, for everybody.",
        (false, _) => "You keep order in this room: what this person said goes for good, for everybody.",
    };
    view! {
        <section>
            <h2>"Delete"</h2>
            <p class="hint">{hint}</p>
            <form method="post" action=forms.action("delete")>
                <input type="hidden" name="cid" value=forms.cid("delete")/>
                <button type="submit" class="danger">"Delete for everybody"</button>
            </form>
        </section>
    }
}

/// "today at 09:05".
fn when(clock: &Clock, at: Time) -> String {
    clock.day_within(at) + " at " + &clock.hour_minute(at)
}
