//! Two texts side by side: the lines that only one of them has.

/// Longer texts are not looked through for what they have in common in their middle.
const PAIRS_MAX: usize = 250_000;
/// So many lines are shown.
const LINES_MAX: usize = 12;
/// So long they are, in characters.
const CHARACTERS_MAX: usize = 160;

/// The lines that differ, in order: `-` before those of `before`, `+` before those of `after`.
pub(super) fn differing(before: &[String], after: &[String]) -> Vec<String> {
    let same_start = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let (before, after) = (&before[same_start..], &after[same_start..]);
    let ends = before.iter().rev().zip(after.iter().rev());
    let same_end = ends.take_while(|(a, b)| a == b).count();
    let before = &before[..before.len() - same_end];
    let after = &after[..after.len() - same_end];
    let mut lines = merged(before, after);
    let more = lines.len().saturating_sub(LINES_MAX);
    if more > 0 {
        lines.truncate(LINES_MAX);
        lines.push(format!("… {more} more lines"));
    }
    lines
}

fn merged(before: &[String], after: &[String]) -> Vec<String> {
    let minus = |line: &String| format!("- {}", short(line));
    let plus = |line: &String| format!("+ {}", short(line));
    if before.len().saturating_mul(after.len()) > PAIRS_MAX {
        let all = before.iter().map(minus);
        return all.chain(after.iter().map(plus)).collect();
    }
    // Lengths of the longest common subsequences of the ends of both.
    let width = after.len() + 1;
    let mut common = vec![0usize; (before.len() + 1) * width];
    for (at, one) in before.iter().enumerate().rev() {
        for (other_at, other) in after.iter().enumerate().rev() {
            common[at * width + other_at] = match one == other {
                true => common[(at + 1) * width + other_at + 1] + 1,
                false => common[(at + 1) * width + other_at].max(common[at * width + other_at + 1]),
            };
        }
    }
    let (mut at, mut other_at, mut lines) = (0, 0, Vec::new());
    while at < before.len() || other_at < after.len() {
        let is_same = before.get(at).is_some() && before.get(at) == after.get(other_at);
        let keeps_before = other_at < after.len()
            && (at == before.len()
                || common[at * width + other_at + 1] > common[(at + 1) * width + other_at]);
        if is_same {
            (at, other_at) = (at + 1, other_at + 1);
        } else if keeps_before {
            lines.push(plus(&after[other_at]));
            other_at += 1;
        } else {
            lines.push(minus(&before[at]));
            at += 1;
        }
    }
    lines
}

fn short(line: &str) -> String {
    let line = line.trim();
    match line.char_indices().nth(CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::differing;

    #[track_caller]
    fn check(before: &str, after: &str, expected: &[&str]) {
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(differing(&lines(before), &lines(after)), expected);
    }

    #[test]
    fn only_the_lines_of_one_are_shown_in_order() {
        check("a\nb\nc", "a\nb\nc", &[]);
        check("a\nb\nc", "a\nx\nc", &["- b", "+ x"]);
        check("a\nc", "a\nb\nc", &["+ b"]);
        check("a\nb\nc\nd", "b\nx\nd", &["- a", "- c", "+ x"]);
        check("", "a", &["+ a"]);
    }
}
