// Where this site begins: every bundle of ours lies in its static/app/, and so do pages' scripts and the worker.

const FOUND = /^(.*)\/static\/app\/[^/]+$/.exec(new URL(import.meta.url).pathname);

/** *path* as it is below this site's own: "/s/…" of https://example.org/secrets is "/secrets/s/…". */
export function ours(path: string): string {
  return (FOUND?.[1] ?? "") + path;
}
