//! Connection strings: `postgresql://` URLs and libpq's `keyword=value` lists, cut into keywords and values.
//! Does not judge the values. Errors never repeat the text: it may hold a password.

/// A keyword as written and its value.
pub(super) type Pair = (String, String);

/// Cuts a connection string; text that is neither a URL nor a list is a database name, as psql takes it.
pub(super) fn parse(text: &str) -> Result<Vec<Pair>, String> {
    if let Some(rest) = ["postgresql://", "postgres://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme))
    {
        return parse_url(rest);
    }
    if let Some(scheme) = foreign_scheme(text) {
        return Err(format!(
            "{scheme}:// is no PostgreSQL connection; write postgresql://user@host:5432/database"
        ));
    }
    if text.contains('=') {
        return parse_list(text);
    }
    Ok(vec![("dbname".to_owned(), text.to_owned())])
}

/// The scheme of a URL of something else; a list may have one in a value, behind a keyword.
fn foreign_scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once("://")?;
    let is_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    (!scheme.is_empty() && scheme.bytes().all(is_scheme)).then_some(scheme)
}

fn parse_url(rest: &str) -> Result<Vec<Pair>, String> {
    let mut pairs = Vec::new();
    let (location, query) = rest
        .split_once('?')
        .map_or((rest, None), |(l, q)| (l, Some(q)));
    let authority_end = location.find('/').unwrap_or(location.len());
    let (authority, path) = location.split_at(authority_end);
    let hosts = match authority.split_once('@') {
        Some((user, hosts)) => {
            let (user, password) = user
                .split_once(':')
                .map_or((user, None), |(u, p)| (u, Some(p)));
            push_decoded(&mut pairs, "user", user)?;
            push_decoded(&mut pairs, "password", password.unwrap_or_default())?;
            hosts
        }
        None => authority,
    };
    push_hosts(&mut pairs, hosts)?;
    push_decoded(
        &mut pairs,
        "dbname",
        path.strip_prefix('/').unwrap_or_default(),
    )?;
    for parameter in query
        .unwrap_or_default()
        .split('&')
        .filter(|text| !text.is_empty())
    {
        let (name, value) = parameter
            .split_once('=')
            .filter(|(_, value)| !value.contains('='))
            .ok_or_else(|| {
                let name = parameter.split('=').next().unwrap_or_default();
                format!("URL parameter \u{201c}{name}\u{201d} is not of the form name=value")
            })?;
        let (name, value) = (decode(name)?, decode(value)?);
        match (name.as_str(), value.as_str()) {
            ("ssl", "true") => pairs.push(("sslmode".to_owned(), "require".to_owned())),
            _ => pairs.push((name, value)),
        }
    }
    Ok(pairs)
}

fn push_hosts(pairs: &mut Vec<Pair>, text: &str) -> Result<(), String> {
    let mut hosts = Vec::new();
    let mut ports = Vec::new();
    for entry in text.split(',') {
        let (host, port) = split_port(entry)?;
        hosts.push(decode(host)?);
        ports.push(decode(port)?);
    }
    if hosts.iter().any(|host| !host.is_empty()) {
        pairs.push(("host".to_owned(), hosts.join(",")));
    }
    if ports.iter().any(|port| !port.is_empty()) {
        pairs.push(("port".to_owned(), ports.join(",")));
    }
    Ok(())
}

fn split_port(entry: &str) -> Result<(&str, &str), String> {
    let Some(bracketed) = entry.strip_prefix('[') else {
        return Ok(entry.split_once(':').unwrap_or((entry, "")));
    };
    let (address, after) = bracketed
        .split_once(']')
        .ok_or("an IPv6 address in the URL has no closing ]")?;
    match after.strip_prefix(':') {
        Some(port) => Ok((address, port)),
        None if after.is_empty() => Ok((address, "")),
        None => Err("unexpected text after an IPv6 address in the URL".to_owned()),
    }
}

fn push_decoded(pairs: &mut Vec<Pair>, name: &str, value: &str) -> Result<(), String> {
    if !value.is_empty() {
        pairs.push((name.to_owned(), decode(value)?));
    }
    Ok(())
}

fn decode(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes().iter();
    while let Some(&byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || {
            rest.next()
                .and_then(|&digit| char::from(digit).to_digit(16))
        };
        let value = match (digit(), digit()) {
            (Some(high), Some(low)) => high * 16 + low,
            _ => return Err("a % in the URL is not followed by two hexadecimal digits".to_owned()),
        };
        match u8::try_from(value) {
            Ok(0) | Err(_) => return Err("%00 is not allowed in a URL".to_owned()),
            Ok(byte) => bytes.push(byte),
        }
    }
    String::from_utf8(bytes)
        .map_err(|_| "percent-encoded bytes in the URL are not UTF-8".to_owned())
}

fn parse_list(text: &str) -> Result<Vec<Pair>, String> {
    let mut pairs = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (name, after) = rest.split_once('=').ok_or_else(|| {
            let name = rest.split_whitespace().next().unwrap_or_default();
            format!("missing = after \u{201c}{name}\u{201d}")
        })?;
        let name = name.trim_end();
        if name.is_empty() || name.contains(char::is_whitespace) {
            let first = name.split_whitespace().next().unwrap_or_default();
            return Err(format!("missing = after \u{201c}{first}\u{201d}"));
        }
        let (value, after) = list_value(after.trim_start(), name)?;
        pairs.push((name.to_owned(), value));
        rest = after.trim_start();
    }
    Ok(pairs)
}

/// Reads one value, quoted or bare; a backslash takes the next character as it is.
fn list_value<'a>(text: &'a str, name: &str) -> Result<(String, &'a str), String> {
    let quoted = text.starts_with('\'');
    let mut value = String::new();
    let mut characters = text.char_indices().skip(usize::from(quoted));
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => value.extend(characters.next().map(|(_, next)| next)),
            '\'' if quoted => return Ok((value, &text[at + 1..])),
            _ if !quoted && character.is_whitespace() => return Ok((value, &text[at..])),
            _ => value.push(character),
        }
    }
    match quoted {
        true => Err(format!("the quoted value of {name} has no closing quote")),
        false => Ok((value, "")),
    }
}
