"""Two hundred names that a stranger may give a file."""

import unicodedata

_PLAIN = ["notes.pdf", "a", ".env", "archive.tar.gz", "with space.txt", "UPPER.TXT", "no ending", "100%.txt"]
_SHELL = [
    "-rf",
    "--help",
    "$(reboot).txt",
    "`id`.txt",
    "a;b.txt",
    "a|b.txt",
    "a&b.txt",
    "a>b.txt",
    "a'b.txt",
    'a"b.txt',
    "a\\b.txt",
    "*.txt",
    "~root",
    "!!",
    "#hash",
    "?query=1",
    "{a,b}",
    "a\tb.txt",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(1)",
    "-1+1",
]
_HEADERS = [
    "a\r\nSet-Cookie: x=1.txt",
    "a\nb.txt",
    "a\rb.txt",
    "a\x00b.txt",
    'a"; filename="b.exe',
    "a; filename*=utf-8''b.exe",
    "a%0d%0ab.txt",
    "=?utf-8?b?YQ==?=",
    "a\x0bb",
    "a\x1b[31mred.txt",
    "a\x7f.txt",
    "a\x85b.txt",
    "a\u2028b.txt",
    "a\u2029b.txt",
]
_FOLDERS = [
    "../../etc/passwd",
    "..\\..\\windows\\system32",
    "/etc/passwd",
    "C:\\boot.ini",
    "C:evil.txt",
    "..",
    ".",
    "...",
    ".. ",
    " ..",
    "....//",
    "a/../../b.txt",
    "a/./b.txt",
    "a//b.txt",
    "dir/",
    "//host/share",
    "\\\\host\\share",
    "%2e%2e%2fetc",
    "~/.ssh/authorized_keys",
]
_WINDOWS = ["CON", "con.txt", "NUL", "COM1", "LPT1.txt", "aux", "name.", "name ", "a:stream", "a<b>c", "a?b"]
_BIDI = [
    "photo\u202egnp.exe",
    "\u200fright.txt",
    "a\u2066b\u2069.txt",
    "\u061calm.txt",
    "\u202d\u202e\u202c",
    "a\u200eb.txt",
]
_LETTERS = [
    "Договор.pdf",
    "契約書.pdf",
    "עברית.txt",
    "العربية.txt",
    "ελληνικά.txt",
    "हिन्दी.txt",
    "ไทย.txt",
    "한국어.txt",
    "👩‍👩‍👧‍👦.png",
    "🔑.pem",
    "🇺🇦.txt",
    "ß.txt",
    "ﬁle.txt",
    "İstanbul.txt",
    "a\u0301\u0302\u0303.txt",
    "\ufeffbom.txt",
    "zero\u200bwidth.txt",
    "\xa0nbsp.txt",
    "ｆｕｌｌ.txt",
    "\U0001f469\U0001f3fd.txt",
    *(unicodedata.normalize(form, "Übergrößenträger é.txt") for form in ("NFC", "NFD")),
]
_LONG = [
    "x" * 255,
    "x" * 256,
    "x" * 300 + ".txt",
    "é" * 127 + "x",
    "é" * 128,
    "🔑" * 64,
    "👩‍👩‍👧‍👦" * 30,
    "a." * 150,
    " " * 300,
    "." * 300,
    "-" * 260,
]
_NOTHING = [" ", "  ", "\t", "\x00", "\u202e", "\\", "\\\\", ". .", "\x00\x01\x02", "\x7f\x7f"]
_SCRIPTS = [
    "<script>alert(1)</script>.txt",
    "<img src=x onerror=alert(1)>.png",
    "javascript:alert(1)",
    "{{7*7}}.txt",
    "{% csrf_token %}",
    "';DROP TABLE shares_share;--",
    "&lt;b&gt;.txt",
    "&#47;etc",
    "%3Cscript%3E",
    "%s%n%x",
    "${jndi:ldap://x}",
]

_BASE = [*_PLAIN, *_SHELL, *_HEADERS, *_FOLDERS, *_WINDOWS, *_BIDI, *_LETTERS, *_LONG, *_NOTHING, *_SCRIPTS]
# The same again behind a folder and before an ending, until there are two hundred.
NAMES = list(dict.fromkeys([*_BASE, *(f"folder/{name}.txt" for name in _BASE)]))[:200]
