//! The `stepmark` program: hands over to the library, where everything can be tested.

fn main() -> std::process::ExitCode {
    stepmark_cli::main()
}
