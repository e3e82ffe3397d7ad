// A claimed envelope as a standard .age file: a header for a fresh identity, then the blob verbatim.
//
// Source: age-encryption.org/v1, "X25519 recipient stanza"; BIP 173 (Bech32).

import { concat, NO_BYTES, utf8, type Bytes } from "./bytes.ts";
import { checkLength, derive, FILE_KEY_BYTES, sealOnce } from "./keys.ts";

export const HEADER_BYTES = 168;

const BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const IDENTITY_PREFIX = "age-secret-key-";

// What PKCS #8 writes before the 32 bytes of an X25519 key (RFC 8410).
const PKCS8_HEAD = Uint8Array.of(48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32);
const BASE_POINT = Uint8Array.from({ length: 32 }, (_, at) => (at ? 0 : 9));

/** Whether this browser can: those of before 2025 have no X25519. */
export async function canMakeHeader(): Promise<boolean> {
  try {
    await newPrivateKey();
    return true;
  } catch {
    return false;
  }
}

/**
 * The 168 bytes that belong before the blob, and the identity (AGE-SECRET-KEY-1…) that opens the file.
 *
 * Throws KeyLengthError.
 */
export async function ageHeader(fileKey: Bytes): Promise<[header: Bytes, identity: string]> {
  return makeHeader(fileKey, await newPrivateKey(), await newPrivateKey());
}

/** `ageHeader` with given keys (32 bytes each), for the vectors. */
export async function makeHeader(
  fileKey: Bytes,
  identity: Bytes,
  ephemeral: Bytes,
): Promise<[header: Bytes, identity: string]> {
  checkLength("file key", fileKey, FILE_KEY_BYTES);
  const recipient = await x25519(identity, BASE_POINT);
  const share = await x25519(ephemeral, BASE_POINT);
  const shared = await x25519(ephemeral, recipient);
  const key = await derive(shared, concat(share, recipient), utf8("age-encryption.org/v1/X25519"));
  const body = await sealOnce(key, fileKey);
  const header = utf8(`age-encryption.org/v1\n-> X25519 ${b64(share)}\n${b64(body)}\n---`);
  const mac = await hmac(await derive(fileKey, NO_BYTES, utf8("header")), header);
  return [concat(header, utf8(` ${b64(mac)}\n`)), bech32(IDENTITY_PREFIX, identity).toUpperCase()];
}

async function newPrivateKey(): Promise<Bytes> {
  const pair = await crypto.subtle.generateKey("X25519", true, ["deriveBits"]);
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", (pair as CryptoKeyPair).privateKey);
  return new Uint8Array(pkcs8).slice(PKCS8_HEAD.length);
}

/** The point *point* taken so many times; with the base point, a private key's public one. */
async function x25519(privateKey: Bytes, point: Bytes): Promise<Bytes> {
  const pkcs8 = concat(PKCS8_HEAD, privateKey);
  const key = await crypto.subtle.importKey("pkcs8", pkcs8, "X25519", false, ["deriveBits"]);
  const other = await crypto.subtle.importKey("raw", point, "X25519", false, []);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: other }, key, 256));
}

async function hmac(key: Bytes, data: Bytes): Promise<Bytes> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const hmacKey = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", hmacKey, data));
}

/** Standard base64 without padding; age uses no other. */
function b64(data: Bytes): string {
  return btoa(String.fromCharCode(...data)).replace(/=+$/, "");
}

function bech32(prefix: string, data: Bytes): string {
  const codes = [...prefix].map((letter) => letter.charCodeAt(0));
  const words = inFives(data);
  const expanded = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
  const check = polymod([...expanded, ...words, 0, 0, 0, 0, 0, 0]) ^ 1;
  for (let at = 25; at >= 0; at -= 5) words.push((check >> at) & 31);
  return `${prefix}1${words.map((word) => BECH32[word]).join("")}`;
}

/** Five bits each, the last filled up with zeros. */
function inFives(data: Bytes): number[] {
  const bits = [...data].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return bits.match(/.{1,5}/g)!.map((five) => parseInt(five.padEnd(5, "0"), 2));
}

function polymod(words: number[]): number {
  let check = 1;
  for (const word of words) {
    const top = check >> 25;
    check = ((check & 0x1ffffff) << 5) ^ word;
    [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3].forEach((generator, bit) => {
      if ((top >> bit) & 1) check ^= generator;
    });
  }
  return check;
}
