// Prints the results of checks as TAP.
'use strict';

let tests = 0;
let failures = 0;

exports.check = function (name, got, wanted) {
    tests += 1;
    const passed = JSON.stringify(got) === JSON.stringify(wanted);
    failures += passed ? 0 : 1;
    console.log(`${passed ? '' : 'not '}ok ${tests} - ${name}`);
    if (!passed) {
        console.log(`# got: ${JSON.stringify(got)}`);
    }
};

// run MAIN: an error of it is a failure as well.
exports.run = function (main) {
    main().catch((error) => exports.check(String(error.stack).split('\n').join(' | '), 'an error', 'none'))
        .finally(() => { process.exitCode = failures ? 1 : 0; });
};
