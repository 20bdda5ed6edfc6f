//! What somebody shows of themselves, and how to change it. Rule: it shows what others see, and says who sees it.

use crate::{
    page::SettingsPage,
    pages::{account::Complaint, field::Field, people::says},
    ui::avatar::face,
};
use leptos::prelude::*;
use wire::{Code, Refusal};

/// `/settings`.
#[component]
pub fn SettingsOf(
    /// What is on it.
    page: SettingsPage,
) -> impl IntoView {
    let SettingsPage { me, display_name, status, is_saved, error } = page;
    let of = |codes: &[Code]| error.clone().filter(|error| codes.contains(&error.code));
    let (of_name, of_status) = (of(&[Code::BadDisplayName]), of(&[Code::BadStatus]));
    let of_picture = of(&[Code::BadImage, Code::ImageTooLarge, Code::EmptyFile]);
    let of_none = error.clone().filter(|_| of_name.is_none() && of_status.is_none() && of_picture.is_none());
    let has_picture = me.avatar.is_some();
    let saved = is_saved.then(
        || view! { <p class="hint" role="status" data-saved="">"Saved. Everybody who sees you sees it now."</p> },
    );
    view! {
        <main class="card people settings" id="main">
            <p class="aside back-out"><a href="/">"Back to your conversations"</a></p>
            <h1>"Your profile"</h1>
            <div class="peer">
                {face(&me)}
                <div class="person">
                    <p class="name" dir="auto">{me.display_name}</p>
                    <p class="username"><bdi dir="ltr">"@" {me.username}</bdi></p>
                    {says(me.status)}
                </div>
            </div>
            {saved}
            <Complaint error=of_none/>
            <form method="post" action="/settings" class="new-room">
                <Field
                    name="display_name"
                    label="Display name"
                    value=display_name
                    autocomplete="name"
                    hint="What others see, also beside what you wrote before. You sign in with your username, which stays."
                    required=true
                    error=of_name
                />
                <Field
                    name="status"
                    label="Status"
                    value=status
                    placeholder="On the road until Monday"
                    hint="A line about yourself or what you are up to. Everybody who finds you here can read it. May stay empty."
                    error=of_status
                />
                <button type="submit" class="primary">"Save"</button>
            </form>
            <Picture has_picture error=of_picture/>
        </main>
    }
}

/// Another picture, or none.
#[component]
fn Picture(has_picture: bool, error: Option<Refusal>) -> impl IntoView {
    let is_wrong = error.is_some();
    let described = if is_wrong { "avatar-hint complaint" } else { "avatar-hint" };
    let remove = has_picture.then(|| {
        view! {
            <form method="post" action="/settings/avatar/remove">
                <button type="submit" class="quiet">"Remove the picture"</button>
            </form>
        }
    });
    view! {
        <section>
            <h2>"Picture"</h2>
            <form method="post" action="/settings/avatar" enctype="multipart/form-data" class="new-room">
                <div class="field">
                    <label for="avatar">{if has_picture { "Another picture" } else { "A picture of you" }}</label>
                    <input
                        type="file"
                        id="avatar"
                        name="avatar"
                        accept="image/jpeg,image/png,image/gif,image/webp"
                        required
                        autofocus=is_wrong
                        aria-invalid=is_wrong.then_some("true")
                        aria-describedby=described
                    />
                    <p class="hint" id="avatar-hint">
                        "JPEG, PNG, GIF or WebP, at most 10 MB. The square in its middle is kept, without place and device. "
                        "Without one, others see letters of your name."
                    </p>
                    <Complaint error/>
                </div>
                <button type="submit" class="primary">"Use this picture"</button>
            </form>
            {remove}
        </section>
    }
}
