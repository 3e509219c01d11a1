// Prints the results of checks as TAP.

pub fn check<T: PartialEq + std::fmt::Debug>(tests: &mut Vec<bool>, name: &str, got: T, wanted: T) {
    let passed = got == wanted;
    tests.push(passed);
    println!("{}ok {} - {}", if passed { "" } else { "not " }, tests.len(), name);
    if !passed {
        println!("# got: {:?}", got);
    }
}
