// Argon2id for browsers that refuse WebAssembly.
export { argon2idAsync } from "@noble/hashes/argon2.js";
