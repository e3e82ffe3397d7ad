// Lines for a terminal.

/** Opens a share without knowing what is inside: fails on refusals, never overwrites. The secret goes in the
 * body, never into the address. *prints*: it is a text, which should not stay behind in a file. */
export function commandLine(url: string, isGuarded: boolean, prints = false): string {
  const target = prints ? "" : " --no-clobber -o ./opened";
  const guard = isGuarded ? " --data-urlencode password@-" : "";
  const [address = ""] = url.split("#");
  return `curl -f${target} --data-urlencode ${quoted(`link=${url}`)}${guard} ${quoted(address)}`;
}

/** As Python's shlex.quote. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}
