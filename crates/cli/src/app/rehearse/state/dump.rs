//! A schema as `pg_dump` writes it, cut into the things it makes. Knows the comments between them, not the SQL.

use super::Items;

/// How the comment before each thing begins.
const HEADING: &str = "-- Name: ";
/// What the word before a table's tablespace is.
const TABLESPACE: &str = "SET default_tablespace = ";
/// Statements that stand before a thing and belong to it only where they are not the default.
const ACCESS_METHOD: &str = "SET default_table_access_method = ";

/// The things that `dump` makes, each with its SQL.
pub(super) fn items(dump: &str) -> Items {
    let mut items = Items::new();
    let mut current: Option<(String, String)> = None;
    let (mut tablespace, mut access_method) = (String::new(), String::new());
    for line in dump.lines() {
        if let Some(heading) = line.strip_prefix(HEADING) {
            let (kind, name) = named(heading);
            let lines = items.entry((kind.clone(), name.clone())).or_default();
            if is_stored(&kind) {
                lines.extend(
                    [&tablespace, &access_method]
                        .into_iter()
                        .filter(|one| !one.is_empty())
                        .cloned(),
                );
            }
            current = Some((kind, name));
        } else if let Some(value) = line.strip_prefix(TABLESPACE) {
            tablespace = unless(value, "'';", line);
        } else if let Some(value) = line.strip_prefix(ACCESS_METHOD) {
            access_method = unless(value, "heap;", line);
        } else if let Some(current) = &current
            && !is_noise(line)
        {
            items
                .entry(current.clone())
                .or_default()
                .push(line.to_owned());
        }
    }
    items
}

/// Kind and name of a thing: `orders; Type: TABLE; Schema: public; Owner: app`.
fn named(heading: &str) -> (String, String) {
    let (name, rest) = heading.split_once("; Type: ").unwrap_or((heading, ""));
    let (kind, rest) = rest.split_once("; Schema: ").unwrap_or((rest, ""));
    let schema = rest.split("; ").next().unwrap_or_default();
    let name = match schema {
        "" | "-" => name.to_owned(),
        schema => format!("{schema}.{name}"),
    };
    (kind.to_lowercase(), name)
}

/// Whether a thing of this kind lies in a tablespace.
fn is_stored(kind: &str) -> bool {
    matches!(kind, "table" | "index" | "materialized view" | "constraint")
}

fn unless(value: &str, default: &str, line: &str) -> String {
    match value == default {
        true => String::new(),
        false => line.to_owned(),
    }
}

/// Lines that say nothing: blank ones, the rules of comments, and the key against which psql is restricted, which is
/// another one in each dump (since the minor versions of August 2025).
fn is_noise(line: &str) -> bool {
    line.is_empty()
        || line == "--"
        || line.starts_with("-- Dumped ")
        || line == "-- PostgreSQL database dump complete"
        || line.starts_with("\\restrict ")
        || line.starts_with("\\unrestrict ")
}

#[cfg(test)]
mod tests {
    use super::items;

    const DUMP: &str = "--\n-- PostgreSQL database dump\n--\n\n\\restrict Xa9\n\nSET lock_timeout = 0;\n\n\
        --\n-- Name: app; Type: SCHEMA; Schema: -; Owner: me\n--\n\nCREATE SCHEMA app;\n\n\n\
        ALTER SCHEMA app OWNER TO me;\n\nSET default_tablespace = '';\n\nSET default_table_access_method = heap;\n\n\
        --\n-- Name: orders; Type: TABLE; Schema: app; Owner: me\n--\n\nCREATE TABLE app.orders (\n    id integer\n);\n\n\
        SET default_tablespace = fast;\n\n\
        --\n-- Name: orders orders_pkey; Type: CONSTRAINT; Schema: app; Owner: me\n--\n\n\
        ALTER TABLE ONLY app.orders\n    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);\n\n\n\
        --\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict Xa9\n";

    #[test]
    fn a_dump_is_cut_into_what_it_makes_and_random_keys_say_nothing() {
        let items = items(DUMP);
        let names: Vec<String> = items
            .iter()
            .map(|((kind, name), lines)| format!("{kind} {name}: {}", lines.join("|")))
            .collect();
        assert_eq!(
            names,
            [
                "constraint app.orders orders_pkey: SET default_tablespace = fast;|ALTER TABLE ONLY app.orders|    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);",
                "schema app: CREATE SCHEMA app;|ALTER SCHEMA app OWNER TO me;",
                "table app.orders: CREATE TABLE app.orders (|    id integer|);",
            ]
        );
        assert_eq!(items, super::items(&DUMP.replace("Xa9", "b7Q")));
    }
}
