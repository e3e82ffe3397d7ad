// ChaCha20-Poly1305 (RFC 8439) without additional data: the browser's own, where it gives the known answer;
// else @noble/ciphers.

import { isEqual, type Bytes } from "./bytes.ts";
import { load } from "./lazy.ts";

/** One key. Both write into *room*, which is exactly as long as what comes out. */
export interface Aead {
  seal(nonce: Bytes, plain: Bytes, room: Bytes): Promise<void>;
  /** False, with nothing in *room* to be used, if the tag does not match. */
  open(nonce: Bytes, sealed: Bytes, room: Bytes): Promise<boolean>;
}

const NAME = "ChaCha20-Poly1305";

let native: Promise<boolean> | null = null;

/** Whether the browser's own cipher is used: it is asked once. */
export function isNative(): Promise<boolean> {
  native ??= givesTheKnownAnswer();
  return native;
}

export async function aead(key: Bytes): Promise<Aead> {
  return (await isNative()) ? nativeAead(key) : portableAead(key);
}

async function nativeAead(key: Bytes): Promise<Aead> {
  // Younger than the type definitions.
  const rawSecret = "raw-secret" as "raw";
  const cryptoKey = await crypto.subtle.importKey(rawSecret, key, NAME, false, ["encrypt", "decrypt"]);
  return {
    async seal(nonce, plain, room) {
      room.set(new Uint8Array(await crypto.subtle.encrypt({ name: NAME, iv: nonce }, cryptoKey, plain)));
    },
    async open(nonce, sealed, room) {
      try {
        room.set(new Uint8Array(await crypto.subtle.decrypt({ name: NAME, iv: nonce }, cryptoKey, sealed)));
        return true;
      } catch (error) {
        if (error instanceof DOMException && error.name === "OperationError") return false;
        throw error;
      }
    },
  };
}

async function portableAead(key: Bytes): Promise<Aead> {
  const { chacha20poly1305 } = await load("aead");
  return {
    async seal(nonce, plain, room) {
      chacha20poly1305(key, nonce).encrypt(plain, room);
    },
    async open(nonce, sealed, room) {
      try {
        chacha20poly1305(key, nonce).decrypt(sealed, room);
        return true;
      } catch (error) {
        if (error instanceof Error && error.message === "invalid tag") return false;
        throw error;
      }
    },
  };
}

/** Seals, opens, and refuses: a cipher that forgets one of the three is not used. */
async function givesTheKnownAnswer(): Promise<boolean> {
  const counted = Uint8Array.from({ length: 32 }, (_, at) => at);
  const nonce = counted.slice(0, 12);
  const plain = new TextEncoder().encode("one time share") as Bytes;
  const sealed = Uint8Array.from(
    [0xe6, 0x95, 0x6d, 0x20, 0x5d, 0x7e, 0xc8, 0x25, 0x97, 0xf0, 0x57, 0x92, 0xea, 0x78]
      .concat([0x6d, 0xcc, 0xcb, 0x2e, 0x0a, 0xe5, 0x89, 0x5b, 0xf6, 0x7b, 0x06, 0x6c, 0x47, 0x9e, 0xaf, 0xec]),
  );
  const broken = sealed.slice();
  broken[29]! ^= 1;
  const out = new Uint8Array(sealed.length);
  const back = new Uint8Array(plain.length);
  try {
    const cipher = await nativeAead(counted);
    await cipher.seal(nonce, plain, out);
    const opens = await cipher.open(nonce, sealed, back);
    const refuses = !(await cipher.open(nonce, broken, new Uint8Array(plain.length)));
    return isEqual(out, sealed) && opens && isEqual(back, plain) && refuses;
  } catch {
    return false;
  }
}
