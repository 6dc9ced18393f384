//! Keys that the operator gave to actions. A usual key goes on working unless another action was given it; what messages say
//! to press is asked here, so that it is true either way.

use std::collections::BTreeMap;

use crate::action::Action;
use crate::key_problem::KeyProblem;
use crate::keymap::{BINDINGS, Binding};

/// Keys that keep their meaning: they move, and answer dialogs.
const RESERVED: &str = "jkhl?<>+- ";

/// The operator's own keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    own: BTreeMap<char, Action>,
}

impl Keys {
    /// Every action that can be given a key: its name, its usual key, and what it does.
    pub fn actions() -> impl Iterator<Item = (&'static str, char, &'static str)> {
        BINDINGS
            .iter()
            .map(|binding| (binding.name, binding.key, binding.help))
    }

    /// Gives the action called `name` the key `key`, a single character.
    ///
    /// # Errors
    /// When there is no such action, or the key cannot be given to it.
    pub fn bind(&mut self, name: &str, key: &str) -> Result<(), KeyProblem> {
        let binding = BINDINGS.iter().find(|binding| binding.name == name);
        let Some(binding) = binding else {
            return Err(KeyProblem::NoSuchAction(name.to_owned()));
        };
        let mut characters = key.chars();
        let key = match (characters.next(), characters.next()) {
            (Some(c), None) if !c.is_control() && !c.is_whitespace() => c,
            _ => return Err(KeyProblem::NoKey(key.to_owned())),
        };
        if RESERVED.contains(key) {
            return Err(KeyProblem::Reserved(key));
        }
        if let Some(other) = self.own.get(&key).filter(|other| **other != binding.action) {
            let other = BINDINGS.iter().find(|binding| binding.action == *other);
            let other = other.map_or("another action", |binding| binding.name);
            return Err(KeyProblem::Taken { key, by: other });
        }
        self.own.retain(|_, action| *action != binding.action);
        self.own.insert(key, binding.action);
        Ok(())
    }

    /// What `key` does: what the operator gave it, else what it usually does.
    pub(crate) fn action(&self, key: char) -> Option<Action> {
        let usual = || BINDINGS.iter().find(|binding| binding.key == key);
        let own = self.own.get(&key).copied();
        own.or_else(|| usual().map(|binding| binding.action))
    }

    /// The key that is shown for `action`: the operator's, else the usual one unless that does something else now.
    pub(crate) fn key(&self, action: Action) -> Option<char> {
        let own = self.own.iter().find(|(_, known)| **known == action);
        let usual = || BINDINGS.iter().find(|binding| binding.action == action);
        let usual = || usual().map(|binding| binding.key);
        own.map(|(key, _)| *key)
            .or_else(|| usual().filter(|key| self.action(*key) == Some(action)))
    }

    /// What a message says to press for `action`: its key, else its name in brackets, since only a click does it then.
    pub(crate) fn named(&self, action: Action) -> String {
        let binding = BINDINGS.iter().find(|binding| binding.action == action);
        match (self.key(action), binding) {
            (Some(key), _) => key.to_string(),
            (None, Some(binding)) => format!("[{}]", binding.name),
            (None, None) => String::new(),
        }
    }

    /// A sentence of the core's, which names usual keys in parentheses, with the keys that do it here.
    pub(crate) fn respelled(&self, sentence: &str) -> String {
        let mut said = String::new();
        let mut rest = sentence;
        while let Some(at) = rest.find('(') {
            let (before, behind) = rest.split_at(at + 1);
            said.push_str(before);
            rest = behind;
            let usual = |binding: &&Binding| behind.strip_prefix(binding.key);
            let named = BINDINGS
                .iter()
                .find(|binding| usual(binding).is_some_and(|after| after.starts_with(')')));
            if let Some(binding) = named {
                said.push_str(&self.named(binding.action));
                rest = &behind[binding.key.len_utf8()..];
            }
        }
        said.push_str(rest);
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_own_key_goes_before_the_usual_one_which_goes_on_working() {
        let mut keys = Keys::default();
        keys.bind("run-on", "A").unwrap();
        assert_eq!(keys.key(Action::RunOn), Some('A'));
        assert_eq!(keys.action('A'), Some(Action::RunOn));
        assert_eq!(keys.action('a'), Some(Action::RunOn));
        keys.bind("graph", "a").unwrap();
        assert_eq!(keys.action('a'), Some(Action::Graph));
        assert_eq!(keys.key(Action::Graph), Some('a'));
    }

    #[test]
    fn keys_can_be_exchanged() {
        let mut keys = Keys::default();
        keys.bind("undo", "x").unwrap();
        keys.bind("roll-back", "u").unwrap();
        assert_eq!(keys.key(Action::Undo), Some('x'));
        assert_eq!(keys.key(Action::Abandon), Some('u'));
    }

    #[test]
    fn an_action_whose_only_key_was_given_away_shows_none() {
        let mut keys = Keys::default();
        keys.bind("undo", "x").unwrap();
        assert_eq!(keys.key(Action::Abandon), None);
    }

    #[test]
    fn messages_name_the_keys_that_work() {
        let sentence = "step a is running; cancel it first (c), or (see there) skip it (s)";
        let mut keys = Keys::default();
        assert_eq!(keys.respelled(sentence), sentence);
        keys.bind("cancel", "s").unwrap();
        keys.bind("skip", "c").unwrap();
        assert_eq!(
            keys.respelled(sentence),
            "step a is running; cancel it first (s), or (see there) skip it (c)"
        );
        keys.bind("note", "c").unwrap_err();
        keys.bind("skip", "S").unwrap();
        keys.bind("undo", "q").unwrap();
        assert_eq!(keys.named(Action::Skip), "S");
        assert_eq!(keys.named(Action::Leave), "[leave]");
    }

    #[test]
    fn what_cannot_be_bound_is_said() {
        let mut keys = Keys::default();
        keys.bind("undo", "U").unwrap();
        let problems = [
            ("fly", "f", "there is no action called fly"),
            (
                "undo",
                "ctrl-u",
                "\u{201c}ctrl-u\u{201d} is not a single character",
            ),
            ("undo", "", "\u{201c}\u{201d} is not a single character"),
            (
                "undo",
                "j",
                "j always does the same and cannot be given away",
            ),
            ("skip", "U", "U is given to undo already"),
        ];
        for (name, key, expected) in problems {
            assert_eq!(keys.bind(name, key).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn no_two_actions_share_a_usual_key_or_a_name() {
        for (at, binding) in BINDINGS.iter().enumerate() {
            for other in &BINDINGS[at + 1..] {
                assert_ne!(binding.key, other.key, "{} {}", binding.name, other.name);
                assert_ne!(binding.name, other.name);
                assert_ne!(binding.action, other.action);
            }
            assert!(!RESERVED.contains(binding.key) || binding.key == '?');
        }
    }
}
