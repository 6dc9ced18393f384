//! What can be answered to a question: a number, a letter or a word each. Does not ask.

/// One of the answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice<A> {
    /// The number that is typed.
    pub(super) number: u8,
    /// The letter that stands for it; none where it has only the number.
    pub(super) letter: Option<char>,
    /// What it does, in a few words.
    pub(super) label: String,
    /// What may be typed for it besides.
    pub(super) words: Vec<String>,
    /// What it stands for.
    pub(super) act: A,
    /// Whether it is offered only among all answers.
    pub(super) is_rare: bool,
}

/// The answers to one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Menu<A>(Vec<Choice<A>>);

impl<A: Copy> Menu<A> {
    /// Answers under numbers of their own.
    pub(super) fn new(choices: Vec<Choice<A>>) -> Self {
        Self(choices)
    }

    /// Answers numbered from 1 in their order; the one that changes nothing comes first, since 1 is what is typed most. The
    /// first word of an answer stands for it where it is that of no other.
    pub(super) fn numbered(choices: &[(char, &str, A)]) -> Self {
        let all: Vec<Vec<String>> = choices.iter().map(|(_, label, _)| words(label)).collect();
        let is_its_own =
            |word: &String| all.iter().filter(|words| words.contains(word)).count() == 1;
        let choice = |(number, (letter, label, act)): (u8, &(char, &str, A))| Choice {
            number,
            letter: Some(*letter),
            label: (*label).to_owned(),
            words: words(label).into_iter().filter(is_its_own).collect(),
            act: *act,
            is_rare: false,
        };
        Self((1..).zip(choices).map(choice).collect())
    }

    /// The answers as one line.
    pub(super) fn line(&self) -> String {
        let words = self
            .0
            .iter()
            .filter(|choice| !choice.is_rare)
            .map(|choice| format!("[{}] {}", choice.number, choice.label));
        format!("{}\n", words.collect::<Vec<_>>().join("  "))
    }

    /// The answers one below the other, with their letters.
    pub(super) fn lines(&self) -> String {
        let line = |choice: &Choice<A>| {
            let letter = choice.letter.map_or(' ', |letter| letter);
            format!("  {:>2}  {letter}  {}\n", choice.number, choice.label)
        };
        self.0.iter().map(line).collect()
    }

    /// What was meant by what was typed.
    pub(super) fn meant(&self, typed: &str) -> Option<A> {
        let typed = typed.trim();
        let is_meant = |choice: &&Choice<A>| {
            let letter = choice.letter.map(String::from);
            let mut words = choice.words.iter();
            typed == choice.number.to_string()
                || letter.is_some_and(|letter| letter.eq_ignore_ascii_case(typed))
                || choice.label.eq_ignore_ascii_case(typed)
                || words.any(|word| word.eq_ignore_ascii_case(typed))
        };
        self.0.iter().find(is_meant).map(|choice| choice.act)
    }
}

/// What stands for an answer: what comes before its first comma or colon, the first word of that, and after a yes or no the
/// word after it.
fn words(label: &str) -> Vec<String> {
    let (head, rest) = label.split_once([',', ':']).unwrap_or((label, ""));
    let first = |text: &str| text.split_whitespace().next().map(str::to_owned);
    let mut words = vec![head.trim().to_owned()];
    words.extend(first(head));
    if matches!(head, "yes" | "no") {
        words.extend(first(rest));
    }
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_a_letter_and_the_word_mean_the_same_and_nothing_else_means_anything() {
        let menu = Menu::numbered(&[('b', "back", 'z'), ('r', "run it", 'a')]);
        assert_eq!(menu.line(), "[1] back  [2] run it\n");
        assert_eq!(menu.lines(), "   1  b  back\n   2  r  run it\n");
        let meant = ["2", " R ", "Run It", "run", "1", "back", "", "3", "11"];
        let meant = meant.map(|typed| menu.meant(typed));
        let (run, back) = (Some('a'), Some('z'));
        assert_eq!(meant, [run, run, run, run, back, back, None, None, None]);
    }

    #[test]
    fn yes_and_no_are_words_and_a_word_of_two_answers_is_none() {
        let menu = Menu::numbered(&[
            ('n', "no, stay", 'n'),
            ('y', "yes, roll back and leave", 'y'),
        ]);
        let meant = ["no", "stay", "YES", "roll", "leave"].map(|typed| menu.meant(typed));
        assert_eq!(meant, [Some('n'), Some('n'), Some('y'), Some('y'), None]);
        let menu = Menu::numbered(&[
            ('d', "undo down to a", 'd'),
            ('a', "undo all of the run", 'a'),
            ('n', "not done: it took no effect", 'n'),
        ]);
        let meant = ["undo", "undo all of the run", "not done", "not"];
        let meant = meant.map(|typed| menu.meant(typed));
        assert_eq!(meant, [None, Some('a'), Some('n'), Some('n')]);
    }
}
