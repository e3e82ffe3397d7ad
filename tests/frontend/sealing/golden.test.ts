// What must come out, byte for byte (tests/vectors/golden.json).
import assert from "node:assert/strict";
import { test } from "node:test";

import { isNative } from "../../../frontend/sealing/aead.ts";
import { canMakeHeader, ageHeader, HEADER_BYTES, makeHeader } from "../../../frontend/sealing/agefile.ts";
import { b64, unb64 } from "../../../frontend/sealing/encoding.ts";
import { openMetadata, padme, sealMetadata, textPadding, type Metadata } from "../../../frontend/sealing/envelope.ts";
import { linkToken, manageToken, passwordKeys, unwrap, wrap } from "../../../frontend/sealing/keys.ts";
import { Link, parse } from "../../../frontend/sealing/links.ts";
import { safeName } from "../../../frontend/sealing/names.ts";
import { openStream, plainSize, seal, sealedSize } from "../../../frontend/sealing/stream.ts";
import golden from "../../vectors/golden.json";
import { isNode } from "./lazies.ts";
import { hex, inPieces, pattern, sha256, unhex, whole } from "./vectors.ts";

const { inputs, law } = golden;
const id = unhex(inputs.id);
const linkSecret = unhex(inputs.link_secret);
const fileKey = unhex(inputs.file_key);

test("Node proves the fallback, Chromium its own cipher if it has one", async () => {
  const key = crypto.subtle.importKey("raw-secret" as "raw", new Uint8Array(32), "ChaCha20-Poly1305", false, ["encrypt"]);
  const isThere = await key.then(() => true, () => false);

  assert.equal(await isNative(), isThere);
  assert.ok(!(isNode && isThere));
});

test("a link is written and read as the law says", () => {
  assert.equal(new Link("https://h", "share", id, linkSecret).url, law.link);
  assert.deepEqual(parse(law.link), new Link("https://h", "share", id, linkSecret));
  assert.equal(new Link("https://h", "manage", id, unhex(inputs.manage_secret)).url, golden.manage_link);
});

test("tokens come out as the law says", async () => {
  assert.equal(hex(await linkToken(linkSecret, id)), law.link_token);
  assert.equal(hex(await manageToken(unhex(inputs.manage_secret), id)), golden.manage_token);
});

for (const typed of [inputs.password, inputs.same_password]) {
  test(`a password of ${typed.length} units becomes the keys of the law`, async () => {
    const keys = await passwordKeys(typed, linkSecret, id);

    assert.equal(hex(keys.token), law.password_token);
    assert.equal(hex(keys.key), law.password_key);
  });
}

test("a password becomes the same keys where WebAssembly is refused", async () => {
  const engine = globalThis.WebAssembly;
  Object.defineProperty(globalThis, "WebAssembly", { value: undefined, configurable: true, writable: true });
  const keys = await passwordKeys(inputs.password, linkSecret, id);
  Object.defineProperty(globalThis, "WebAssembly", { value: engine });

  assert.equal(hex(keys.token), law.password_token);
  assert.equal(hex(keys.key), law.password_key);
});

for (const [kdf, sealed] of [law.sealed_key_kdf_0, law.sealed_key_kdf_1].entries()) {
  test(`a file key is wrapped as the law says, with kdf ${kdf}`, async () => {
    const passwordKey = kdf ? unhex(law.password_key) : undefined;

    const wrapped = await wrap(fileKey, linkSecret, id, passwordKey, unhex(inputs.wrap_salt));

    assert.equal(hex(wrapped), inputs.wrap_salt + sealed);
    assert.deepEqual(await unwrap(wrapped, linkSecret, id, kdf, passwordKey), fileKey);
  });
}

for (const [length, digest] of Object.entries(law.blob_sha256)) {
  test(`a blob of ${length} bytes comes out as the law says`, async () => {
    const plain = pattern(Number(length));

    for (const piece of [10_000, 200_000]) {
      const blob = await whole(seal(inPieces(plain, piece), fileKey, unhex(inputs.payload_nonce)));

      assert.equal(await sha256(blob), digest);
      assert.deepEqual(await whole(openStream(inPieces(blob, piece), fileKey)), plain);
    }
  });
}

test("metadata comes out as the law says", async () => {
  const files = [
    { name: "a.txt", type: "text/plain", size: 3 },
    { name: "b/ü.bin", type: "", size: 0 },
  ];
  const metadata: Metadata = { kind: "files", files, by: "client", note: null };

  const sealed = await sealMetadata(metadata, fileKey, unhex(inputs.meta_salt));

  assert.equal(sealed.length, law.meta_sealed_bytes);
  assert.equal(await sha256(sealed), law.meta_sha256);
  assert.deepEqual(await openMetadata(sealed, fileKey), metadata);
});

test("an age header comes out as it always has", async () => {
  const [header, identity] = await makeHeader(fileKey, unhex(inputs.age_identity), unhex(inputs.age_ephemeral));

  assert.equal(new TextDecoder().decode(header), golden.age_file.header);
  assert.equal(identity, golden.age_file.identity);
});

test("every age header has keys of its own", async () => {
  assert.equal(await canMakeHeader(), true);

  const [[header, one], [, other]] = [await ageHeader(fileKey), await ageHeader(fileKey)];

  assert.equal(header.length, HEADER_BYTES);
  assert.equal(one === other, false);
});

test("sizes and paddings come out as they always have", () => {
  for (const [n, padded] of golden.padme as [number, number][]) assert.equal(padme(n), padded);
  for (const [n, padded] of golden.text_padding as [number, number][]) assert.equal(textPadding(n), padded);
  for (const [plain, sealed] of golden.sizes as [number, number][]) {
    assert.equal(sealedSize(plain), sealed);
    assert.equal(plainSize(sealed), plain);
  }
});

test("names and texts come out as they always have", () => {
  for (const [name, safe] of golden.names as [string, string][]) assert.equal(safeName(name), safe);
  for (const [data, text] of golden.base64url as [string, string][]) {
    assert.equal(b64(unhex(data)), text);
    assert.equal(hex(unb64(text)), data);
  }
});
