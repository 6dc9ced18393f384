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

    /// Answers numbered from 1 in their order.
    pub(super) fn numbered(choices: &[(char, &str, A)]) -> Self {
        let choice = |(number, (letter, label, act)): (u8, &(char, &str, A))| Choice {
            number,
            letter: Some(*letter),
            label: (*label).to_owned(),
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
            typed == choice.number.to_string()
                || letter.is_some_and(|letter| letter.eq_ignore_ascii_case(typed))
                || choice.label.eq_ignore_ascii_case(typed)
        };
        self.0.iter().find(is_meant).map(|choice| choice.act)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_a_letter_and_the_word_mean_the_same_and_nothing_else_means_anything() {
        let menu = Menu::numbered(&[('r', "run it", 'a'), ('b', "back", 'z')]);
        assert_eq!(menu.line(), "[1] run it  [2] back\n");
        assert_eq!(menu.lines(), "   1  r  run it\n   2  b  back\n");
        let meant = ["1", " R ", "Run It", "2", "back", "", "3", "11", "run"];
        let meant = meant.map(|typed| menu.meant(typed));
        let (run, back) = (Some('a'), Some('z'));
        assert_eq!(meant, [run, run, run, back, back, None, None, None, None]);
    }
}
