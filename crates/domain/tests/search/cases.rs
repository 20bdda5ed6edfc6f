//! Scripts, words and filters. Rule: each case says what was said, what is typed, and what is found.

use super::{find, index, say, texts, words};
use crate::support::{
    scene::{chat, circle, found},
    world::{Place, assert_refused},
};
use wire::search::{Line, Search};
use wire::{Code, RoomId, Seq, Time};

pub async fn any_script_is_found_inside_a_word_also_by_two_characters_and_one(place: &Place, name: &str) {
    let chat = chat(place, name).await;
    let [ann] = circle(&chat, ["ann"]).await;
    let room = found(&chat, &ann, "Words", false).await;
    let said = [
        "我在上海工作",
        "العَرَبِيَّة لغة جميلة",
        "Grüße aus Köln",
        "ЁЛКА стоит",
        "東京タワーが好き",
        "한국어를 배워요",
        "ภาษาไทยสวย",
        "𠜎 is rare, 👍🏽 is not",
        "plain words, and ax",
    ];
    for text in said {
        say(&chat, &ann, room, text).await;
    }
    index(&chat).await;
    for (typed, expected) in [
        ("上海", said[0]),
        ("海", said[0]),
        ("在上海工", said[0]),
        ("العربية", said[1]),
        ("ربي", said[1]),
        ("grusse", said[2]),
        ("öl", said[2]),
        ("елка", said[3]),
        ("ё", said[3]),
        ("タワー", said[4]),
        ("ﾀﾜ", said[4]),
        ("京", said[4]),
        ("국어", said[5]),
        ("ไทย", said[6]),
        ("𠜎", said[7]),
        ("👍", said[7]),
        ("ORD", said[8]),
        ("x", said[8]),
    ] {
        assert_eq!(texts(&chat, &ann, &words(typed)).await, [expected.to_owned()], "{typed}");
    }
    for typed in ["海上", "か", "xa", "上海 beijing", "کتاب"] {
        assert!(texts(&chat, &ann, &words(typed)).await.is_empty(), "{typed}");
    }
    chat.close().await;
}

pub async fn several_words_are_all_there_and_a_phrase_is_in_a_row(place: &Place, name: &str) {
    let chat = chat(place, name).await;
    let [ann] = circle(&chat, ["ann"]).await;
    let room = found(&chat, &ann, "Words", false).await;
    let said = ["red tea and green tea", "green and red", "tea, red"];
    for text in said {
        say(&chat, &ann, room, text).await;
    }
    index(&chat).await;
    let check = async |typed: &str, expected: &[usize]| {
        let expected: Vec<String> = expected.iter().map(|at| said[*at].to_owned()).collect();
        assert_eq!(texts(&chat, &ann, &words(typed)).await, expected, "{typed}");
    };
    check("red", &[2, 1, 0]).await;
    check("tea red", &[2, 0]).await;
    check("  TEA   green ", &[0]).await;
    check("\"red tea\"", &[0]).await;
    check("\"tea red\"", &[]).await;
    check("\"green and\" red", &[1]).await;
    // All its pairs are there, and the word is not.
    check("eare", &[]).await;
    chat.close().await;
}

pub async fn signs_mean_nothing_but_themselves(place: &Place, name: &str) {
    let chat = chat(place, name).await;
    let [ann] = circle(&chat, ["ann"]).await;
    let room = found(&chat, &ann, "Signs", false).await;
    for text in ["100% sure", "a * b", "say \"hi\"", "snake_case", "C:\\temp", "it's (not) OR -this", "\u{e000}1"] {
        say(&chat, &ann, room, text).await;
    }
    index(&chat).await;
    let check = async |typed: &str, expected: &[&str]| {
        assert_eq!(texts(&chat, &ann, &words(typed)).await, expected, "{typed:?}");
    };
    check("%", &["100% sure"]).await;
    check("100%", &["100% sure"]).await;
    check("0% ", &["100% sure"]).await;
    check("*", &["a * b"]).await;
    check("a*", &[]).await;
    check("_", &["snake_case"]).await;
    check("e_c", &["snake_case"]).await;
    check("\\", &["C:\\temp"]).await;
    check("\\t", &["C:\\temp"]).await;
    check("it's", &["it's (not) OR -this"]).await;
    check("-this", &["it's (not) OR -this"]).await;
    check("(not)", &["it's (not) OR -this"]).await;
    check("or", &["it's (not) OR -this"]).await;
    check("sure OR snake", &[]).await;
    check("' | 'x", &[]).await;
    check("\") OR (\"\u{e000}1", &[]).await;
    check("tokens:100", &[]).await;
    // What could be taken for nothing is nothing that is looked for.
    check("\" \"", &[]).await;
    check("\u{200b}", &[]).await;
    chat.close().await;
}

pub async fn what_was_found_is_shown_with_its_place_and_what_was_said_around_it(place: &Place, name: &str) {
    let chat = chat(place, name).await;
    let [ann, ben] = circle(&chat, ["ann", "ben"]).await;
    let direct = chat.direct_room(&ann, "ben").await.unwrap();
    say(&chat, &ann, direct, "Where are\nyou?").await;
    let seq = say(&chat, &ben, direct, "In 上海, at work in 上海").await;
    say(&chat, &ann, direct, "Good").await;
    index(&chat).await;
    let hits = find(&chat, &ann, &words("上海")).await.hits;
    let hit = hits.first().expect("a hit");
    assert_eq!((hits.len(), hit.room, hit.seq, hit.title.as_str()), (1, direct, seq, "ben"));
    assert_eq!(hit.author, ben.person());
    let parts: Vec<(&str, bool)> = hit.parts.iter().map(|part| (part.text.as_str(), part.is_hit)).collect();
    assert_eq!(parts, [("In ", false), ("上海", true), (", at work in ", false), ("上海", true)]);
    let line = |text: &str| Some(Line { author: "ann".to_owned(), text: text.to_owned() });
    assert_eq!((&hit.before, &hit.after), (&line("Where are you?"), &line("Good")));
    assert_eq!(find(&chat, &ben, &words("上海")).await.hits[0].title, "ann");
    chat.close().await;
}

pub async fn filters_narrow_it_down(place: &Place, name: &str) {
    let chat = chat(place, name).await;
    let [ann, ben] = circle(&chat, ["ann", "ben"]).await;
    let direct = chat.direct_room(&ann, "ben").await.unwrap();
    let hall = found(&chat, &ann, "Hall", true).await;
    chat.change_room(&ben, super::fresh_cid(), hall, domain::Change::Join).await.unwrap();
    say(&chat, &ann, direct, "tea for ben").await;
    say(&chat, &ben, direct, "tea for ann").await;
    say(&chat, &ben, hall, "tea for all").await;
    index(&chat).await;
    let check = async |search: Search, expected: &[&str]| {
        assert_eq!(texts(&chat, &ann, &search).await, expected, "{search:?}");
    };
    let tea = || words("tea");
    check(Search { room: Some(direct), ..tea() }, &["tea for ann", "tea for ben"]).await;
    check(Search { person: "BEN".to_owned(), ..tea() }, &["tea for all", "tea for ann"]).await;
    check(Search { person: "@ben".to_owned(), room: Some(hall), ..words("") }, &["tea for all"]).await;
    check(Search { kind: "text".to_owned(), ..tea() }, &["tea for all", "tea for ann", "tea for ben"]).await;
    check(Search { kind: "image".to_owned(), ..tea() }, &[]).await;
    let hits = find(&chat, &ann, &tea()).await.hits;
    let (first, last) = (hits[2].at, hits[0].at);
    check(
        Search { from: Some(first), to: Some(Time(last.0 + 1)), ..tea() },
        &["tea for all", "tea for ann", "tea for ben"],
    )
    .await;
    check(Search { from: Some(Time(last.0 + 1)), ..tea() }, &[]).await;
    check(Search { to: Some(first), ..tea() }, &[]).await;
    check(Search { from: Some(Time(i64::MIN)), to: Some(Time(i64::MAX)), ..words("all") }, &["tea for all"]).await;
    check(Search { from: Some(last), to: Some(first), ..tea() }, &[]).await;
    check(words(""), &[]).await;
    let refused = async |search: Search, code| assert_refused(chat.search(&ann, &search).await, code);
    refused(Search { room: Some(RoomId(999)), ..tea() }, Code::NotFound).await;
    refused(Search { person: "nobody".to_owned(), ..tea() }, Code::NoSuchPerson).await;
    refused(Search { kind: "x'x".to_owned(), ..tea() }, Code::UnknownType).await;
    assert_eq!(find(&chat, &ann, &tea()).await.hits[2].seq, Seq(1));
    chat.close().await;
}
