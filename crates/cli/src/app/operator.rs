//! Who is at the keys, as the system knows them.

use stepmark_core::record::Operator;

/// The operator of this process.
pub(crate) fn operator() -> Operator {
    let uid = rustix::process::geteuid().as_raw();
    let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let tty = rustix::termios::ttyname(std::io::stdin(), Vec::new()).ok();
    Operator {
        user: user_name(uid)
            .or_else(|| variable("USER"))
            .unwrap_or_else(|| uid.to_string()),
        uid,
        sudo_user: variable("SUDO_USER"),
        host: rustix::system::uname()
            .nodename()
            .to_string_lossy()
            .into_owned(),
        tty: tty.map(|name| name.to_string_lossy().into_owned()),
        ssh_client: variable("SSH_CONNECTION")
            .and_then(|value| value.split(' ').next().map(str::to_owned)),
    }
}

/// The login name of `uid` by `/etc/passwd`; users of directory services fall back to `$USER`.
pub(crate) fn user_name(uid: u32) -> Option<String> {
    let passwd = std::fs::read_to_string("/etc/passwd").ok()?;
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == uid.to_string()).then(|| name.to_owned())
    })
}
