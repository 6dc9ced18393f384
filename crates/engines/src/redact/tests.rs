//! What is masked and what is not, each as a text and what it becomes, and four laws over generated secrets and texts.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::form::forms;
use super::searcher::Searcher;
use super::{ANYWHERE_BYTES_MIN, Redacting, Redactor};

fn redactor(secrets: &[(&str, &str)]) -> Redactor {
    Redactor::new(
        secrets
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    )
}

fn in_pieces<'a>(redactor: &Redactor, pieces: impl IntoIterator<Item = &'a str>) -> String {
    let mut redacting = redactor.redacting();
    let mut masked = String::new();
    for piece in pieces {
        masked += &redacting.push(piece.to_owned());
    }
    masked + &redacting.finish()
}

fn by_character(redactor: &Redactor, text: &str) -> String {
    let mut bytes = [0; 4];
    let mut redacting = redactor.redacting();
    let mut masked = String::new();
    for character in text.chars() {
        masked += &redacting.push(character.encode_utf8(&mut bytes).to_owned());
    }
    masked + &redacting.finish()
}

#[track_caller]
fn check(secrets: &[(&str, &str)], text: &str, expected: &str) {
    let redactor = redactor(secrets);
    assert_eq!(redactor.text(text), expected);
    assert_eq!(redactor.is_in(text), text != expected, "is_in");
    assert_eq!(in_pieces(&redactor, [text]), expected, "in one piece");
    assert_eq!(by_character(&redactor, text), expected, "by character");
}

#[test]
fn a_value_becomes_its_name() {
    let secrets = [("password", "S3cret42"), ("token", "żółć🙂")];
    check(&secrets, "", "");
    check(&secrets, "S3cret42 żółć🙂.", "‹password› ‹token›.");
    check(&secrets, "S3cretS3cret422", "S3cret‹password›2");
    check(&secrets, "S3cret4 żół s3cret42", "S3cret4 żół s3cret42");
    check(&secrets, "S3cret42S3cret42", "‹password›‹password›");
}

#[test]
fn a_short_value_is_masked_only_as_a_word_of_its_own() {
    let secrets = [("s", "pass"), ("t", "!x-1")];
    check(
        &secrets,
        "pass passing bypass pass_1 pass",
        "‹s› passing bypass pass_1 ‹s›",
    );
    check(
        &secrets,
        "(pass)\npass\nPGPASSWORD=pass,",
        "(‹s›)\n‹s›\nPGPASSWORD=‹s›,",
    );
    check(&secrets, "a!x-1 b!x-12", "a‹t› b!x-12");
    check(&secrets, "passé żpass", "passé żpass");
    check(&secrets, "70617373 user:cGFzcw==", "‹s› user:‹s›");
    check(&[("s", "1234567")], "12345678 1234567", "12345678 ‹s›");
    check(&[("s", "12345678")], "123456789 12345678", "‹s›9 ‹s›");
}

#[test]
fn a_secret_with_colours_in_it_is_masked_and_the_colours_are_kept() {
    let secrets = [("s", "hunter2hunter2"), ("t", "pass")];
    check(
        &secrets,
        "\u{1b}[31mhunter2\u{1b}[0mhunter2\u{1b}[1m!\u{1b}[0m",
        "\u{1b}[31m‹s›\u{1b}[0m\u{1b}[1m!\u{1b}[0m",
    );
    check(
        &secrets,
        "pa\u{1b}[31mss\u{1b}[0m pa\u{1b}[31mssing",
        "‹t›\u{1b}[31m\u{1b}[0m pa\u{1b}[31mssing",
    );
    check(
        &secrets,
        "hunter2\u{1b}[2Jhunter2 hunter2\u{1b}",
        "hunter2\u{1b}[2Jhunter2 hunter2\u{1b}",
    );
}

#[test]
fn a_secret_in_a_long_word_that_was_wrapped_is_masked() {
    let secrets = [("s", "hunter2hunter2"), ("t", "pass")];
    let fill = "x".repeat(40);
    check(
        &secrets,
        &format!("{fill}hunter2\nhunter2 and\n"),
        &format!("{fill}‹s› and\n"),
    );
    check(&secrets, "hunter2\nhunter2", "hunter2\nhunter2");
    check(
        &secrets,
        &format!("{fill}\npass\npa\nss"),
        &format!("{fill}\n‹t›\npa\nss"),
    );
}

#[test]
fn a_value_of_4_kib_is_masked_in_common_forms_alone() {
    let value = "0123456789abcdef".repeat(257);
    check(
        &[("s", &value)],
        &format!("{value} {}", value.to_uppercase()),
        &format!("‹s› {}", value.to_uppercase()),
    );
    let bytes: Vec<String> = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    check(&[("s", &value)], &bytes.concat(), "‹s›");
    assert!(!redactor(&[("s", &value)]).is_in(&bytes.join(":")));
}

#[test]
fn quoted_and_escaped_values_are_found() {
    let secrets = [("s", "a'b\"c\\d é/~\n\u{1}(")];
    for form in [
        "a'b\"c\\d é/~\n\u{1}(",
        "a''b\"c\\d é/~\n\u{1}(",
        "a''b\"c\\\\d é/~\n\u{1}(",
        "a'b\"\"c\\d é/~\n\u{1}(",
        "a'\\''b\"c\\d é/~\n\u{1}(",
        "a'\"'\"'b\"c\\d é/~\n\u{1}(",
        "a'b\\\"c\\\\d é/~\n\u{1}(",
        "a\\'b\"c\\\\d é/~\\n\u{1}(",
        r#"a'b\"c\\d é/~\n\u0001("#,
        r#"a'b\"c\\d é\/~\n\u0001("#,
        "a&#39;b&quot;c\\d é/~\n\u{1}(",
        "a&apos;b&quot;c\\d é/~\n\u{1}(",
        "a&#39;b&#34;c\\d é/~\n\u{1}(",
        r#"a'b\"c\\d \u00e9/~\n\u0001("#,
        "a%27b%22c%5Cd%20%C3%A9%2F~%0A%01%28",
        "a%27b%22c%5cd%20%c3%a9%2f~%0a%01%28",
        "a%27b%22c%5Cd%20%C3%A9/~%0A%01%28",
        "a%27b%22c%5Cd+%C3%A9%2F%7E%0A%01%28",
        "a'b%22c%5Cd%20%C3%A9%2F~%0A%01(",
        "61276222635c6420c3a92f7e0a0128",
        "61276222635C6420C3A92F7E0A0128",
        "YSdiImNcZCDDqS9+CgEo",
        "YSdiImNcZCDDqS9-CgEo",
    ] {
        check(&secrets, &format!("x{form}y"), "x‹s›y");
    }
}

#[test]
fn a_non_ascii_character_beyond_the_basic_plane_is_found_in_json() {
    check(&[("s", "key🙂")], r#""key\ud83d\ude42""#, r#""‹s›""#);
}

#[test]
fn base64_is_masked_to_its_end_and_across_line_breaks() {
    check(&[("s", "password")], "cGFzc3dvcmQ=", "‹s›");
    check(&[("s", "password1")], "cGFzc3dvcmQx;", "‹s›;");
    check(&[("s", "passwords1")], "cGFzc3dvcmRzMQ==", "‹s›");
    let key = "0123456789".repeat(8);
    let encoded = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5\
                   MDEyMzQ1Njc4OTAxMjM0NTY3ODk=";
    check(&[("key", &key)], encoded, "‹key›");
    for wrap in [64, 76] {
        let (first, second) = encoded.split_at(wrap);
        check(&[("key", &key)], &format!("{first}\n{second}\n"), "‹key›\n");
        check(
            &[("key", &key)],
            &format!("| {first}\n| {second}\n"),
            "| ‹key›\n| ‹key›\n",
        );
    }
}

#[test]
fn each_long_line_of_a_key_is_masked() {
    let key = "-----BEGIN KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ\nshort\n-----END KEY-----\n";
    check(&[("key", key)], key, "‹key›\n");
    check(
        &[("key", key)],
        "  MC4CAQAwBQYDK2VwBCIEIJ\r\n  short\r\n",
        "  ‹key›\r\n  short\r\n",
    );
}

#[test]
fn line_ends_at_the_end_of_a_value_do_not_count() {
    check(&[("s", "hunter2\r\n")], "hunter2", "‹s›");
    assert_eq!(redactor(&[("s", "abc\n")]).too_short(), ["s"]);
}

#[test]
fn every_byte_of_overlapping_secrets_is_masked_under_the_first_name() {
    let secrets = [
        ("a", "abcdefgh-1"),
        ("b", "fgh-1234"),
        ("c", "h-123456"),
        ("d", "abcdefgh"),
    ];
    check(&secrets, "-abcdefgh-1234-", "-‹a›-");
    check(&secrets, "-fgh-1234-h-123456", "-‹b›-‹c›");
    check(&secrets, "abcdefghabcdefghe", "‹d›‹d›e");
    check(&[("a", "aaaaaaaa")], &"a".repeat(1000), "‹a›");
    check(&[("a", "the same"), ("b", "the same")], "the same", "‹a›");
    check(
        &[("a", "stuvwxyz"), ("b", "rstuvwxyz!")],
        "rstuvwxyz?rstuvwxyz!",
        "r‹a›?‹b›",
    );
}

#[test]
fn a_value_too_short_is_told_and_not_masked() {
    let secrets = [("pin", "123"), ("empty", ""), ("long", "1234")];
    check(&secrets, "123 1234", "123 ‹long›");
    assert_eq!(redactor(&secrets).too_short(), ["pin", "empty"]);
}

#[test]
fn a_secret_cut_off_at_an_ellipsis_is_masked() {
    let redactor = redactor(&[("s", "correct horse"), ("t", "staple")]);
    for (text, expected) in [
        ("“corr…”", "“‹s›…”"),
        ("“correct hors…” “stap…", "“‹s›…” “‹t›…"),
        ("cor…", "cor…"),
        ("correct horse…", "‹s›…"),
        ("correct staple…", "correct ‹t›…"),
    ] {
        assert_eq!(redactor.text(text), expected);
        assert_eq!(redactor.is_in(text), text != expected);
    }
}

#[test]
fn a_redactor_grows() {
    let named = |name: &str, value: &str| [(name.to_owned(), value.to_owned())];
    let one = redactor(&[("a", "first")]);
    let two = one.with_all(named("b", "second"));
    assert_eq!(one.text("first second"), "‹a› second");
    assert_eq!(two.text("first second"), "‹a› ‹b›");
    assert_eq!(
        two.with_all(named("b", "newer")).text("second newer"),
        "‹b› ‹b›"
    );
    assert_eq!(two.with_all(named("b", "second")).text("second"), "‹b›");
}

#[test]
fn without_secrets_a_text_is_handed_through_as_it_is() {
    let text = "any text".to_owned();
    let place = text.as_ptr();
    for redactor in [
        Redactor::default(),
        Redactor::new([]),
        redactor(&[("s", "x")]),
    ] {
        let through = redactor.redacting().push(text.clone());
        assert_eq!(through, text);
        assert!(matches!(redactor.text(&text), Cow::Borrowed(_)));
    }
    let through = Redactor::default().redacting().push(text);
    assert_eq!(through.as_ptr(), place, "it is not copied");
}

#[test]
fn only_what_may_begin_a_secret_is_held_back() {
    let mut redacting = redactor(&[("s", "secret-value-1"), ("t", "et-value")]).redacting();
    let mut push = |text: &str| redacting.push(text.to_owned());
    assert_eq!(push("no secrecy, a sec"), "no secrecy, a ");
    assert_eq!(push("ret-value"), "");
    assert_eq!(push(" "), "secr‹t› ");
    assert_eq!(push("secret-value-"), "");
    assert_eq!(push("1"), "‹s›");
    assert_eq!(push("secret-value-1"), "‹s›");
    assert_eq!(push("secret-value-"), "");
    assert_eq!(redacting.finish(), "secr‹t›-");
    assert_eq!(redacting.push("1 et-value".to_owned()), "1 ‹t›");
    assert_eq!(redacting.finish(), "");
}

#[test]
fn a_short_value_is_held_back_until_it_is_known_to_be_a_word() {
    let mut redacting = redactor(&[("s", "pass")]).redacting();
    let mut push = |text: &str| redacting.push(text.to_owned());
    assert_eq!(push("a pass"), "a ");
    assert_eq!(push("ing pass"), "passing ");
    assert_eq!(push("\u{1b}[0m"), "");
    assert_eq!(push("\n"), "‹s›\u{1b}[0m\n");
    assert_eq!(push("pass"), "");
    assert_eq!(redacting.finish(), "‹s›");
}

#[test]
fn no_value_is_shown_for_debugging() {
    let redactor = redactor(&[("password", "hunter2")]);
    let mut redacting = redactor.redacting();
    assert_eq!(redacting.push("hunter".to_owned()), "");
    assert_eq!(format!("{redactor:?}"), "Redactor [\"password\"]");
    assert!(
        !format!("{redacting:?}").contains("hunter"),
        "{redacting:?}"
    );
}

#[test]
fn a_text_that_always_nearly_matches_takes_no_longer_than_another() {
    let value = format!("{}b", "a".repeat(64 * 1024));
    let redactor = redactor(&[("s", &value)]);
    let text = "a".repeat(512 * 1024);
    assert_eq!(by_character(&redactor, &text), text);
    assert_eq!(
        in_pieces(&redactor, [text.as_str(), "b"]).len(),
        text.len() - 64 * 1024 + 7
    );
}

/// Masks by looking for every form at every place.
fn naively(secrets: &[(String, String)], text: &str) -> String {
    let (read, places) = as_read(text);
    let mut masked = vec![false; read.len() + 1];
    let mut joined = masked.clone();
    let mut labels = vec![None; read.len() + 1];
    for (name, value) in secrets {
        for form in forms(value) {
            let form: Vec<char> = form.chars().collect();
            for start in 0..read.len() {
                let end = start + form.len();
                if read[start..].starts_with(&form) && may_be_masked(&read, &places, start..end) {
                    masked[start..end].fill(true);
                    joined[start + 1..end].fill(true);
                    if labels[start].is_none_or(|(length, _)| length < form.len()) {
                        labels[start] = Some((form.len(), name));
                    }
                }
            }
        }
    }
    let text: Vec<char> = text.chars().collect();
    let mut result = String::new();
    let mut shown = 0;
    for (at, place) in places.iter().enumerate() {
        // What was left out before a place is given out unless it was a line end in what is masked.
        let is_joined = joined[at];
        let left_out = text[shown..*place].iter();
        result.extend(left_out.filter(|character| !is_joined || **character != '\n'));
        shown = *place + 1;
        match labels[at] {
            Some((_, name)) if !joined[at] => result += &format!("‹{name}›"),
            _ if masked[at] => {}
            _ => result.push(text[*place]),
        }
    }
    result.extend(&text[shown..]);
    result
}

fn may_be_masked(read: &[char], places: &[usize], range: Range<usize>) -> bool {
    let bytes: usize = read[range.clone()].iter().map(|one| one.len_utf8()).sum();
    if bytes >= ANYWHERE_BYTES_MIN {
        return true;
    }
    let is_word = |at: Option<&char>| at.is_some_and(|one| one.is_alphanumeric() || *one == '_');
    // The texts of these tests have no other gaps but line ends and colours of 4 or 5 characters.
    let is_wrapped = |at: usize| {
        let before = at.checked_sub(1).map_or(0, |before| places[before] + 1);
        at > 0
            && places
                .get(at)
                .is_some_and(|place| (place - before) % 5 == 1)
    };
    let begins = range.start == 0
        || is_wrapped(range.start)
        || !(is_word(read.get(range.start - 1)) && is_word(read.get(range.start)));
    let ends = is_wrapped(range.end)
        || !(is_word(read.get(range.end - 1)) && is_word(read.get(range.end)));
    begins && ends && !(range.start + 1..range.end).any(is_wrapped)
}

/// The characters of a text without its colours and the line ends after long words, and where each stands.
fn as_read(text: &str) -> (Vec<char>, Vec<usize>) {
    let text: Vec<char> = text.chars().collect();
    let (mut read, mut places) = (Vec::new(), Vec::new());
    let (mut at, mut word) = (0, 0);
    while at < text.len() {
        let colour = ["\u{1b}[31m", "\u{1b}[0m"]
            .map(|colour| colour.chars().collect::<Vec<char>>())
            .into_iter()
            .find(|colour| text[at..].starts_with(colour));
        if let Some(colour) = colour {
            at += colour.len();
            continue;
        }
        let character = text[at];
        if character != '\n' || word < 32 {
            read.push(character);
            places.push(at);
        }
        word = if character <= ' ' {
            0
        } else {
            word + character.len_utf8()
        };
        at += 1;
    }
    (read, places)
}

/// Secrets that overlap themselves and each other, some too short, some of several lines.
fn secrets() -> impl Strategy<Value = Vec<(String, String)>> {
    let value = prop_oneof![
        "[ab]{3,9}",
        "[ab'\"\\\\ é\n]{3,12}",
        "[a-d/+%\n]{4,40}",
        "[ -~]{40,60}",
    ];
    vec(("[xyz]", value), 1..5)
}

/// Texts made of forms, beginnings of forms, ends of forms, and what the values consist of.
fn text(secrets: &[(String, String)]) -> impl Strategy<Value = String> + use<> {
    let mut all: Vec<String> = secrets.iter().flat_map(|(_, value)| forms(value)).collect();
    all.push("ab".to_owned());
    let piece = (
        any::<Index>(),
        0..8,
        any::<Index>(),
        "[ab'\"\\\\ é\n0-9A-F]{0,6}",
    );
    let piece = piece.prop_map(move |(form, kind, cut, noise)| {
        let form = &all[form.index(all.len())];
        let cut = form.floor_char_boundary(cut.index(form.len()));
        match kind {
            0 | 1 => form.clone(),
            2 => form[..cut].to_owned(),
            3 => form[cut..].to_owned(),
            4 => format!("{}\u{1b}[31m{}", &form[..cut], &form[cut..]),
            5 => format!("{}\u{1b}[0m", &form[cut..]),
            _ => noise,
        }
    });
    vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn cut<'a>(text: &'a str, places: &[Index]) -> Vec<&'a str> {
    let mut ends: Vec<usize> = places
        .iter()
        .map(|place| text.floor_char_boundary(place.index(text.len() + 1)))
        .chain([text.len()])
        .collect();
    ends.sort_unstable();
    let begins = std::iter::once(0).chain(ends.clone());
    begins
        .zip(ends)
        .map(|(begin, end)| &text[begin..end])
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_comes_out_is_the_same_however_the_text_is_cut(
        (secrets, text) in secrets().prop_flat_map(|secrets| (Just(secrets.clone()), text(&secrets))),
        places in vec(any::<Index>(), 0..40),
    ) {
        let redactor = Redactor::new(secrets.clone());
        let expected = naively(&secrets, &text);
        prop_assert_eq!(&in_pieces(&redactor, cut(&text, &places)), &expected);
        prop_assert_eq!(&by_character(&redactor, &text), &expected);
        prop_assert_eq!(&redactor.text(&text), &expected);
        prop_assert_eq!(redactor.is_in(&text), text != expected);
    }

    #[test]
    fn what_is_held_back_is_the_longest_beginning_of_a_form(
        (secrets, text) in secrets().prop_flat_map(|secrets| (Just(secrets.clone()), text(&secrets))),
    ) {
        let secrets: Vec<_> = secrets.into_iter().filter(|(_, value)| forms(value).iter().all(|form| form.len() >= ANYWHERE_BYTES_MIN)).collect();
        let mut redacting: Redacting = Redactor::new(secrets.clone()).redacting();
        let text = as_read(&text).0.into_iter().collect::<String>().replace('\n', " ");
        redacting.push(text.clone());
        let forms: Vec<String> = secrets.iter().flat_map(|(_, value)| forms(value)).collect();
        let begun = (0..text.len()).find(|&at| {
            text.is_char_boundary(at)
                && forms.iter().any(|form| form.len() > text.len() - at && form.starts_with(&text[at..]))
        });
        let held = begun.map_or(0, |at| text.len() - at);
        prop_assert_eq!(redacting.held.len(), held);
    }

    #[test]
    fn a_machine_without_vector_code_finds_the_same(
        (secrets, text) in secrets().prop_flat_map(|secrets| (Just(secrets.clone()), text(&secrets))),
    ) {
        let forms: BTreeSet<String> = secrets.iter().flat_map(|(_, value)| forms(value)).collect();
        prop_assume!(!forms.is_empty());
        let mut searcher = Searcher::new(forms.into_iter().collect());
        let search = |searcher: &Searcher| {
            let mut found = Vec::new();
            let mut note = |range, form| found.push((range, form));
            let state = searcher.search(text.as_bytes(), 0, searcher.start(), &mut note);
            (found, searcher.pending(state))
        };
        let by_both = search(&searcher);
        searcher.sets.clear();
        prop_assert_eq!(by_both, search(&searcher));
    }

    #[test]
    fn a_secret_is_found_wherever_it_stands_in_what_was_encoded(
        before in vec(any::<u8>(), 0..7),
        value in "[ -~é]{8,60}",
        after in vec(any::<u8>(), 0..7),
    ) {
        let redactor = redactor(&[("s", &value)]);
        let whole = [&before, value.as_bytes(), &after].concat();
        let bytes: Vec<char> = whole.iter().map(|&byte| char::from(byte)).collect();
        for alphabet in ["+/", "-_"] {
            let encoded = encode(&bytes, alphabet);
            let masked = redactor.text(&encoded);
            prop_assert!(masked.contains("‹s›"), "{}", masked);
            let shown = masked.chars().filter(|character| !"‹s›".contains(*character)).count();
            prop_assert!(shown <= (before.len() + after.len()).div_ceil(3) * 4 + 4, "{}", masked);
        }
    }
}

/// Base64 by the book, three bytes at a time.
fn encode(bytes: &[char], last: &str) -> String {
    let alphabet: Vec<char> = ('A'..='Z')
        .chain('a'..='z')
        .chain('0'..='9')
        .chain(last.chars())
        .collect();
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let byte = |at: usize| three.get(at).map_or(0, |&byte| u32::from(byte));
        let number = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            text.push(match digit <= three.len() {
                true => alphabet[(number >> (18 - 6 * digit) & 63) as usize],
                false => '=',
            });
        }
    }
    text
}
