// Argon2id in WebAssembly, for shares with a password.
export { argon2id } from "hash-wasm";
