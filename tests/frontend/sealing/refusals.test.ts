// What must be refused (tests/vectors/refusals.json and mutants.json), and how little gets out before.
import assert from "node:assert/strict";
import { test } from "node:test";

import { concat, type Bytes } from "../../../frontend/sealing/bytes.ts";
import { decode, unb64 } from "../../../frontend/sealing/encoding.ts";
import { openMetadata } from "../../../frontend/sealing/envelope.ts";
import {
  EncodingInvalid,
  EnvelopeDamaged,
  LinkInvalid,
  LinkTooNew,
  MetadataInvalid,
  PasswordInvalid,
  SealingError,
} from "../../../frontend/sealing/errors.ts";
import { checkPassword, derive, passwordKeys, sealOnce } from "../../../frontend/sealing/keys.ts";
import { parse } from "../../../frontend/sealing/links.ts";
import { PlainSplit } from "../../../frontend/sealing/split.ts";
import { CHUNK_BYTES, isValidSize, openStream, plainSize } from "../../../frontend/sealing/stream.ts";
import golden from "../../vectors/golden.json";
import mutants from "../../vectors/mutants.json";
import refusals from "../../vectors/refusals.json";
import {
  dishonestBlob,
  drained,
  envelope,
  inPieces,
  isPrefix,
  mutated,
  openEnvelope,
  paddedJson,
  pattern,
  textOf,
  unhex,
  whole,
  type Base,
  type MetadataCase,
  type Mutant,
  type StreamCase,
} from "./vectors.ts";

const fileKey = unhex(golden.inputs.file_key);
const payloadNonce = unhex(golden.inputs.payload_nonce);
const metaSalt = unhex(golden.inputs.meta_salt);

for (const recipe of refusals.streams as unknown as StreamCase[]) {
  test(`a dishonest blob is refused: ${recipe.name}`, async () => {
    const blob = await dishonestBlob(recipe, fileKey, payloadNonce);
    const truth = concat(...recipe.chunks.map(([, length]) => pattern(length)));

    for (const piece of [1000, 65552, 10_000_000]) {
      const { released, error } = await drained(openStream(inPieces(blob, piece), fileKey));

      assert.ok(error instanceof EnvelopeDamaged, String(error));
      assert.ok(isPrefix(released, truth));
      assert.equal(released.length % CHUNK_BYTES, 0);
    }
  });
}

test("a size no blob has is refused", () => {
  for (const size of refusals.sizes) {
    assert.equal(isValidSize(size), false);
    assert.throws(() => plainSize(size), EnvelopeDamaged);
  }
});

for (const recipe of refusals.metadata as unknown as MetadataCase[]) {
  test(`metadata is to ${recipe.expect}: ${recipe.name}`, async () => {
    const key = await derive(fileKey, metaSalt, new TextEncoder().encode("ots1/meta"));
    const sealed = concat(metaSalt, await sealOnce(key, paddedJson(recipe)));

    if (recipe.expect === "open") assert.ok((await openMetadata(sealed, fileKey)).files.length);
    else await assert.rejects(openMetadata(sealed, fileKey), MetadataInvalid);
  });
}

test("a pasted link is read, refused, or asks for an update", () => {
  for (const [text, url] of refusals.links.open as [string, string][]) assert.equal(parse(text).url, url);
  for (const text of refusals.links.refuse) assert.throws(() => parse(text), LinkInvalid);
  for (const text of refusals.links.too_new) assert.throws(() => parse(text), LinkTooNew);
});

test("text that is not canonical is refused", () => {
  for (const [text, length] of refusals.base32 as [string, number][]) {
    assert.throws(() => decode(text, length), EncodingInvalid);
  }
  for (const [text, length] of refusals.base64url as [string, number | null][]) {
    assert.throws(() => unb64(text, length), EncodingInvalid);
  }
});

test("a password that is empty, too long or not text is refused", async () => {
  const id = unhex(golden.inputs.id);
  for (const parts of refusals.passwords as unknown as [string, number][][]) {
    assert.throws(() => checkPassword(textOf(parts)), PasswordInvalid);
    await assert.rejects(passwordKeys(textOf(parts), unhex(golden.inputs.link_secret), id), PasswordInvalid);
  }
});

for (const { name, sizes, plain } of refusals.split) {
  test(`plaintext that does not fit its sizes is refused: ${name}`, () => {
    for (const piece of [1, 2, 1000]) {
      const split = new PlainSplit(sizes);

      assert.throws(() => {
        inPieces(unhex(plain), piece).forEach((bytes) => split.feed(bytes));
        split.finish();
      }, EnvelopeDamaged);
    }
  });
}

const bases = new Map<string, Promise<Awaited<ReturnType<typeof envelope>>>>();
for (const base of mutants.bases as Base[]) bases.set(base.name, envelope(base));

test("at least 300 mutants must be refused", () => {
  assert.ok(mutants.mutants.filter((mutant) => mutant.expect === "refuse").length >= 300);
});

for (const [at, mutant] of (mutants.mutants as Mutant[]).entries()) {
  test(`mutant ${at}: ${mutant.base}, ${mutant.field}, ${mutant.op}: ${mutant.expect}`, async () => {
    const base = await bases.get(mutant.base)!;

    if (mutant.expect === "open") {
      assert.deepEqual(await whole(openEnvelope(mutated(base, mutant))), base.truth);
      return;
    }
    const { released, error } = await drained(openEnvelope(mutated(base, mutant)) as AsyncIterable<Bytes>);

    assert.ok(error instanceof SealingError, String(error));
    assert.ok(isPrefix(released, base.truth));
  });
}
