// Argon2id (RFC 9106) with the parameters of kdf 1: in WebAssembly, or in JavaScript where that is refused.

import type { Bytes } from "./bytes.ts";
import { load } from "./lazy.ts";

const PASSES = 3;
const MEMORY_KIB = 65536;
const LANES = 1;
const OUT_BYTES = 32;

// A module with nothing in it: its magic number and version.
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** 32 bytes; 64 MiB and a quarter of a second, many times that without WebAssembly. */
export async function argon2id(password: Bytes, salt: Bytes): Promise<Bytes> {
  return allowsWebAssembly() ? inWebAssembly(password, salt) : inJavaScript(password, salt);
}

/** A policy without 'wasm-unsafe-eval', or a locked-down browser, refuses it. */
function allowsWebAssembly(): boolean {
  try {
    new WebAssembly.Module(EMPTY_MODULE);
    return true;
  } catch {
    return false;
  }
}

async function inWebAssembly(password: Bytes, salt: Bytes): Promise<Bytes> {
  const { argon2id } = await load("argon2");
  const terms = { iterations: PASSES, memorySize: MEMORY_KIB, parallelism: LANES, hashLength: OUT_BYTES };
  return (await argon2id({ password, salt, ...terms, outputType: "binary" })) as Bytes;
}

async function inJavaScript(password: Bytes, salt: Bytes): Promise<Bytes> {
  const { argon2idAsync } = await load("argon2Fallback");
  const terms = { t: PASSES, m: MEMORY_KIB, p: LANES, dkLen: OUT_BYTES };
  return (await argon2idAsync(password, salt, terms)) as Bytes;
}
