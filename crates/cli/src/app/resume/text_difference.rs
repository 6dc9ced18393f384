//! What is different in the text of a step, line by line, as `diff -u` shows it. Secrets are not in texts; passwords that are
//! written down in one are masked as they are wherever it is shown.

use stepmark_core::plan::Step;

/// Lines around a change that are shown.
const AROUND: usize = 3;
/// Lines of one step that are shown; of more, only the number.
const LINES_MAX: usize = 200;
/// Pairs of lines that are compared; texts for which that is too little are shown whole, the old one first.
const PAIRS_MAX: usize = 1_000_000;

/// A line of a difference: its sign, and the line.
type Line<'a> = (char, &'a str);

/// How `new` differs from `old`, of which one may not be there: signed lines, indented.
pub(super) fn text_difference(old: Option<&Step>, new: Option<&Step>) -> Vec<String> {
    let texts = [old, new].map(|step| step.map_or("", |step| step.body.shown()));
    let [old, new] = texts.map(|text| text.lines().collect::<Vec<_>>());
    let lines = compared(&old, &new);
    let mut shown = near_changes(&lines);
    let more = shown.len().saturating_sub(LINES_MAX);
    if more > 0 {
        shown.truncate(LINES_MAX);
        shown.push(format!("    … and {more} more lines"));
    }
    shown
}

/// The changes with a few lines around each, and `…` where lines are left out.
fn near_changes(lines: &[Line<'_>]) -> Vec<String> {
    let mut shown = Vec::new();
    let mut is_left_out = false;
    for (at, (sign, text)) in lines.iter().enumerate() {
        let near = &lines[at.saturating_sub(AROUND)..(at + AROUND + 1).min(lines.len())];
        if near.iter().all(|(sign, _)| *sign == ' ') {
            is_left_out = true;
            continue;
        }
        if std::mem::take(&mut is_left_out) && !shown.is_empty() {
            shown.push("    …".to_owned());
        }
        shown.push(format!("    {sign} {text}"));
    }
    shown
}

/// Every line of both: ` ` where they are the same, `-` where only the old one has it, `+` where only the new one has.
fn compared<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    let same_at_start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (head, old) = old.split_at(same_at_start);
    let new = &new[same_at_start..];
    let pairs = old.iter().rev().zip(new.iter().rev());
    let same_at_end = pairs.take_while(|(a, b)| a == b).count();
    let (old, tail) = old.split_at(old.len() - same_at_end);
    let new = &new[..new.len() - same_at_end];
    let same = |text: &&'a str| (' ', *text);
    let mut lines: Vec<Line<'a>> = head.iter().map(same).collect();
    lines.extend(middle(old, new));
    lines.extend(tail.iter().map(same));
    lines
}

/// The same of what differs at its start and at its end, by the longest lines that both have in common.
fn middle<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Line<'a>> {
    let width = new.len() + 1;
    if old.len().saturating_mul(new.len()) > PAIRS_MAX {
        let gone = old.iter().map(|text| ('-', *text));
        return gone.chain(new.iter().map(|text| ('+', *text))).collect();
    }
    // How many lines are in common from each pair of places on.
    let mut common = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i * width + j] = match old[i] == new[j] {
                true => common[(i + 1) * width + j + 1] + 1,
                false => common[(i + 1) * width + j].max(common[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines = Vec::new();
    while i < old.len() || j < new.len() {
        let is_gone = j == new.len()
            || i < old.len() && common[(i + 1) * width + j] >= common[i * width + j + 1];
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push((' ', old[i]));
            (i, j) = (i + 1, j + 1);
        } else if is_gone {
            lines.push(('-', old[i]));
            i += 1;
        } else {
            lines.push(('+', new[j]));
            j += 1;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Runbook;

    #[track_caller]
    fn check(old: &str, new: &str, expected: &str) {
        let step = |text: &str| {
            let book = format!("```bash {{name=a}}\n{text}\n```\n");
            Runbook::of_text(&book).plan.steps.remove(0)
        };
        let shown = text_difference(Some(&step(old)), Some(&step(new)));
        assert_eq!(shown.join("\n"), expected);
    }

    #[test]
    fn changed_lines_are_shown_with_those_around_them() {
        check("a\nb\nc", "a\nx\nc", "      a\n    - b\n    + x\n      c");
        check(
            "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12",
            "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11",
            "    + 0\n      1\n      2\n      3\n    …\n      9\n      10\n      11\n    - 12",
        );
        check("a", "a", "");
        let long = |word: &str| vec![word; 150].join("\n");
        let step = text_difference(
            Some(
                &Runbook::of_text(&format!("```bash\n{}\n```\n", long("a")))
                    .plan
                    .steps[0],
            ),
            Some(
                &Runbook::of_text(&format!("```bash\n{}\n```\n", long("b")))
                    .plan
                    .steps[0],
            ),
        );
        assert_eq!(step.len(), LINES_MAX + 1);
        assert_eq!(step[LINES_MAX], "    … and 100 more lines");
    }
}
