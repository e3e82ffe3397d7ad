// Secrets, the tokens and keys derived from them, and the wrapping of the file key.
//
// Source: docs/envelope.md, "Values".

import { aead } from "./aead.ts";
import { argon2id } from "./argon.ts";
import { concat, isWellFormed, NO_BYTES, random, utf8, type Bytes } from "./bytes.ts";
import { EnvelopeDamaged, KdfUnknown, KeyLengthError, PasswordInvalid } from "./errors.ts";

export const ID_BYTES = 10;
export const SECRET_BYTES = 16;
export const FILE_KEY_BYTES = 16;
export const SALT_BYTES = 16;
export const LEASE_SECRET_BYTES = 32;
export const TOKEN_BYTES = 32;
export const WRAPPED_KEY_BYTES = 48;
export const MAX_PASSWORD_BYTES = 1024;

export const KDF_NONE = 0;
export const KDF_ARGON2ID = 1;

// NFC never merges more than four characters (eight code units) into one, so nothing longer can fit into
// 1024 bytes; and sorting the marks of a hostile megabyte would take minutes.
const MAX_PASSWORD_UNITS = 8 * MAX_PASSWORD_BYTES;

const ONCE_TAG_BYTES = 16;
const ZERO_NONCE = new Uint8Array(12);

/** What a password becomes: the token that proves it, and the key that helps wrap the file key. */
export interface PasswordKeys {
  token: Bytes;
  key: Bytes;
}

/** 10 random bytes, independent of every secret. */
export function newId(): Bytes {
  return random(ID_BYTES);
}

/** 16 random bytes: a link secret or a manage secret. */
export function newSecret(): Bytes {
  return random(SECRET_BYTES);
}

/** 16 random bytes, for one share and never again. */
export function newFileKey(): Bytes {
  return random(FILE_KEY_BYTES);
}

/** 32 random bytes, made by the claimant for one claim. */
export function newLeaseSecret(): Bytes {
  return random(LEASE_SECRET_BYTES);
}

/** HKDF-SHA-256 (RFC 5869). */
export async function derive(key: Bytes, salt: Bytes, info: Bytes, length = 32): Promise<Bytes> {
  const material = await crypto.subtle.importKey("raw", key, "HKDF", false, ["deriveBits"]);
  return new Uint8Array(
    await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info }, material, 8 * length),
  );
}

/** Throws KeyLengthError, naming *what* and never its value. */
export function checkLength(what: string, value: Bytes, length: number): void {
  if (value.length !== length) throw new KeyLengthError(`${what} has ${value.length} bytes, not ${length}`);
}

/** 32 bytes that prove possession of the link without telling its secret. */
export function linkToken(linkSecret: Bytes, shareId: Bytes): Promise<Bytes> {
  return token(linkSecret, shareId, "ots1/link-token");
}

/** 32 bytes that prove possession of the manage link. */
export function manageToken(manageSecret: Bytes, shareId: Bytes): Promise<Bytes> {
  return token(manageSecret, shareId, "ots1/manage-token");
}

async function token(secret: Bytes, shareId: Bytes, label: string): Promise<Bytes> {
  checkLength("secret", secret, SECRET_BYTES);
  checkLength("id", shareId, ID_BYTES);
  return derive(secret, shareId, utf8(label));
}

/** What the server keeps of a token or a lease secret: its SHA-256. */
export async function verifier(token: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", token));
}

/**
 * Argon2id (64 MiB, about a quarter of a second), then one token and one key.
 *
 * The salt comes from the link secret, so a thief of the database cannot guess passwords offline.
 * Throws PasswordInvalid, KeyLengthError.
 * Source: RFC 9106, second recommended option with one lane; docs/envelope.md, "Password".
 */
export async function passwordKeys(password: string, linkSecret: Bytes, shareId: Bytes): Promise<PasswordKeys> {
  const salt = (await token(linkSecret, shareId, "ots1/argon2-salt")).slice(0, SALT_BYTES);
  const stretched = await argon2id(passwordBytes(password), salt);
  return {
    token: await derive(stretched, shareId, utf8("ots1/password-token")),
    key: await derive(stretched, shareId, utf8("ots1/password-key")),
  };
}

/** Whether it can be a password at all; costs nothing. Throws PasswordInvalid. */
export function checkPassword(password: string): void {
  passwordBytes(password);
}

function passwordBytes(password: string): Bytes {
  if (password.length > MAX_PASSWORD_UNITS) throw new PasswordInvalid("the password is longer than 1024 bytes");
  if (!isWellFormed(password)) throw new PasswordInvalid("the password is not well-formed text");
  const text = utf8(password.normalize("NFC"));
  if (text.length < 1 || text.length > MAX_PASSWORD_BYTES) {
    throw new PasswordInvalid("a password is 1 to 1024 bytes long");
  }
  return text;
}

/**
 * The server half: 48 bytes that give the file key back to link and password together.
 *
 * passwordKey: from `passwordKeys`, or nothing. salt: only vectors pass one.
 * Throws KeyLengthError.
 */
export async function wrap(
  fileKey: Bytes,
  linkSecret: Bytes,
  shareId: Bytes,
  passwordKey: Bytes = NO_BYTES,
  salt: Bytes = random(SALT_BYTES),
): Promise<Bytes> {
  checkLength("file key", fileKey, FILE_KEY_BYTES);
  checkLength("salt", salt, SALT_BYTES);
  const kdf = passwordKey.length ? KDF_ARGON2ID : KDF_NONE;
  const key = await wrappingKey(linkSecret, shareId, kdf, passwordKey, salt);
  return concat(salt, await sealOnce(key, fileKey));
}

/**
 * The file key. A wrong secret, id or password looks like damage.
 *
 * Throws EnvelopeDamaged, KdfUnknown, KeyLengthError.
 */
export async function unwrap(
  wrapped: Bytes,
  linkSecret: Bytes,
  shareId: Bytes,
  kdf: number,
  passwordKey: Bytes = NO_BYTES,
): Promise<Bytes> {
  if (kdf !== KDF_NONE && kdf !== KDF_ARGON2ID) throw new KdfUnknown("the share needs a newer client");
  if (wrapped.length !== WRAPPED_KEY_BYTES) throw new EnvelopeDamaged("a wrapped key has 48 bytes");
  const salt = wrapped.slice(0, SALT_BYTES);
  const key = await wrappingKey(linkSecret, shareId, kdf, passwordKey, salt);
  return openOnce(key, wrapped.slice(SALT_BYTES));
}

async function wrappingKey(
  linkSecret: Bytes,
  shareId: Bytes,
  kdf: number,
  passwordKey: Bytes,
  salt: Bytes,
): Promise<Bytes> {
  checkLength("secret", linkSecret, SECRET_BYTES);
  checkLength("id", shareId, ID_BYTES);
  checkLength("password key", passwordKey, kdf === KDF_ARGON2ID ? TOKEN_BYTES : 0);
  const info = concat(utf8("ots1/wrap\0"), Uint8Array.of(kdf), shareId);
  return derive(concat(linkSecret, passwordKey), salt, info);
}

/** ChaCha20-Poly1305 under the zero nonce: only for a key that seals one thing in its life. */
export async function sealOnce(key: Bytes, plain: Bytes): Promise<Bytes> {
  const sealed = new Uint8Array(plain.length + ONCE_TAG_BYTES);
  await (await aead(key)).seal(ZERO_NONCE, plain, sealed);
  return sealed;
}

/** The inverse of `sealOnce`. Throws EnvelopeDamaged. */
export async function openOnce(key: Bytes, sealed: Bytes): Promise<Bytes> {
  const plain = new Uint8Array(Math.max(0, sealed.length - ONCE_TAG_BYTES));
  const isWhole = sealed.length >= ONCE_TAG_BYTES;
  if (!isWhole || !(await (await aead(key)).open(ZERO_NONCE, sealed, plain))) {
    throw new EnvelopeDamaged("the tag does not match");
  }
  return plain;
}
