// Seals what a person left and sends it: a small blob inside the create call, a large one in parts.

import * as api from "../api.ts";
import type { Report, SendOrder } from "../messages.ts";
import type { Bytes } from "../sealing/bytes.ts";
import { b64, encode } from "../sealing/encoding.ts";
import { padme, sealMetadata, textPadding, type Metadata } from "../sealing/envelope.ts";
import * as keys from "../sealing/keys.ts";
import { Link } from "../sealing/links.ts";
import { Sealer, sealedSize } from "../sealing/stream.ts";
import { putPast } from "../store.ts";
import { Direct } from "./direct.ts";
import { Line, PATIENCE_SECONDS } from "./line.ts";
import { Buffers, inParts, sendAll } from "./parts.ts";
import { Progress } from "./progress.ts";
import { type Content, plaintext } from "./source.ts";

const INLINE_BYTES = 64 * 1024;
const REVOKE_MS = 10_000;

type Say = (report: Report) => void;

/** A share being left: what only its sender knows, and how much there is to send. */
interface Draft {
  id: Bytes;
  linkSecret: Bytes;
  manageSecret: Bytes;
  fileKey: Bytes;
  manageToken: Bytes;
  contents: Content[];
  plainBytes: number;
  blobBytes: number;
}

/** Carries the order out, to its report `sealed`. Whatever stops it takes back what was left so far. */
export async function send(order: SendOrder, say: Say, signal: AbortSignal): Promise<void> {
  const own = new AbortController();
  const stop = () => own.abort(signal.reason);
  signal.addEventListener("abort", stop);
  const line = new Line(own.signal, say);
  const draft = await drafted(order);
  try {
    signal.throwIfAborted();
    const deposit = await sealedTerms(order, draft, say);
    const pieces = sealed(draft);
    const isSmall = draft.blobBytes <= INLINE_BYTES;
    if (isSmall) deposit.blob = b64(await whole(pieces));
    let left = await line.persist(() => api.create(deposit, order.account, own.signal), PATIENCE_SECONDS);
    if (!isSmall) left = await sendParts(draft, pieces, left, line, say);
    signal.throwIfAborted(); // who stopped at the last moment leaves nothing
    say({ report: "sealed", ...links(order.publicUrl, draft), expiresAt: endOf(left, order) });
  } catch (error) {
    own.abort(error); // the other parts on their way
    await revoke(draft);
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function drafted(order: SendOrder): Promise<Draft> {
  const [id, linkSecret, manageSecret] = [keys.newId(), keys.newSecret(), keys.newSecret()];
  const contents: Content[] = order.files.length
    ? order.files.map(({ file, path }) => ({ name: path, blob: file }))
    : [{ name: "", blob: new Blob([order.text ?? ""]) }];
  const bytes = contents.reduce((sum, { blob }) => sum + blob.size, 0);
  const plainBytes = !order.files.length ? textPadding(bytes) : order.hidesSize ? padme(bytes) : bytes;
  return {
    id,
    linkSecret,
    manageSecret,
    fileKey: keys.newFileKey(),
    manageToken: await keys.manageToken(manageSecret, id),
    contents,
    plainBytes,
    blobBytes: sealedSize(plainBytes),
  };
}

/** All of the create call but the blob. Raises PasswordInvalid, MetadataInvalid. */
async function sealedTerms(order: SendOrder, draft: Draft, say: Say): Promise<api.Deposit> {
  const { id, linkSecret, fileKey } = draft;
  if (order.password !== null) say({ report: "stretching" });
  const guard = order.password === null ? null : await keys.passwordKeys(order.password, linkSecret, id);
  return {
    id: encode(id),
    kdf: guard ? keys.KDF_ARGON2ID : keys.KDF_NONE,
    size: draft.blobBytes,
    linkVerifier: b64(await keys.verifier(await keys.linkToken(linkSecret, id))),
    manageVerifier: b64(await keys.verifier(draft.manageToken)),
    ...(guard && { passwordVerifier: b64(await keys.verifier(guard.token)) }),
    wrappedKey: b64(await keys.wrap(fileKey, linkSecret, id, guard?.key)),
    meta: b64(await sealMetadata(metadata(order, draft), fileKey)),
    expiresIn: order.lifetimeSeconds,
    maxClaims: order.opens,
  };
}

function metadata(order: SendOrder, draft: Draft): Metadata {
  const isText = !order.files.length;
  return {
    kind: isText ? "text" : "files",
    files: draft.contents.map(({ name, blob }) => ({
      name: wellFormed(name),
      type: wellFormed(blob.type),
      size: blob.size,
    })),
    by: "client",
    note: isText || !order.text ? null : wellFormed(order.text),
  };
}

/** Some file systems allow names that are not text; half characters become the replacement character. */
function wellFormed(text: string): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text));
}

async function* sealed(draft: Draft): AsyncGenerator<Bytes> {
  const sealer = new Sealer(draft.fileKey);
  for await (const piece of plaintext(draft.contents, draft.plainBytes)) yield await sealer.feed(piece);
  yield await sealer.finish();
}

async function whole(pieces: AsyncIterable<Bytes>): Promise<Bytes> {
  for await (const part of inParts(pieces, new Buffers(INLINE_BYTES))) return part;
  return new Uint8Array();
}

async function sendParts(
  draft: Draft,
  pieces: AsyncIterable<Bytes>,
  left: api.Deposited,
  line: Line,
  say: Say,
): Promise<api.Deposited> {
  const id = encode(draft.id);
  const token = draft.manageToken;
  const signal = line.signal;
  if (left.partSize !== null) {
    const buffers = new Buffers(left.partSize);
    const progress = new Progress(draft.blobBytes, say);
    const direct = new Direct(left.direct === true);
    await sendAll(inParts(pieces, buffers), async (n, part) => {
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", part));
      const onProgress = (sentBytes: number) => {
        line.moves();
        progress.part(n, Math.min(sentBytes, part.length));
      };
      const upload = { signal, onProgress };
      const ask = () => api.signPart(id, n, digest, { token, signal });
      await line.persist(async () => {
        const isThere = await direct.send(ask, (leave) => putPast(leave, part, upload));
        if (!isThere) await api.putPart(id, n, part, digest, { token, ...upload });
      });
      progress.part(n, part.length);
      if (part.length === left.partSize) buffers.give(part);
    });
  }
  return line.persist(() => api.complete(id, { token, signal }));
}

/** As the server has it; else as it was asked for: nobody loses a link to a time that is missing. */
function endOf({ expiresAt }: api.Deposited, { lifetimeSeconds }: SendOrder): string {
  if (expiresAt && !Number.isNaN(Date.parse(expiresAt))) return expiresAt;
  return new Date(Date.now() + lifetimeSeconds * 1000).toISOString();
}

function links(origin: string, draft: Draft): { link: string; manageLink: string } {
  return {
    link: new Link(origin, "share", draft.id, draft.linkSecret).url,
    manageLink: new Link(origin, "manage", draft.id, draft.manageSecret).url,
  };
}

/** Best effort: what cannot be taken back now is dropped a day later, and nobody has its link. */
async function revoke(draft: Draft): Promise<void> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), REVOKE_MS);
  try {
    await api.burn(encode(draft.id), { token: draft.manageToken, signal: limit.signal });
  } catch {
    // Never created, or out of reach.
  } finally {
    clearTimeout(timer);
  }
}
