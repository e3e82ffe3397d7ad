// Unpacks Chromium and the libraries it was built with into TMPDIR, and prints where it is.
import chromium from "@sparticuz/chromium";

console.log(await chromium.executablePath());
