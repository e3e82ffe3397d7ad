// The TypeScript twin as a servant: answers orders that the Python twin has thought of, so that both can be
// compared. In Node orders come by stdin and answers go to stdout; on a page, from and to the server.
import { b64, decode, encode, unb64 } from "../../../frontend/sealing/encoding.ts";
import { openMetadata, padme, sealMetadata, textPadding, type Metadata } from "../../../frontend/sealing/envelope.ts";
import { SealingError } from "../../../frontend/sealing/errors.ts";
import * as keys from "../../../frontend/sealing/keys.ts";
import { Link, parse } from "../../../frontend/sealing/links.ts";
import { safeName } from "../../../frontend/sealing/names.ts";
import { isValidSize, openStream, plainSize, seal, sealedSize } from "../../../frontend/sealing/stream.ts";
import { isNode } from "./lazies.ts";
import { filled, inPieces, openEnvelope, pattern, sha256, whole, type Fields } from "./vectors.ts";

type Json = Record<string, any>;

/** A sender's whole work: what goes to the server, and the link. */
async function make(order: Json): Promise<unknown> {
  const { metadata, padded, password, piece } = order as {
    metadata: Metadata;
    padded: number;
    password: string | null;
    piece: number;
  };
  const [shareId, secret, fileKey] = [keys.newId(), keys.newSecret(), keys.newFileKey()];
  const stretched = password === null ? null : await keys.passwordKeys(password, secret, shareId);
  const plain = filled(pattern(metadata.files.reduce((sum, file) => sum + file.size, 0)), padded);
  return {
    link: new Link("https://h", "share", shareId, secret).url,
    kdf: stretched ? keys.KDF_ARGON2ID : keys.KDF_NONE,
    password,
    wrapped_key: b64(await keys.wrap(fileKey, secret, shareId, stretched?.key)),
    meta: b64(await sealMetadata(metadata, fileKey)),
    blob: b64(await whole(seal(inPieces(plain, piece), fileKey))),
  };
}

/** A receiver's whole work: the SHA-256 of the files' bytes. */
async function take(order: Json): Promise<unknown> {
  const { wrapped_key, meta, blob } = order;
  const bytes = { wrapped_key: unb64(wrapped_key), meta: unb64(meta), blob: unb64(blob) };
  return sha256(await whole(openEnvelope({ ...(order as Fields), ...bytes })));
}

const answers: Record<string, (order: Json) => unknown> = {
  make,
  take,
  open_metadata: ({ sealed, file_key }) => openMetadata(unb64(sealed), unb64(file_key)),
  open_blob: async ({ blob, file_key, piece }) =>
    sha256(await whole(openStream(inPieces(unb64(blob), piece), unb64(file_key)))),
  parse: ({ text }) => parse(text).url,
  decode: ({ text, length }) => b64(decode(text, length)),
  unb64: ({ text, length }) => b64(unb64(text, length)),
  encode: ({ data }) => encode(unb64(data)),
  check_password: ({ password }) => keys.checkPassword(password),
  password_keys: async ({ password, secret, share_id }) =>
    b64((await keys.passwordKeys(password, unb64(secret), unb64(share_id))).key),
  runs_wasm: () => {
    try {
      return Boolean(new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)));
    } catch {
      return false;
    }
  },
  safe_name: ({ name }) => safeName(name),
  sizes: ({ size }) => [sealedSize(size), padme(size), textPadding(size), isValidSize(size)],
  plain_size: ({ size }) => plainSize(size),
};

async function answer(order: Json): Promise<unknown> {
  try {
    return { gives: (await answers[order["do"]]!(order)) ?? null };
  } catch (error) {
    if (error instanceof SealingError) return { refuses: error.code };
    return { breaks: String(error instanceof Error ? error.stack : error) };
  }
}

async function answerAll(orders: Json[]): Promise<string> {
  const all: unknown[] = [];
  for (const order of orders) all.push(await answer(order));
  return JSON.stringify(all);
}

if (isNode) {
  process.stdin.setEncoding("utf8");
  let text = "";
  for await (const piece of process.stdin) text += piece;
  process.stdout.write(await answerAll(JSON.parse(text)));
} else {
  const orders = await (await fetch("/orders.json")).json();
  await fetch("/answer", { method: "POST", body: await answerAll(orders) });
}
