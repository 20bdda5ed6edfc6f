//! Who talks about what in the demo. Rule: believable, harmless, and with everything that a screen has to cope with:
//! long texts, several lines, emoji, other scripts, a link.

/// What somebody does. What was said before is named by its text.
#[derive(Clone, Copy)]
pub(super) enum Deed {
    /// Writes a message.
    Say(&'static str),
    /// Writes one that answers another.
    Answer { to: &'static str, text: &'static str },
    /// Reacts to one.
    React { to: &'static str, emoji: &'static str },
    /// Shows a place, in millionths of a degree.
    Place { label: &'static str, latitude: i64, longitude: i64 },
    /// Makes a bid to somebody, in cents.
    Bid { to: &'static str, amount: i64, note: &'static str },
    /// Accepts the bid with this note.
    Accept { note: &'static str },
}

/// Names to enter by, and names that are shown.
pub(super) const PEOPLE: &[(&str, &str)] = &[
    ("ana", "Ana Moreira"),
    ("ben", "Ben Okafor"),
    ("cleo", "Cleo Lindqvist"),
    ("dora", "Dora Wagner"),
    ("emil", "Emil 陈"),
];

/// Asks and has no answer yet.
pub(super) const OPEN_REQUEST: (&str, &str) = ("emil", "ana");

/// Connected, and have not written yet.
pub(super) const WITHOUT_A_ROOM: (&str, &str) = ("dora", "emil");

/// The public group: its name, what it is about, who made it and who joined.
pub(super) const GROUP: &str = "Allotment garden";
pub(super) const GROUP_TOPIC: &str = "Plots 11 to 19: who waters what, and what is ripe";
pub(super) const GROUP_MEMBERS: (&str, &[&str]) = ("cleo", &["ana", "ben", "dora"]);

/// What was said in it: author, minutes before now, text.
pub(super) const GROUP_LINES: &[(&str, i64, &str)] = &[
    ("cleo", 2_980, "The water butt is full again 🎉"),
    ("ben", 2_951, "Good. Then I do the beans tonight, and the tomatoes if nobody minds."),
    ("dora", 2_940, "Please do! I am away until Sunday."),
    ("ana", 1_510, "Somebody left the gate open. I closed it, and counted the chickens: all five."),
    ("cleo", 1_498, "That was me, sorry. My hands were full of pumpkins."),
    ("cleo", 1_497, "There are three more by the shed. Take one."),
    ("ben", 44, HELP),
];

/// What else was done in it.
pub(super) const GROUP_DEEDS: &[(&str, i64, Deed)] = &[
    ("dora", 2_945, Deed::React { to: "The water butt is full again 🎉", emoji: "🎉" }),
    ("ana", 2_944, Deed::React { to: "The water butt is full again 🎉", emoji: "🎉" }),
    ("ben", 1_490, Deed::React { to: "There are three more by the shed. Take one.", emoji: "🎃" }),
    ("dora", 31, Deed::Answer { to: HELP, text: "From four on. The *small* ladder will do: I measured." }),
];

const HELP: &str = "Is anybody there this afternoon? I need help with the big ladder.";

/// Other public rooms, which most have yet to find: name, topic, who made it.
pub(super) const OTHER_GROUPS: &[(&str, &str, &str)] = &[
    ("Board games on Tuesdays", "Bring one, or just yourself", "dora"),
    ("Photo walks", "Once a month, whatever the weather", "emil"),
];

/// A conversation about something outside.
pub(super) struct Thing {
    pub(super) kind: &'static str,
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) link: &'static str,
    pub(super) notice: &'static str,
    /// Who opened it, and what they are to it.
    pub(super) owner: (&'static str, &'static str),
    pub(super) others: &'static [(&'static str, &'static str)],
    /// Minutes before now.
    pub(super) opened: i64,
    /// Author, minutes before now, text; a notice without an author.
    pub(super) lines: &'static [(&'static str, i64, &'static str)],
    /// What else was done there.
    pub(super) deeds: &'static [(&'static str, i64, Deed)],
    /// Who has not read the last so many events; everybody else has read all.
    pub(super) unread: &'static [(&'static str, i64)],
}

const FLAT: &str = "I booked the flat by the river: three rooms, one balcony, no lift";

pub(super) const THINGS: &[Thing] = &[
    Thing {
        kind: "job",
        id: "42",
        title: "Paint the fence",
        link: "https://example.org/jobs/42",
        notice: "Job 'Paint the fence' accepted. This chat is now open.",
        owner: ("ana", "client"),
        others: &[("ben", "worker")],
        opened: 1_620,
        lines: &[
            ("ben", 1_612, "Thank you for the job! Is Thursday morning fine?"),
            ("ana", 1_605, "Perfect. It is 14 metres, and the old paint comes off by itself by now"),
            ("ben", 1_603, "Then one coat of primer and two of green: six hours, with breaks for the view"),
            ("ana", 1_600, "Green as the door of the boathouse, please. I still have half a tin of it"),
            ("ben", 1_420, "Half a tin will not do. I bring another one, and the receipt"),
            ("", 180, "The start was moved to Thursday, 9:00."),
            ("ben", 66, "The primer is on. It smells of Sunday"),
            ("ana", 60, "It looks so good already! Tea is on the table"),
        ],
        deeds: &[
            ("ben", 1_598, Deed::Bid { to: "ana", amount: 24_000, note: "Three coats, paint included" }),
            ("ana", 1_590, Deed::Accept { note: "Three coats, paint included" }),
            ("ben", 58, Deed::React { to: "It looks so good already! Tea is on the table", emoji: "🫖" }),
        ],
        unread: &[],
    },
    Thing {
        kind: "trip",
        id: "porto",
        title: "Three days in Porto",
        link: "https://example.org/trips/porto",
        notice: "Trip 'Three days in Porto' is planned. Everybody who comes along can write here.",
        owner: ("cleo", "owner"),
        others: &[("ana", "collaborator"), ("ben", "collaborator")],
        opened: 4_300,
        lines: &[
            ("cleo", 4_290, FLAT),
            ("ben", 4_270, "No lift is my favourite kind of lift. I take the small room"),
            ("ana", 4_250, "My list so far:\n- the bookshop, early\n- the tram to the sea\n- pastéis, daily"),
            ("cleo", 2_900, "The rowing club there has answered: we can have a four on Saturday!"),
            ("ben", 2_880, "🚣🚣🚣"),
            ("", 240, "The flight on Friday leaves at 7:40 now."),
            ("cleo", 231, "7:40 … who has an alarm clock that works?"),
            ("ana", 25, "I have two. And a neighbour with a rooster"),
            ("ben", 9, "Then I sleep at yours"),
        ],
        deeds: &[
            (
                "cleo",
                4_289,
                Deed::Place { label: "Our flat by the river", latitude: 41_140_600, longitude: -8_611_000 },
            ),
            ("ana", 4_280, Deed::React { to: FLAT, emoji: "😍" }),
        ],
        unread: &[("ana", 1), ("cleo", 2)],
    },
];

/// One sitting of two people.
pub(super) struct Talk {
    pub(super) between: (&'static str, &'static str),
    pub(super) days_ago: i64,
    /// Minute of the day (UTC), or, today, minutes before now.
    pub(super) minute: i64,
    /// Author, minutes after the line before, text.
    pub(super) lines: &'static [(&'static str, i64, &'static str)],
}

/// Where somebody stands when the demo begins.
pub(super) struct Mark {
    pub(super) reader: &'static str,
    pub(super) other: &'static str,
    /// The last events that are unread.
    pub(super) read_all_but: i64,
    /// A device holds them all the same.
    pub(super) is_delivered: bool,
}

pub(super) const MARKS: &[Mark] = &[
    Mark { reader: "ana", other: "ben", read_all_but: 0, is_delivered: true },
    Mark { reader: "ben", other: "ana", read_all_but: 0, is_delivered: true },
    Mark { reader: "ana", other: "cleo", read_all_but: 3, is_delivered: true },
    Mark { reader: "cleo", other: "ana", read_all_but: 0, is_delivered: true },
    Mark { reader: "dora", other: "ana", read_all_but: 1, is_delivered: true },
    Mark { reader: "ana", other: "dora", read_all_but: 0, is_delivered: true },
    Mark { reader: "ben", other: "cleo", read_all_but: 1, is_delivered: true },
    Mark { reader: "cleo", other: "ben", read_all_but: 0, is_delivered: true },
];

pub(super) const TALKS: &[Talk] = &[
    Talk {
        between: ("ana", "ben"),
        days_ago: 7,
        minute: 9 * 60 + 12,
        lines: &[
            ("ana", 0, "Morning Ben! I set up the new chat for the rowing club. Can you read this?"),
            ("ben", 3, "Loud and clear 👋"),
            ("ben", 0, "Does it do the two ticks thing?"),
            ("ana", 1, "One tick: it is on the disk of our little server. Two: you have it. Blue: you have read it."),
            ("ben", 2, "Then I can't pretend any more that I never got your messages"),
            ("ana", 1, "That was the plan 😇"),
        ],
    },
    Talk {
        between: ("ana", "ben"),
        days_ago: 5,
        minute: 18 * 60 + 40,
        lines: &[
            ("ben", 0, "Who has the key of the boathouse this week?"),
            ("ana", 6, "Dora. But she is away until Thursday, so I have it"),
            ("ben", 1, "Could you open on Saturday at 8? The school wants to try the doubles"),
            ("ana", 9, "8 is fine. How many will come?"),
            (
                "ben",
                2,
                "Nine and a teacher. I wrote down what we need:\n- ten life jackets\n- the small oars\n\
                 - tea\n- somebody who can swim",
            ),
            ("ana", 3, "I can swim. I can even make tea."),
        ],
    },
    Talk {
        between: ("ana", "ben"),
        days_ago: 3,
        minute: 13 * 60 + 5,
        lines: &[
            ("ben", 0, "They loved it! Two asked already how to join"),
            ("ana", 25, "Wonderful. Send them to https://example.org/join, the form is short now"),
            ("ben", 4, "Done. One of them is taller than the doubles are long"),
        ],
    },
    Talk {
        between: ("ana", "ben"),
        days_ago: 1,
        minute: 20 * 60 + 15,
        lines: &[
            (
                "ana",
                0,
                "The forecast for Sunday: wind from the north-west, 5 Beaufort, gusts of 7. I would rather not send \
                 beginners out in that. We could move everything by a week, or stay in the harbour and practise \
                 getting in and out of the boats, which nobody wants to do but everybody needs. What do you think?",
            ),
            ("ben", 12, "Harbour. And cake."),
            ("ana", 1, "Harbour and cake it is"),
            ("ben", 2, "🍰🚣"),
        ],
    },
    Talk {
        between: ("ana", "ben"),
        days_ago: 0,
        minute: 95,
        lines: &[
            ("ben", 0, "I told the others. Cleo brings the cake"),
            ("ana", 2, "Perfect. I'll write to her about the oven"),
            ("ben", 1, "See you on Sunday!"),
            ("ana", 1, "See you ✌️"),
        ],
    },
    Talk {
        between: ("cleo", "ana"),
        days_ago: 6,
        minute: 11 * 60 + 30,
        lines: &[
            ("cleo", 0, "Hej Ana! Ben says I can reach you here"),
            ("ana", 14, "You can! Welcome 🎉"),
            ("cleo", 1, "Is there an app that I have to install?"),
            ("ana", 1, "No, just the page. It even works with JavaScript switched off, Emil tried"),
            ("cleo", 3, "Of course he did"),
        ],
    },
    Talk {
        between: ("cleo", "ana"),
        days_ago: 2,
        minute: 16 * 60 + 48,
        lines: &[
            ("ana", 0, "Do you still have the photos of the regatta?"),
            ("cleo", 31, "All 412 of them. Which ones?"),
            ("ana", 1, "The one where Ben looks at the sky while the boat turns over"),
            ("cleo", 1, "That is the one on my kitchen wall. I'll scan it"),
            ("ana", 2, "Thank you!! It is for his birthday, so not a word to him"),
            ("cleo", 0, "🤐"),
        ],
    },
    Talk {
        between: ("cleo", "ana"),
        days_ago: 0,
        minute: 40,
        lines: &[
            ("ana", 0, "Ben says that you bring a cake on Sunday. The boathouse has an oven, if that helps"),
            ("cleo", 8, "It helps a lot. How big is it?"),
            ("cleo", 0, "The oven I mean"),
            ("cleo", 6, "I am thinking of two: one with apples and one with far too much chocolate"),
        ],
    },
    Talk {
        between: ("ben", "cleo"),
        days_ago: 4,
        minute: 8 * 60 + 2,
        lines: &[
            ("ben", 0, "Could you lend me the drill again?"),
            ("cleo", 22, "Only if it comes back with its box this time"),
            ("ben", 1, "The box is why I need the drill: I am building a better box"),
            ("cleo", 2, "…"),
            ("cleo", 0, "It is on the porch"),
        ],
    },
    Talk {
        between: ("ben", "cleo"),
        days_ago: 0,
        minute: 120,
        lines: &[
            ("ben", 0, "Cake on Sunday? Ana cancels the wind"),
            ("cleo", 4, "Count on me"),
            ("ben", 1, "You are the best crew"),
            ("cleo", 7, "By the way: where is the drill?"),
        ],
    },
    Talk {
        between: ("ana", "dora"),
        days_ago: 8,
        minute: 17 * 60,
        lines: &[
            ("dora", 0, "Grüß dich! I am off to the mountains until Thursday. Key is in the usual place"),
            ("ana", 7, "Enjoy! Which usual place: the flowerpot or the other flowerpot?"),
            ("dora", 1, "The other flowerpot"),
        ],
    },
    Talk {
        between: ("ana", "dora"),
        days_ago: 1,
        minute: 21 * 60 + 3,
        lines: &[
            ("dora", 0, "Back again. 2,100 metres, four marmots, no network: paradise"),
            ("ana", 5, "And 37 messages waiting, all in order"),
            ("dora", 1, "I saw! Not one missing, not one twice"),
            ("ana", 3, "On Sunday we stay in the harbour. There will be cake"),
        ],
    },
    Talk {
        between: ("emil", "ben"),
        days_ago: 2,
        minute: 10 * 60 + 20,
        lines: &[
            ("emil", 0, "我下周去上海。要带点什么吗?"),
            ("ben", 6, "My Chinese ends after 你好 — something about Shanghai?"),
            ("emil", 1, "I'm going there next week, shall I bring you something?"),
            ("ben", 1, "Tea! The one that tastes of smoke"),
            ("emil", 1, "正山小种. Noted 🍵"),
            ("ben", 2, "שלום from the harbour, as the new trainer says. We are getting international"),
        ],
    },
];
