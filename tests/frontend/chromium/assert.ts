// The part of `node:assert/strict` that tests use, for a page.

type Expected = RegExp | ((error: Error) => boolean) | (abstract new (...given: never[]) => Error);

function fail(why: string): never {
  throw new Error(why);
}

function ok(value: unknown, why = "not true"): asserts value {
  if (!value) fail(why);
}

function equal(actual: unknown, expected: unknown): void {
  if (!Object.is(actual, expected)) fail(`${String(actual)} is not ${String(expected)}`);
}

function isDeepEqual(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!(one instanceof Object && other instanceof Object)) return false;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  if (one instanceof Uint8Array && other instanceof Uint8Array) {
    return one.length === other.length && one.every((byte, at) => byte === other[at]);
  }
  const [ours, theirs] = [Object.entries(one), Object.entries(other)];
  return (
    ours.length === theirs.length &&
    ours.every(([key, value]) => isDeepEqual(value, (other as Record<string, unknown>)[key]))
  );
}

function deepEqual(actual: unknown, expected: unknown): void {
  if (!isDeepEqual(actual, expected)) fail("not the same");
}

function notDeepEqual(actual: unknown, expected: unknown): void {
  if (isDeepEqual(actual, expected)) fail("the same");
}

function matches(error: unknown, expected: Expected): boolean {
  if (!(error instanceof Error)) return false;
  if (expected instanceof RegExp) return expected.test(String(error));
  if (expected.prototype instanceof Error) return error instanceof expected;
  return (expected as (error: Error) => boolean)(error);
}

function throws(work: () => unknown, expected: Expected): void {
  try {
    work();
  } catch (error) {
    if (matches(error, expected)) return;
    throw error;
  }
  fail("nothing was thrown");
}

async function rejects(work: Promise<unknown>, expected: Expected): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (matches(error, expected)) return;
    throw error;
  }
  fail("nothing was thrown");
}

export default { ok, equal, deepEqual, notDeepEqual, throws, rejects };
