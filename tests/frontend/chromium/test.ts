// `node:test` for a page: runs what a bundle has collected, one after the other, and posts how it went.

type Body = () => void | Promise<void>;

const collected: [name: string, body: Body][] = [];

export function test(name: string, body: Body): void {
  if (!collected.length) setTimeout(run);
  collected.push([name, body]);
}

async function run(): Promise<void> {
  const outcomes: [name: string, error: string | null][] = [];
  for (const [name, body] of collected) {
    try {
      await body();
      outcomes.push([name, null]);
    } catch (error) {
      outcomes.push([name, error instanceof Error ? (error.stack ?? error.message) : String(error)]);
    }
  }
  await fetch("/answer", { method: "POST", body: JSON.stringify(outcomes) });
}
