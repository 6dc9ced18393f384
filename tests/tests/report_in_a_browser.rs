//! An HTML report in a browser that would ask for whatever the page wants: it asks for nothing, and nothing of the page runs.
//! Says so where there is no browser.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use stepmark_tests::{Home, not_tested};

/// Each way to have a page ask somebody, in what a step prints, in its text and around it.
const HOSTILE: &str = "# Title <img src=http://canary.invalid/title>\n\n\
    ![a picture](http://canary.invalid/markdown)\n\n<img src=\"http://canary.invalid/prose\">\n\n\
    ```bash {name=one}\ncat <<'END' # <img src=\"http://canary.invalid/text\">\n\
    <img src=\"http://canary.invalid/output\" onerror=\"document.title='ran'\">\n\
    <script>document.title='ran'</script><script src=\"http://canary.invalid/script\"></script>\n\
    <link rel=stylesheet href=\"http://canary.invalid/link\"><iframe src=\"http://canary.invalid/frame\"></iframe>\n\
    </pre></style><style>@import url(http://canary.invalid/import); p { background: url(http://canary.invalid/style) }</style>\n\
    END\n```\n";
/// A page that does what the report must not.
const CONTROL: &str = "<!DOCTYPE html><title>still</title><img src=\"http://canary.invalid/control\"><script>document.title='ran'</script>";
/// Whom the browser itself asks, without any page.
const ITS_OWN: [&str; 2] = [".googleapis.com", ".google.com"];

/// What a browser is called.
const BROWSERS: [&str; 4] = ["google-chrome", "chromium", "chromium-browser", "chrome"];

/// Takes every request of the browser, and answers none.
struct Proxy {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let address = listener.local_addr().expect("it has one").to_string();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let taken = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let line = first_line(stream);
                taken.lock().expect("no panic there").push(line);
            }
        });
        Self { address, requests }
    }

    /// The requests since the last look that are not the browser's own.
    fn taken(&self) -> Vec<String> {
        let mut requests = self.requests.lock().expect("no panic there");
        let is_its_own = |request: &String| ITS_OWN.iter().any(|host| request.contains(host));
        requests.drain(..).filter(|one| !is_its_own(one)).collect()
    }
}

fn first_line(mut stream: TcpStream) -> String {
    stream
        .set_read_timeout(Some(Duration::from_secs(5)))
        .expect("a socket");
    let mut bytes = [0; 4096];
    let length = stream.read(&mut bytes).unwrap_or(0);
    // The browser may have gone.
    let _ = stream.write_all(b"HTTP/1.1 502 Refused\r\nContent-Length: 0\r\n\r\n");
    let text = String::from_utf8_lossy(&bytes[..length]);
    text.lines().next().unwrap_or_default().to_owned()
}

/// What the browser makes of a page, as text; none where it does not work.
fn opened(home: &Home, browser: &str, proxy: &Proxy, page: &Path) -> Option<String> {
    let mut command = Command::new(browser);
    command
        .args(["--headless=new", "--no-sandbox", "--disable-gpu"])
        .args(["--no-first-run", "--disable-background-networking"])
        .args(["--disable-component-update", "--disable-sync"])
        .arg(format!("--proxy-server=http://{}", proxy.address))
        .arg("--proxy-bypass-list=<-loopback>")
        .arg(format!(
            "--user-data-dir={}",
            home.path().join("browser").display()
        ))
        .arg("--dump-dom")
        .arg(format!("file://{}", page.display()))
        .env("HOME", home.path());
    let output = command.output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_browser_asks_nobody_for_an_html_report_and_runs_nothing_of_it() {
    let home = Home::new();
    let control = home.write("control.html", CONTROL);
    let proxy = Proxy::start();
    let works = |browser: &&str| {
        let page = opened(&home, browser, &proxy, &control);
        page.is_some_and(|page| page.contains("<title>ran</title>"))
            && proxy.taken().iter().any(|one| one.contains("canary"))
    };
    let Some(browser) = BROWSERS.into_iter().find(works) else {
        not_tested("an HTML report in a browser; none is installed, or it does not work here");
        return;
    };
    home.write("book.md", HOSTILE);
    home.stepmark(&["run", "book.md", "--yes"]).exits(0);
    home.stepmark(&["report", "last", "-o", "out.html"])
        .exits(0);
    let out = home.path().join("out.html");
    let text = fs::read_to_string(&out).expect("a page");
    assert!(text.matches("canary.invalid").count() >= 8, "{text}");
    let page = opened(&home, browser, &proxy, &out).expect("it works");
    assert_eq!(proxy.taken(), [""; 0], "it asked for them");
    assert!(page.contains("Migration log"), "{page}");
    assert!(!page.contains("<title>ran</title>"), "a script ran");
    assert!(
        !page.contains("<img") && !page.contains("<iframe"),
        "{page}"
    );
}
